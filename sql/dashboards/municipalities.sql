-- The home county's municipalities by name.
-- source: published
select municipality_code, municipality_name, population_count, skr_group
from marts.municipality
order by municipality_name collate nocase
