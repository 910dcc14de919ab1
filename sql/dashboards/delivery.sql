-- One delivery by the fingerprint of its bytes.
-- source: status
-- param: delivery_sha256 | SHA-256 of the file
select
    delivery_sha256, file_name, organisation_name, received_utc, kind, outcome, message_sv, row_read_count,
    row_used_count, row_superseded_count, row_held_count, row_rejected_count, used_energy_kwh
from status.delivery
where delivery_sha256 = $delivery_sha256
