-- Measured effect of one measure: saved share of expected energy from its first day on, in its own building's meter.
-- Days where the meter has them, else the months after the one in which it started.
with saving as (
    select metering_point_id, expected_energy_kwh, energy_kwh, systematic_error_kwh, noise_variance_kwh2, 1 as day_count
    from marts.saving_day
    where metering_point_id = $metering_point_id and day_local >= $started and energy_kwh is not null
        and expected_energy_kwh is not null
    union all
    select
        metering_point_id, sum(expected_energy_kwh), sum(compared_energy_kwh), sum(systematic_error_kwh),
        sum(noise_variance_kwh2), any_value(compared_day_count)
    from marts.saving_month
    where metering_point_id = $metering_point_id and compared_energy_kwh is not null
        and month_local >= $started
        and metering_point_id in (select metering_point_id from marts.meter where judged_by = 'month')
    group by metering_point_id, month_local
),
summed as (
    select
        sum(expected_energy_kwh) as expected_energy_kwh,
        sum(expected_energy_kwh - energy_kwh) as saved_energy_kwh,
        sqrt(pow(sum(systematic_error_kwh), 2) + sum(noise_variance_kwh2)) as sd_kwh,
        sum(day_count) as day_count
    from saving
)
select
    s.saved_energy_kwh / s.expected_energy_kwh,
    group_half_width_kwh(pow(s.sd_kwh, 2), s.sd_kwh) / s.expected_energy_kwh,
    s.day_count,
    m.answer,
    m.reason
from marts.meter as m
cross join summed as s
where m.metering_point_id = $metering_point_id and m.building_id = $building_id
