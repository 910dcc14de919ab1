-- Energy of each meter and local day, from values of a day or shorter. A day is whole when its values cover all of its
-- 23, 24 or 25 hours; a day value is whole by itself. Where a day is partly covered no energy is given: a part is not a day.
-- key: metering_point_id, day_local
with summed as (
    select
        r.metering_point_id,
        cast(r.period_start_utc as date) as day_local,
        sum(r.energy_kwh) as energy_kwh,
        sum(epoch(r.period_end_utc) - epoch(r.period_start_utc)) as covered_seconds,
        bool_or(r.resolution = 'P1D') as is_day_value,
        avg(cast(r.quality <> 'measured' as integer)) as estimated_share
    from staging.meter_reading as r
    where r.fate = 'used' and r.direction = 'consumption' and r.resolution not in ('P1M', 'irregular') and r.energy_kwh is not null
    group by all
),
judged as (
    select s.*, s.is_day_value or s.covered_seconds >= 0.999 * c.day_seconds as is_whole
    from summed as s
    inner join staging.calendar_day as c using (day_local)
)
select
    metering_point_id,
    day_local,
    case when is_whole then energy_kwh end as energy_kwh,
    energy_kwh as delivered_energy_kwh,
    estimated_share,
    case when not is_whole then 'partial' when estimated_share > 0 then 'estimated' else 'measured' end as day_status
from judged
