-- The path that an organisation has set for itself, if any.
-- source: published
-- param: organisation_id | the organisation
select kind, from_year, share_per_year
from marts.target
where organisation_id = $organisation_id
order by from_year
