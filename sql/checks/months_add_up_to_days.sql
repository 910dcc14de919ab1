-- checks: marts.saving_month
-- severity: stop
-- message: Månadernas besparing är inte summan av dagarnas.
with from_days as (
    select d.metering_point_id, sum(d.expected_energy_kwh - d.energy_kwh) as saved_energy_kwh
    from marts.saving_day as d
    inner join marts.meter as m using (metering_point_id)
    where m.answer = 'ok' and m.role = 'main' and d.day_local >= date_trunc('month', m.baseline_from)
    group by all
),
from_months as (
    select e.metering_point_id, sum(e.expected_energy_kwh - e.compared_energy_kwh) as saved_energy_kwh
    from intermediate.expected_month as e
    inner join marts.meter as m using (metering_point_id)
    where e.month_local >= date_trunc('month', m.baseline_from)
    group by all
)
select metering_point_id
from from_days
inner join from_months using (metering_point_id)
where abs(from_days.saved_energy_kwh - from_months.saved_energy_kwh) > 0.001 * greatest(1, abs(from_days.saved_energy_kwh))
