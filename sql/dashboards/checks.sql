-- The checks of the last run: those that found something first.
-- source: status
select check_name, layer, severity, failed_count, checked_utc, message
from status.check
order by failed_count = 0, severity = 'stop' desc, layer, check_name
