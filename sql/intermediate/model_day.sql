-- What the daily model is given: each day of each meter judged by days, from its first day or its baseline on, with
-- energy where there is any, temperature, kind of day and whether the building was closed.
-- key: metering_point_id, day_local
with meter as (
    select metering_point_id, carrier, building_id, municipality_code, least(first_day, baseline_from) as from_day
    from intermediate.meter_basis
    where reason is null and judged_by = 'day'
),
closed_day as (
    select distinct b.building_id, c.day_local
    from staging.building_calendar as b
    inner join staging.calendar_day as c on c.day_local >= b.from_day and c.day_local < b.to_day
    where b.kind in ('closed', 'holiday')
        and not exists (
            from staging.building_calendar as o
            where o.building_id = b.building_id and o.kind = 'open' and c.day_local >= o.from_day and c.day_local < o.to_day)
)
select
    m.metering_point_id,
    m.carrier,
    c.day_local,
    d.energy_kwh,
    d.day_status,
    d.delivered_energy_kwh,
    d.estimated_share,
    t.temperature_c,
    c.day_type,
    closed.building_id is not null as is_closed,
    b.day_local is not null as is_baseline,
    place.latitude_deg
from meter as m
cross join staging.setting as s
inner join staging.calendar_day as c on c.day_local >= m.from_day and c.day_local <= s.data_through_day
left join staging.reference_municipality as place on place.municipality_code = m.municipality_code
left join intermediate.baseline_day as b on b.metering_point_id = m.metering_point_id and b.day_local = c.day_local
left join intermediate.meter_day as d on d.metering_point_id = m.metering_point_id and d.day_local = c.day_local
left join intermediate.temperature_day as t on t.municipality_code = m.municipality_code and t.day_local = c.day_local
left join closed_day as closed on closed.building_id = m.building_id and closed.day_local = c.day_local
