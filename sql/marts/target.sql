-- Targets of the organisations.
-- key: organisation_id, kind, from_year
-- column: organisation_id | organisation
-- column: kind | which target
-- column: from_year | the year it starts from
-- column: share_per_year | yearly step [share of the first year]
select organisation_id, kind, from_year, share_per_year
from staging.target
