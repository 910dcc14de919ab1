-- What was understood of each delivered file when it was read (contracts: inspect --json), without its rows; these and
-- their sums by month stand in status.rejected_row, status.held_meter and status.delivery_month.
-- key: delivery_sha256
select delivery_sha256, receipt_json
from raw.delivery
where receipt_json is not null
