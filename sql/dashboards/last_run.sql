-- The latest run of the main job, if one is known.
-- source: status
select run_id, started_utc, finished_utc, outcome, delivery_count
from status.run
order by started_utc desc
limit 1
