-- Properties (fastigheter) and the organisation that manages each.
-- key: property_id, valid_from
select
    row_json ->> 'property_id' as property_id,
    row_json ->> 'designation' as designation,
    row_json ->> 'organisation_id' as organisation_id,
    valid_from_day(row_json ->> 'valid_from') as valid_from,
    valid_to_day(row_json ->> 'valid_to') as valid_to
from raw.register_row
where sheet = 'property'
qualify row_number() over (partition by property_id, valid_from order by delivery_number desc, source_row desc) = 1
