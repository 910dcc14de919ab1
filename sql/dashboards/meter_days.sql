-- One meter's days: measured, how, and expected.
-- source: published
-- param: metering_point_id | the meter
-- param: first_day | first day, a date
-- param: last_day | last day, a date
select
    day.day_local, day.temperature_c, day.energy_kwh, day.day_status, day.expected_energy_kwh,
    day.expected_energy_low_kwh, day.expected_energy_high_kwh, day.is_baseline
from marts.saving_day as day
inner join marts.meter as meter using (metering_point_id)
left join marts.building as building using (building_id)
where
    day.metering_point_id = $metering_point_id
    and day.day_local between $first_day::date and $last_day::date
    and not coalesce(building.is_protected, false)
order by day.day_local
