-- Targets that an organisation has set for itself or shares with others.
-- key: organisation_id, kind, from_year
select
    row_json ->> 'organisation_id' as organisation_id,
    row_json ->> 'kind' as kind,
    cast(row_json ->> 'from_year' as integer) as from_year,
    cast(row_json ->> 'share_per_year' as double) as share_per_year
from raw.register_row
where sheet = 'target'
qualify row_number() over (
    partition by organisation_id, kind, from_year order by delivery_number desc, source_row desc) = 1
