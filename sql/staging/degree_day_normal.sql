-- Degree days of a normal month as an organisation has entered them, for places whose own temperatures do not reach back
-- far enough. Figures that were bought may be entered only where their licence lets everybody who reads here see them.
-- key: municipality_code, month
select
    row_json ->> 'municipality_code' as municipality_code,
    cast(row_json ->> 'month' as integer) as month,
    cast(row_json ->> 'degree_days' as double) as normal_degree_days,
    cast(row_json ->> 'base_c' as double) as base_c,
    row_json ->> 'period' as normal_period
from raw.register_row
where sheet = 'degree_day_normal'
qualify row_number() over (
    partition by municipality_code, month
    order by valid_from_day(row_json ->> 'valid_from') desc, delivery_number desc, source_row desc) = 1
