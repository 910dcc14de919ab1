-- Who owns which share of a property, where it is not simply the organisation that manages it.
-- key: property_id, organisation_id, valid_from
select
    row_json ->> 'property_id' as property_id,
    row_json ->> 'organisation_id' as organisation_id,
    cast(row_json ->> 'share' as double) as owned_share,
    valid_from_day(row_json ->> 'valid_from') as valid_from,
    valid_to_day(row_json ->> 'valid_to') as valid_to
from raw.register_row
where sheet = 'ownership'
qualify row_number() over (
    partition by property_id, organisation_id, valid_from order by delivery_number desc, source_row desc) = 1
