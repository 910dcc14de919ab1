-- The sectors and carriers that exist here, so that nothing is offered that leads nowhere.
-- source: published
select distinct building.sector, meter.carrier
from marts.meter as meter
inner join marts.building as building using (building_id)
where meter.role = 'main'
order by all
