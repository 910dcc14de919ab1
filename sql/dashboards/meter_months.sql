-- One meter's months: measured, how much of the month was compared, and expected with its 90 % interval.
-- source: published
-- param: metering_point_id | the meter
select
    month.month_local, month.temperature_c, month.energy_kwh, month.compared_energy_kwh, month.expected_energy_kwh,
    month.saved_energy_kwh,
    group_half_width_kwh(
        coalesce(month.systematic_error_kwh, 0) ^ 2 + coalesce(month.noise_variance_kwh2, 0),
        sqrt(coalesce(month.systematic_error_kwh, 0) ^ 2 + coalesce(month.noise_variance_kwh2, 0))
    ) as half_width_kwh,
    month.day_count, month.measured_day_count, month.compared_day_count, month.estimated_share, month.is_preliminary,
    month.is_baseline
from marts.saving_month as month
left join marts.building as building using (building_id)
where month.metering_point_id = $metering_point_id and not coalesce(building.is_protected, false)
order by month.month_local
