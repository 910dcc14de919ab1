-- What was done in a building.
-- source: published
-- param: building_id | the building
select measure.measure_id, measure.kind, measure.started, measure.finished, measure.expected_kwh_year
from marts.measure as measure
inner join marts.building as building using (building_id)
where measure.building_id = $building_id and not coalesce(building.is_protected, false)
order by measure.started, measure.measure_id
