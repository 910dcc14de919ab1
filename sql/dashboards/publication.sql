-- The current publication: one row.
-- source: published
select
    published_utc, version, is_demonstration, county_code, county_name, data_through_day,
    compared_through_day, baseline_year
from marts.publication
