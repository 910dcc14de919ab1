-- To which building, organisation and municipality a meter's energy belongs, by share and period of validity:
-- the periods of all registers on the way cut with each other. Joint owners have a row each.
-- key: metering_point_id, building_id, organisation_id, valid_from
with owner as (
    select property_id, organisation_id, owned_share, valid_from, valid_to from staging.ownership
    union all
    select p.property_id, p.organisation_id, 1.0, p.valid_from, p.valid_to
    from staging.property as p
    where p.property_id not in (select property_id from staging.ownership)
)
select
    m.metering_point_id,
    b.building_id,
    o.organisation_id,
    o.sector,
    b.municipality_code,
    b.use,
    m.carrier,
    m.role,
    mb.served_share * w.owned_share as attributed_share,
    greatest(m.valid_from, mb.valid_from, b.valid_from, w.valid_from, o.valid_from) as valid_from,
    least(m.valid_to, mb.valid_to, b.valid_to, w.valid_to, o.valid_to) as valid_to
from staging.meter as m
inner join staging.meter_building as mb using (metering_point_id)
inner join staging.building as b using (building_id)
inner join owner as w using (property_id)
inner join staging.organisation as o using (organisation_id)
where greatest(m.valid_from, mb.valid_from, b.valid_from, w.valid_from, o.valid_from)
    < least(m.valid_to, mb.valid_to, b.valid_to, w.valid_to, o.valid_to)
