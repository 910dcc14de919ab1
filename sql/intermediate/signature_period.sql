-- The points of each meter's energy signatures: mean power and mean outdoor temperature of whole weeks (Monday to Sunday,
-- in the year of their Thursday) and of months.
-- key: metering_point_id, grain, period_local
with place as (
    select metering_point_id, municipality_code from intermediate.meter_basis where reason is null
),
month_length as (
    select cast(date_trunc('month', day_local) as date) as month_local, sum(day_seconds) as month_seconds
    from staging.calendar_day
    group by all
)
select
    d.metering_point_id,
    'week' as grain,
    cast(date_trunc('week', d.day_local) as date) as period_local,
    cast(isoyear(d.day_local) as integer) as year_local,
    sum(d.energy_kwh) * 3600 / sum(c.day_seconds) as power_kw,
    avg(t.temperature_c) as temperature_c
from intermediate.meter_day as d
inner join place as p using (metering_point_id)
inner join staging.calendar_day as c using (day_local)
inner join intermediate.temperature_day as t using (municipality_code, day_local)
where d.energy_kwh is not null
group by all
having count(*) = 7
union all
select
    m.metering_point_id,
    'month',
    m.month_local,
    cast(year(m.month_local) as integer),
    m.energy_kwh * 3600 / l.month_seconds,
    t.temperature_c
from intermediate.meter_month as m
inner join place as p using (metering_point_id)
inner join month_length as l using (month_local)
inner join intermediate.degree_day_month as t using (municipality_code, month_local)
where m.energy_kwh is not null and t.temperature_c is not null
