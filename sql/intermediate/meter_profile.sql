-- What each meter was like in its baseline, for finding meters like it: level per area, weekly shape, season and weather
-- response. Untouched: no measure, event or adjustment has been told of its buildings.
-- key: metering_point_id
with touched as (
    select mb.metering_point_id from staging.meter_building as mb inner join staging.measure as m using (building_id)
    union
    select mb.metering_point_id
    from staging.meter_building as mb
    inner join staging.event as e
        on e.kind <> 'none'
        and (e.metering_point_id = mb.metering_point_id or (e.metering_point_id is null and e.building_id = mb.building_id))
    union
    select metering_point_id from staging.adjustment
),
area as (
    select building_id, area_m2 from staging.building
    qualify row_number() over (partition by building_id order by valid_from desc) = 1
),
from_days as (
    select
        metering_point_id,
        avg(energy_kwh) as mean_kwh_day,
        avg(energy_kwh) filter (day_type <> 'workday') / nullif(avg(energy_kwh) filter (day_type = 'workday'), 0)
            as off_day_ratio,
        avg(energy_kwh) filter (month(day_local) between 6 and 8) as summer_kwh_day,
        regr_slope(energy_kwh, greatest(0, 17 - temperature_c)) as kwh_day_k
    from intermediate.model_day
    where is_baseline and energy_kwh is not null
    group by metering_point_id
),
temperature as (
    select metering_point_id, cast(date_trunc('month', day_local) as date) as month_local, avg(temperature_c) as temperature_c
    from intermediate.model_month_day
    group by all
),
from_months as (
    select
        m.metering_point_id,
        sum(m.energy_kwh) / sum(day(last_day(m.month_local))) as mean_kwh_day,
        cast(null as double) as off_day_ratio,
        avg(m.energy_kwh / day(last_day(m.month_local))) filter (month(m.month_local) between 6 and 8) as summer_kwh_day,
        regr_slope(m.energy_kwh / day(last_day(m.month_local)), greatest(0, 17 - t.temperature_c)) as kwh_day_k
    from intermediate.model_month as m
    left join temperature as t using (metering_point_id, month_local)
    where m.is_baseline and m.energy_kwh is not null
    group by m.metering_point_id
),
profile as (
    select * from from_days
    union all
    select * from from_months
)
select
    b.metering_point_id,
    b.carrier,
    b.judged_by,
    b.building_id,
    t.metering_point_id is null as is_untouched,
    case when p.mean_kwh_day > 0 and a.area_m2 > 0 then ln(365 * p.mean_kwh_day / a.area_m2) end as level_log,
    p.off_day_ratio,
    case when p.mean_kwh_day > 0 then p.summer_kwh_day / p.mean_kwh_day end as summer_ratio,
    case when p.mean_kwh_day > 0 then 10 * p.kwh_day_k / p.mean_kwh_day end as heat_response
from intermediate.meter_basis as b
inner join profile as p using (metering_point_id)
left join area as a using (building_id)
left join touched as t using (metering_point_id)
where b.role = 'main' and b.reason is null
