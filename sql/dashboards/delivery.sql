-- One delivery by the fingerprint of its bytes.
-- source: status
-- param: delivery_sha256 | SHA-256 of the file
select
    delivery_sha256, file_name, organisation_name, received_utc, kind, outcome, message_sv, row_read_count,
    row_used_count, row_superseded_count, row_held_count, row_rejected_count, file_energy_kwh, used_energy_kwh,
    superseded_energy_kwh, held_energy_kwh, rejected_energy_kwh, format, time_basis, time_evidence
from status.delivery
where delivery_sha256 = $delivery_sha256
