-- Organisations that own buildings. The row delivered last stands.
-- key: organisation_id, valid_from
select
    row_json ->> 'organisation_id' as organisation_id,
    row_json ->> 'name' as organisation_name,
    row_json ->> 'sector' as sector,
    nullif(row_json ->> 'municipality_code', '') as municipality_code,
    coalesce(nullif(row_json ->> 'country', ''), 'SE') as country,
    valid_from_day(row_json ->> 'valid_from') as valid_from,
    valid_to_day(row_json ->> 'valid_to') as valid_to
from raw.register_row
where sheet = 'organisation'
qualify row_number() over (partition by organisation_id, valid_from order by delivery_number desc, source_row desc) = 1
