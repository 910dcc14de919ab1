-- Energy measures that somebody has reported.
-- key: measure_id
select
    row_json ->> 'measure_id' as measure_id,
    row_json ->> 'building_id' as building_id,
    row_json ->> 'kind' as kind,
    cast(nullif(row_json ->> 'started', '') as date) as started,
    cast(nullif(row_json ->> 'finished', '') as date) as finished,
    cast(nullif(row_json ->> 'expected_kwh_year', '') as double) as expected_kwh_year,
    cast(nullif(row_json ->> 'cost_sek', '') as double) as cost_sek
from raw.register_row
where sheet = 'measure'
qualify row_number() over (partition by measure_id order by delivery_number desc, source_row desc) = 1
