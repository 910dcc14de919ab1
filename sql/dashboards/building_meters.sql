-- The meters of a building: main meters first, the largest expected use first.
-- source: published
-- param: building_id | the building
select
    meter.metering_point_id, meter.carrier, meter.role, meter.resolution, meter.first_day, meter.last_day,
    meter.baseline_from, meter.baseline_to, meter.answer, meter.reason, meter.model_text, meter.cvrmse, meter.nmbe,
    meter.r2, meter.baseline_day_count, meter.missing_day_count, meter.reading_count, meter.energy_kwh
from marts.meter as meter
inner join marts.building as building using (building_id)
where meter.building_id = $building_id and not coalesce(building.is_protected, false)
order by case meter.role when 'main' then 0 when 'sub' then 1 else 2 end, meter.energy_kwh desc nulls last, meter.metering_point_id
