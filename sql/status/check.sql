-- The newest result of each check of the tables.
-- key: check_name
select
    check_name, table_name, split_part(table_name, '.', 1) as layer, severity, failed_count, checked_utc, message
from raw.check_result
