-- Buildings with use, area and municipality.
-- key: building_id, valid_from
select
    row_json ->> 'building_id' as building_id,
    row_json ->> 'property_id' as property_id,
    row_json ->> 'name' as building_name,
    row_json ->> 'use' as use,
    row_json ->> 'municipality_code' as municipality_code,
    cast(nullif(row_json ->> 'area_m2', '') as double) as area_m2,
    row_json ->> 'area_type' as area_type,
    cast(nullif(row_json ->> 'built_year', '') as integer) as built_year,
    coalesce(lower(row_json ->> 'protected') in ('true', '1', 'yes', 'ja'), false) as is_protected,
    valid_from_day(row_json ->> 'valid_from') as valid_from,
    valid_to_day(row_json ->> 'valid_to') as valid_to
from raw.register_row
where sheet = 'building'
qualify row_number() over (partition by building_id, valid_from order by delivery_number desc, source_row desc) = 1
