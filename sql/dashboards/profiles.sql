-- How earlier files of the same organisation and format were read.
-- source: status
-- param: organisation_id | the organisation
select format, time_basis, zone, stamp, evidence
from status.profile
where organisation_id = $organisation_id
