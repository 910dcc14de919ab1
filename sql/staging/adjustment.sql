-- Non-routine adjustments: energy a day that a known change adds to what is expected (or takes away, when negative), from a
-- day to another that is not included.
-- key: adjustment_id
select
    row_json ->> 'adjustment_id' as adjustment_id,
    row_json ->> 'metering_point_id' as metering_point_id,
    valid_from_day(row_json ->> 'valid_from') as valid_from,
    valid_to_day(row_json ->> 'valid_to') as valid_to,
    cast(row_json ->> 'kwh_per_day' as double) as kwh_per_day,
    row_json ->> 'reason' as reason
from raw.register_row
where sheet = 'adjustment'
qualify row_number() over (partition by adjustment_id order by delivery_number desc, source_row desc) = 1
