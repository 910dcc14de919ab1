-- Weather stations and where they stand.
-- key: station_id
select station_id, station_name, latitude_deg, longitude_deg
from raw.weather_station
qualify row_number() over (partition by station_id order by delivery_number desc) = 1
