-- Delivered files, the latest first; rows and kWh add up: read = used + superseded + held + rejected.
-- source: status
-- param: organisation_id | the organisation, or null for all
-- param: row_limit | the most rows to return
select
    delivery_sha256, file_name, organisation_id, organisation_name, sender, received_utc, kind, format, outcome,
    message_sv, row_read_count, row_used_count, row_superseded_count, row_held_count, row_rejected_count,
    file_energy_kwh, used_energy_kwh, superseded_energy_kwh, held_energy_kwh, rejected_energy_kwh,
    series_count, first_utc, last_utc, time_basis, time_evidence, warning_text
from status.delivery
where $organisation_id::varchar is null or organisation_id = $organisation_id
order by received_utc desc, delivery_sha256
limit $row_limit::bigint
