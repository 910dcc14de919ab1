-- Energy of each meter and local month: a month's own value, or the sum of its days when all of them are whole, or, where
-- readings of a register cover the whole month, its part of each step by days of overlap (dagkorrigering, docs/method.md).
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
),
step as (
    -- Clock time of the wall, so that a day is a day also when the clocks change.
    select
        metering_point_id, energy_kwh, cast(quality <> 'measured' as integer) as estimated_share,
        cast(period_start_utc as timestamp) as start_local, cast(period_end_utc as timestamp) as end_local,
        unnest(range(
            cast(date_trunc('month', cast(period_start_utc as timestamp)) as timestamp),
            cast(period_end_utc as timestamp), interval 1 month
        )) as month_start
    from staging.meter_reading
    where fate = 'used' and direction = 'consumption' and resolution = 'irregular' and energy_kwh is not null
),
overlap as (
    select
        *,
        epoch(least(end_local, month_start + interval 1 month)) - epoch(greatest(start_local, month_start)) as overlap_seconds,
        epoch(end_local) - epoch(start_local) as step_seconds
    from step
),
from_steps as (
    select
        metering_point_id,
        cast(month_start as date) as month_local,
        sum(energy_kwh * overlap_seconds / step_seconds) as energy_kwh,
        sum(estimated_share * overlap_seconds) / sum(overlap_seconds) as estimated_share
    from overlap
    group by all
    having sum(overlap_seconds) >= 0.999 * epoch((month_start + interval 1 month) - month_start)
),
long as (
    select * from own
    union all by name
    select * from from_steps anti join own using (metering_point_id, month_local)
)
select
    coalesce(o.metering_point_id, d.metering_point_id) as metering_point_id,
    coalesce(o.month_local, d.month_local) as month_local,
    coalesce(o.energy_kwh, case when d.is_whole then d.energy_kwh end) as energy_kwh,
    coalesce(o.estimated_share, d.estimated_share) as estimated_share,
    o.metering_point_id is not null as is_month_value
from long as o
full join from_days as d on d.metering_point_id = o.metering_point_id and d.month_local = o.month_local
where o.metering_point_id is not null or d.is_whole
