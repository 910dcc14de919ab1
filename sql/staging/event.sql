-- What somebody has told of a building or a meter: the answer to "what happened here?". `none`: nothing did.
-- key: event_id
select
    row_json ->> 'event_id' as event_id,
    nullif(row_json ->> 'building_id', '') as building_id,
    nullif(row_json ->> 'metering_point_id', '') as metering_point_id,
    row_json ->> 'kind' as kind,
    cast(row_json ->> 'started' as date) as started,
    cast(nullif(row_json ->> 'ended', '') as date) as ended,
    nullif(row_json ->> 'note', '') as note
from raw.register_row
where sheet = 'event'
qualify row_number() over (partition by event_id order by delivery_number desc, source_row desc) = 1
