-- The days of each meter's baseline: those of the periods that are used, less those that are left out.
-- key: metering_point_id, day_local
with day as (
    select p.metering_point_id, p.kind, c.day_local
    from intermediate.baseline_period as p
    inner join staging.calendar_day as c on c.day_local >= p.period_from and c.day_local < p.period_to
)
select metering_point_id, day_local
from day
group by metering_point_id, day_local
having bool_and(kind = 'use')
