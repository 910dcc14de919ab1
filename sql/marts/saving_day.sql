-- Measured against expected for each meter and day, for meters judged by days.
-- key: metering_point_id, day_local
-- column: metering_point_id | metering point id, as text
-- column: day_local | local day
-- column: temperature_c | mean outdoor temperature of the day [°C]
-- column: energy_kwh | measured energy; empty when the day is missing or not whole [kWh]
-- column: day_status | measured, estimated, partial or missing
-- column: expected_energy_kwh | what would have been used without savings, adjustment included [kWh]
-- column: adjustment_energy_kwh | the part of it that a non-routine adjustment adds, 0 when there is none [kWh]
-- column: expected_energy_low_kwh | lower end of the day's 90 % interval [kWh]
-- column: expected_energy_high_kwh | upper end [kWh]
-- column: saved_energy_kwh | expected minus measured; empty when either is missing [kWh]
-- column: systematic_error_kwh | standard error that adds up from day to day [kWh]
-- column: noise_variance_kwh2 | variance that adds up from day to day [kWh²]
-- column: is_baseline | true within the baseline period
select
    d.metering_point_id, d.day_local, d.temperature_c, d.energy_kwh, coalesce(d.day_status, 'missing') as day_status,
    e.expected_energy_kwh, e.adjustment_energy_kwh, e.expected_energy_low_kwh, e.expected_energy_high_kwh,
    e.expected_energy_kwh - d.energy_kwh as saved_energy_kwh, e.systematic_error_kwh, e.noise_variance_kwh2, d.is_baseline
from intermediate.model_day as d
left join intermediate.expected_energy_day as e using (metering_point_id, day_local)
