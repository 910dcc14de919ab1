-- Runs that ended with a publication, the newest hundred.
-- key: run_id
select run_id, started_utc, finished_utc, outcome, delivery_count
from raw.run
order by finished_utc desc
limit 100
