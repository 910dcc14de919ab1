-- Which buildings a meter serves, and by what share.
-- key: metering_point_id, building_id, valid_from
select
    row_json ->> 'metering_point_id' as metering_point_id,
    row_json ->> 'building_id' as building_id,
    coalesce(cast(nullif(row_json ->> 'share', '') as double), 1.0) as served_share,
    valid_from_day(row_json ->> 'valid_from') as valid_from,
    valid_to_day(row_json ->> 'valid_to') as valid_to
from raw.register_row
where sheet = 'meter_building'
qualify row_number() over (
    partition by metering_point_id, building_id, valid_from order by delivery_number desc, source_row desc) = 1
