-- One delivery by meter and month, with what the delivery before it had told of the same.
-- source: status
-- param: delivery_sha256 | SHA-256 of the file
select
    metering_point_id, direction, month_local, row_count, used_count, superseded_count, held_count, energy_kwh, hours,
    estimated_count, previous_energy_kwh, previous_hours, is_irregular
from status.delivery_month
where delivery_sha256 = $delivery_sha256
order by metering_point_id, direction, month_local
