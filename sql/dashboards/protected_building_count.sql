-- How many buildings are counted in the sums but not named.
-- source: published
-- param: municipality_code | where the buildings stand, or null for the whole county
select count(*) as building_count
from marts.building
where is_protected and ($municipality_code::varchar is null or municipality_code = $municipality_code)
