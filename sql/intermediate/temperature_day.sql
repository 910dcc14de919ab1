-- Outdoor temperature of each municipality and day: the nearest station that has the day.
-- key: municipality_code, day_local
with place as (
    select
        m.municipality_code, s.station_id,
        distance_km(m.latitude_deg, m.longitude_deg, s.latitude_deg, s.longitude_deg) as station_km
    from staging.reference_municipality as m
    cross join staging.weather_station as s
    where m.municipality_code in (select municipality_code from staging.building)
)
select
    p.municipality_code,
    t.day_local,
    arg_min(t.temperature_c, p.station_km) as temperature_c,
    arg_min(t.station_id, p.station_km) as station_id,
    min(p.station_km) as station_km
from place as p
inner join staging.temperature_day as t using (station_id)
group by all
