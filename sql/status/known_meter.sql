-- Meters in the register, with those who may deliver for them and the building that they serve; a protected building is
-- not named.
-- key: metering_point_id
with newest as (
    select metering_point_id, carrier
    from staging.meter
    qualify row_number() over (partition by metering_point_id order by valid_from desc) = 1
),
served as (
    select
        a.metering_point_id,
        list(distinct a.organisation_id order by a.organisation_id) as organisation_ids,
        arg_max(b.building_name, a.valid_to) filter (not b.is_protected) as building_name
    from staging.meter_attribution as a
    left join staging.building as b using (building_id)
    group by all
)
select n.metering_point_id, n.carrier, coalesce(s.organisation_ids, []) as organisation_ids, s.building_name
from newest as n
left join served as s using (metering_point_id)
