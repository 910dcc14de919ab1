-- Non-routine adjustment of each meter and day, outside its baseline: what the expectation is raised by (negative: lowered).
-- key: metering_point_id, day_local
select a.metering_point_id, c.day_local, sum(a.kwh_per_day) as adjustment_energy_kwh
from staging.adjustment as a
inner join staging.calendar_day as c on c.day_local >= a.valid_from and c.day_local < a.valid_to
anti join intermediate.baseline_day as b on b.metering_point_id = a.metering_point_id and b.day_local = c.day_local
group by a.metering_point_id, c.day_local
