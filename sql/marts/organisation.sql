-- Organisations as they are registered now.
-- key: organisation_id
-- column: organisation_id | id in the register
-- column: organisation_name | name
-- column: sector | state, region or municipality
-- column: municipality_code | seat, where it is a municipality
select organisation_id, organisation_name, sector, municipality_code
from staging.organisation
qualify row_number() over (partition by organisation_id order by valid_from desc) = 1
