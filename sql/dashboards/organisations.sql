-- Every organisation, municipalities first.
-- source: published
select organisation_id, organisation_name, sector, municipality_code
from marts.organisation
order by
    case sector when 'municipality' then 0 when 'region' then 1 else 2 end,
    organisation_name
