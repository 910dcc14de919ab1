-- What the monthly model is given: each month of each meter judged by months, from its first month or its baseline on.
-- key: metering_point_id, month_local
with meter as (
    select metering_point_id, carrier,
        cast(date_trunc('month', least(first_day, baseline_from)) as date) as from_month
    from intermediate.meter_basis
    where reason is null and judged_by = 'month'
),
month as (
    select distinct cast(date_trunc('month', day_local) as date) as month_local from staging.calendar_day
),
baseline_month as (
    select metering_point_id, cast(date_trunc('month', day_local) as date) as month_local
    from intermediate.baseline_day
    group by all
    having count(*) = any_value(day(last_day(day_local)))
)
select
    m.metering_point_id,
    m.carrier,
    c.month_local,
    e.energy_kwh,
    e.estimated_share,
    b.month_local is not null as is_baseline
from meter as m
cross join staging.setting as s
inner join month as c on c.month_local >= m.from_month and c.month_local <= s.data_through_day
left join baseline_month as b on b.metering_point_id = m.metering_point_id and b.month_local = c.month_local
left join intermediate.meter_month as e on e.metering_point_id = m.metering_point_id and e.month_local = c.month_local
