-- Buildings as they are registered now, with the owner of the largest share.
-- key: building_id
-- column: building_id | id in the register
-- column: building_name | name
-- column: use | what the building is used for
-- column: municipality_code | where it stands
-- column: organisation_id | owner of the largest share
-- column: organisation_name | its name
-- column: sector | state, region or municipality
-- column: area_m2 | area [m²]
-- column: area_type | which area: Atemp, BRA, BTA, LOA
-- column: built_year | year built
-- column: is_protected | true when the owner has marked the building as protected
-- column: valid_from | first day in the register
-- column: valid_to | day after the last
with owner as (
    select property_id, organisation_id, owned_share, valid_from from staging.ownership
    union all
    select property_id, organisation_id, 0.0, valid_from from staging.property
),
largest as (
    select property_id, organisation_id
    from owner
    qualify row_number() over (partition by property_id order by valid_from desc, owned_share desc, organisation_id) = 1
)
select
    b.building_id, b.building_name, b.use, b.municipality_code, o.organisation_id, o.organisation_name, o.sector,
    b.area_m2, b.area_type, b.built_year, b.is_protected, b.valid_from, b.valid_to
from staging.building as b
left join largest as l using (property_id)
left join marts.organisation as o using (organisation_id)
qualify row_number() over (partition by b.building_id order by b.valid_from desc) = 1
