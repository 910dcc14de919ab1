-- Meters of one delivery whose values wait.
-- source: status
-- param: delivery_sha256 | SHA-256 of the file
select metering_point_id, reason, row_count, energy_kwh
from status.held_meter
where delivery_sha256 = $delivery_sha256
order by metering_point_id, reason
