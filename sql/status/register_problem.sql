-- Register rows that point at something that is not there; they are kept but cannot be used until it is mended.
-- key: sheet, delivery_sha256, source_row, reason
with row as (
    select d.delivery_sha256, r.sheet, r.source_row, r.row_json
    from raw.register_row as r
    inner join raw.delivery as d using (delivery_number)
),
problem as (
    select sheet, source_row, delivery_sha256,
        'Organisationen ' || (row_json ->> 'organisation_id') || ' finns inte i registret.' as reason,
        'Lägg till den i bladet organisation eller rätta koden.' as fix
    from row
    where sheet in ('property', 'ownership', 'target', 'baseline')
        and row_json ->> 'organisation_id' not in (select organisation_id from staging.organisation)
    union all
    select sheet, source_row, delivery_sha256,
        'Fastigheten ' || (row_json ->> 'property_id') || ' finns inte i registret.',
        'Lägg till den i bladet property eller rätta koden.'
    from row
    where sheet in ('building', 'ownership')
        and row_json ->> 'property_id' not in (select property_id from staging.property)
    union all
    select sheet, source_row, delivery_sha256,
        'Byggnaden ' || (row_json ->> 'building_id') || ' finns inte i registret.',
        'Lägg till den i bladet building eller rätta koden.'
    from row
    where sheet in ('meter_building', 'calendar', 'measure', 'event', 'baseline')
        and row_json ->> 'building_id' not in (select building_id from staging.building)
    union all
    select sheet, source_row, delivery_sha256,
        'Mätaren ' || (row_json ->> 'metering_point_id') || ' finns inte i registret.',
        'Lägg till den i bladet meter eller rätta koden.'
    from row
    where sheet in ('meter_building', 'event', 'adjustment', 'baseline')
        and row_json ->> 'metering_point_id' not in (select metering_point_id from staging.meter)
    union all
    select sheet, source_row, delivery_sha256,
        'Kommunkoden ' || (row_json ->> 'municipality_code') || ' är inte en svensk kommun.',
        'Skriv fyra siffror som text, till exempel 2480.'
    from row
    where sheet = 'building'
        and row_json ->> 'municipality_code' not in (select municipality_code from staging.reference_municipality)
)
select sheet, source_row, delivery_sha256, reason, any_value(fix) as fix
from problem
group by all
