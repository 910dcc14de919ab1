-- Measured against expected, by year after the baseline, for meters of buildings in which no measure has been reported and
-- that have no adjustment: how far buildings drift by themselves. A year counts when at least 300 of its days are compared.
-- key: metering_point_id, year_local
with touched as (
    select distinct building_id from staging.measure
),
untouched as (
    select metering_point_id, carrier, baseline_to
    from intermediate.meter_basis
    where role = 'main' and reason is null and building_id not in (select building_id from touched)
        and metering_point_id not in (select metering_point_id from staging.adjustment)
),
compared as (
    select d.metering_point_id, d.day_local as period_local, d.energy_kwh, e.expected_energy_kwh, e.parameter_error_kwh,
        e.noise_variance_kwh2, e.years_from_baseline, 1 as day_count
    from intermediate.model_day as d
    inner join intermediate.expectation_day as e using (metering_point_id, day_local)
    where d.energy_kwh is not null
    union all
    select m.metering_point_id, m.month_local, m.energy_kwh, e.expected_energy_kwh, e.parameter_error_kwh,
        e.noise_variance_kwh2, e.years_from_baseline, day(last_day(m.month_local))
    from intermediate.model_month as m
    inner join intermediate.expectation_month as e using (metering_point_id, month_local)
    where m.energy_kwh is not null
)
select
    u.metering_point_id,
    u.carrier,
    cast(year(c.period_local) as integer) as year_local,
    avg(c.years_from_baseline) as years_from_baseline,
    sum(c.expected_energy_kwh) as expected_energy_kwh,
    sum(c.parameter_error_kwh) as parameter_error_kwh,
    sum(c.noise_variance_kwh2) as noise_variance_kwh2,
    sum(c.energy_kwh) as energy_kwh
from compared as c
inner join untouched as u using (metering_point_id)
where c.period_local >= u.baseline_to
group by all
having sum(c.day_count) >= 300
