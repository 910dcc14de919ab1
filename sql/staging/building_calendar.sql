-- Days on which a building is closed, on holiday, or open although it is a holiday. `to_day` is not included.
-- key: building_id, from_day, kind
select
    row_json ->> 'building_id' as building_id,
    cast(row_json ->> 'from' as date) as from_day,
    cast(row_json ->> 'to' as date) as to_day,
    row_json ->> 'kind' as kind
from raw.register_row
where sheet = 'calendar'
qualify row_number() over (partition by building_id, from_day, kind order by delivery_number desc, source_row desc) = 1
