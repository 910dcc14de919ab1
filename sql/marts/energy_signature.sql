-- The energy signature of each main meter and year, P = P0 + k·max(0, Tb − T), as it is drawn from weeks or months.
-- key: metering_point_id, year_local, grain
-- column: metering_point_id | metering point id, as text
-- column: year_local | calendar year; of weeks the year of their Thursday
-- column: grain | week or month: what the points are
-- column: base_power_kw | P0: mean power that does not follow the weather [kW]
-- column: loss_kw_per_k | k: further power for each degree below the knee; 0 where use does not rise with cold [kW/K]
-- column: balance_temperature_c | Tb: the knee, below which heat is needed; empty where there is none [°C]
-- column: r2 | coefficient of determination
-- column: cvrmse | CV(RMSE) of the line [share]
-- column: period_count | weeks or months behind it
-- column: normal_year_energy_kwh | what it gives in a normal year; of months, where the normal temperatures are known [kWh]
select
    s.metering_point_id, s.year_local, s.grain, s.base_power_kw, s.loss_kw_per_k, s.balance_temperature_c, s.r2, s.cvrmse,
    s.period_count, s.normal_year_energy_kwh
from intermediate.energy_signature as s
inner join intermediate.meter_basis as b using (metering_point_id)
where b.role = 'main'
