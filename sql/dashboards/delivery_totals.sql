-- All deliveries together.
-- source: status
select
    count(*) as delivery_count,
    coalesce(sum(row_read_count), 0) as row_read_count,
    coalesce(sum(row_used_count), 0) as row_used_count,
    coalesce(sum(row_superseded_count), 0) as row_superseded_count,
    coalesce(sum(row_held_count), 0) as row_held_count,
    coalesce(sum(row_rejected_count), 0) as row_rejected_count,
    coalesce(sum(file_energy_kwh), 0) as file_energy_kwh,
    coalesce(sum(used_energy_kwh), 0) as used_energy_kwh,
    coalesce(sum(superseded_energy_kwh), 0) as superseded_energy_kwh,
    coalesce(sum(held_energy_kwh), 0) as held_energy_kwh,
    coalesce(sum(rejected_energy_kwh), 0) as rejected_energy_kwh
from status.delivery
