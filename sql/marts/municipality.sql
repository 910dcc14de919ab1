-- The home county's municipalities.
-- key: municipality_code
-- column: municipality_code | four digits, as text
-- column: municipality_name | short name
-- column: county_code | two digits, as text
-- column: population_count | inhabitants 31 December 2024 (Statistics Sweden)
-- column: skr_group | SKR's group of 2023
select m.municipality_code, m.municipality_name, m.county_code, m.population_count, m.skr_group
from staging.reference_municipality as m
inner join staging.setting as s using (county_code)
