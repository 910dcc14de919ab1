-- Buildings by name; those that are protected are counted but never named.
-- source: published
-- param: municipality_code | where the buildings stand, or null for the whole county
select
    building_id, building_name, use, municipality_code, organisation_id, organisation_name, sector,
    area_m2, area_type, built_year
from marts.building
where not coalesce(is_protected, false) and ($municipality_code::varchar is null or municipality_code = $municipality_code)
order by building_name, building_id
