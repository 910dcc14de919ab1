-- Choice of baseline: periods to use or to leave out, with the reason. Told for a meter, a building or an organisation: the
-- narrowest that is filled in counts.
-- key: baseline_id
select
    row_json ->> 'baseline_id' as baseline_id,
    nullif(row_json ->> 'metering_point_id', '') as metering_point_id,
    case when metering_point_id is null then nullif(row_json ->> 'building_id', '') end as building_id,
    case when metering_point_id is null and building_id is null then nullif(row_json ->> 'organisation_id', '') end
        as organisation_id,
    row_json ->> 'kind' as kind,
    cast(row_json ->> 'from' as date) as from_day,
    cast(row_json ->> 'to' as date) as to_day,
    row_json ->> 'reason' as reason
from raw.register_row
where sheet = 'baseline'
qualify row_number() over (partition by baseline_id order by delivery_number desc, source_row desc) = 1
