-- What an organisation has answered about earlier files of each form.
-- source: status
-- param: organisation_id | the organisation
select format, key, answer
from status.remembered_answer
where organisation_id = $organisation_id
