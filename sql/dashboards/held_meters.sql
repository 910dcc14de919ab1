-- Meters whose values wait, with the file they came in.
-- source: status
select held.metering_point_id, held.reason, held.row_count, held.energy_kwh, delivery.file_name, delivery.organisation_name
from status.held_meter as held
left join status.delivery as delivery using (delivery_sha256)
order by held.row_count desc, held.metering_point_id
limit 500
