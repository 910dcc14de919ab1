-- Mean outdoor temperature of each station and local day. A day counts when at least 20 of its hours are there;
-- a mean of fewer would lean towards day or night.
-- key: station_id, day_local
with hour as (
    select station_id, hour_start_utc, temperature_c
    from raw.temperature_hour
    qualify row_number() over (partition by station_id, hour_start_utc order by delivery_number desc) = 1
)
select
    station_id,
    cast(hour_start_utc as date) as day_local,
    avg(temperature_c) as temperature_c,
    count(*) as hour_count
from hour
group by all
having count(*) >= 20
