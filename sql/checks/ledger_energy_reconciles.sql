-- checks: status.delivery
-- severity: stop
-- message: Energin i filen är inte lika med använd + ersatt + väntande.
select delivery_sha256
from status.delivery
where kind = 'readings'
    and abs(file_energy_kwh - used_energy_kwh - superseded_energy_kwh - held_energy_kwh - rejected_energy_kwh)
        > 1e-6 * greatest(1, abs(file_energy_kwh))
