-- What this publication is made of: one row.
-- key: version
-- column: version | version of Sparkraft that computed the figures
-- column: published_utc | when this publication was begun [UTC]
-- column: is_demonstration | true when any delivery comes from a demonstration kit
-- column: county_code | the home county's code
-- column: county_name | the home county's name
-- column: data_through_day | the newest local day that any reading covers
-- column: compared_through_day | the newest local day that can have both a reading and an outdoor temperature
-- column: baseline_year | baseline year of meters that have none of their own
-- column: target_share_per_year | yearly step of the common path [share of the first year]
-- column: target_first_year | the year the common path starts from
-- column: delivery_count | deliveries taken
select
    s.version,
    s.calculated_utc as published_utc,
    exists (from raw.delivery where is_demonstration) as is_demonstration,
    s.county_code,
    (select any_value(county_name) from staging.reference_municipality as m where m.county_code = s.county_code) as county_name,
    s.data_through_day,
    least(s.data_through_day, (select max(day_local) from intermediate.temperature_day)) as compared_through_day,
    s.baseline_year,
    s.target_share_per_year,
    s.target_first_year,
    (select count(*) from raw.delivery where outcome = 'taken') as delivery_count
from staging.setting as s
