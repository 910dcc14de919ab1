-- Measured against expected for each meter and month, whichever model carries the meter. Compared are only days (or whole
-- months) that have both a measured and an expected value, from the baseline on. Systematic errors add up within a meter,
-- noise adds as variances (docs/method.md).
-- key: metering_point_id, month_local
with by_day as (
    select
        d.metering_point_id,
        cast(date_trunc('month', d.day_local) as date) as month_local,
        avg(d.temperature_c) as temperature_c,
        sum(d.delivered_energy_kwh) as energy_kwh,
        sum(d.energy_kwh) filter (e.expected_energy_kwh is not null) as compared_energy_kwh,
        sum(e.expected_energy_kwh) filter (d.energy_kwh is not null) as expected_energy_kwh,
        sum(e.adjustment_energy_kwh) filter (d.energy_kwh is not null) as adjustment_energy_kwh,
        sum(e.systematic_error_kwh) filter (d.energy_kwh is not null) as systematic_error_kwh,
        sum(e.noise_variance_kwh2) filter (d.energy_kwh is not null) as noise_variance_kwh2,
        count(*) as day_count,
        count(d.energy_kwh) as measured_day_count,
        count(d.energy_kwh) filter (e.expected_energy_kwh is not null) as compared_day_count,
        avg(d.estimated_share) as estimated_share,
        bool_and(d.is_baseline) as is_baseline
    from intermediate.model_day as d
    left join intermediate.expected_energy_day as e
        on e.metering_point_id = d.metering_point_id and e.day_local = d.day_local
    group by all
),
temperature_month as (
    select metering_point_id, cast(date_trunc('month', day_local) as date) as month_local, avg(temperature_c) as temperature_c
    from intermediate.model_month_day
    group by all
),
by_month as (
    select
        m.metering_point_id,
        m.month_local,
        t.temperature_c,
        m.energy_kwh,
        case when e.expected_energy_kwh is not null then m.energy_kwh end as compared_energy_kwh,
        case when m.energy_kwh is not null then e.expected_energy_kwh end as expected_energy_kwh,
        case when m.energy_kwh is not null then e.adjustment_energy_kwh end as adjustment_energy_kwh,
        case when m.energy_kwh is not null then e.systematic_error_kwh end as systematic_error_kwh,
        case when m.energy_kwh is not null then e.noise_variance_kwh2 end as noise_variance_kwh2,
        day(last_day(m.month_local)) as day_count,
        case when m.energy_kwh is not null then day(last_day(m.month_local)) else 0 end as measured_day_count,
        case
            when m.energy_kwh is not null and e.expected_energy_kwh is not null then day(last_day(m.month_local)) else 0
        end as compared_day_count,
        m.estimated_share,
        m.is_baseline
    from intermediate.model_month as m
    left join temperature_month as t using (metering_point_id, month_local)
    left join intermediate.expected_energy_month as e
        on e.metering_point_id = m.metering_point_id and e.month_local = m.month_local
)
select * from by_day
union all
select * from by_month
