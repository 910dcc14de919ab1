-- Main meters whose last day is more than a month (40 days for month meters) before the day that data reach to.
-- source: published
select
    meter.metering_point_id, meter.carrier, meter.resolution, meter.last_day, meter.reading_count,
    building.building_name, building.organisation_name,
    (publication.data_through_day - meter.last_day) as late_day_count
from marts.meter as meter
cross join marts.publication as publication
left join marts.building as building using (building_id)
where
    meter.role = 'main'
    and not coalesce(building.is_protected, false)
    and (
        meter.last_day is null
        or publication.data_through_day - meter.last_day > case meter.resolution when 'P1M' then 62 else 31 end
    )
order by meter.last_day nulls first, meter.metering_point_id
