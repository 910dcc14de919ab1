-- Energy of each meter and local month: a month's own value, or the sum of its days when all of them are whole.
-- key: metering_point_id, month_local
with own as (
    select
        metering_point_id,
        cast(date_trunc('month', cast(period_start_utc + interval 36 hours as date)) as date) as month_local,
        sum(energy_kwh) as energy_kwh,
        max(cast(quality <> 'measured' as integer)) as estimated_share
    from staging.meter_reading
    where fate = 'used' and direction = 'consumption' and resolution = 'P1M' and energy_kwh is not null
    group by all
),
from_days as (
    select
        metering_point_id,
        cast(date_trunc('month', day_local) as date) as month_local,
        sum(energy_kwh) as energy_kwh,
        avg(estimated_share) as estimated_share,
        count(energy_kwh) = any_value(day(last_day(day_local))) as is_whole
    from intermediate.meter_day
    group by all
)
select
    coalesce(o.metering_point_id, d.metering_point_id) as metering_point_id,
    coalesce(o.month_local, d.month_local) as month_local,
    coalesce(o.energy_kwh, case when d.is_whole then d.energy_kwh end) as energy_kwh,
    coalesce(o.estimated_share, d.estimated_share) as estimated_share,
    o.metering_point_id is not null as is_month_value
from own as o
full join from_days as d on d.metering_point_id = o.metering_point_id and d.month_local = o.month_local
where o.metering_point_id is not null or d.is_whole
