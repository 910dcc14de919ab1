-- Metering points with carrier, role and, where it has one, a baseline period of its own.
-- key: metering_point_id, valid_from
select
    row_json ->> 'metering_point_id' as metering_point_id,
    row_json ->> 'carrier' as carrier,
    row_json ->> 'unit' as unit,
    row_json ->> 'role' as role,
    nullif(row_json ->> 'parent_id', '') as parent_id,
    nullif(row_json ->> 'formula', '') as formula,
    cast(nullif(row_json ->> 'baseline_from', '') as date) as baseline_from,
    cast(nullif(row_json ->> 'baseline_to', '') as date) as baseline_to,
    valid_from_day(row_json ->> 'valid_from') as valid_from,
    valid_to_day(row_json ->> 'valid_to') as valid_to
from raw.register_row
where sheet = 'meter'
qualify row_number() over (partition by metering_point_id, valid_from order by delivery_number desc, source_row desc) = 1
