-- Energy against what was expected for each month, by municipality or organisation: the small charts of a table.
-- source: published
-- param: grain | municipality, organisation or building
-- param: first_month | first month, a date
-- param: last_month | last month, a date
-- param: sector | state, region, municipality, or null for all
-- param: carrier | a carrier, or null for all
-- param: municipality_code | where the buildings stand, or null for the whole county
select
    case $grain
        when 'municipality' then municipality_code
        when 'organisation' then organisation_id
        else building_id
    end as group_key,
    month_local,
    sum(saved_energy_kwh) as saved_energy_kwh,
    sum(expected_energy_kwh) as expected_energy_kwh
from marts.saving_month
where
    saved_energy_kwh is not null
    and month_local between $first_month::date and $last_month::date
    and ($sector::varchar is null or sector = $sector)
    and ($carrier::varchar is null or carrier = $carrier)
    and ($municipality_code::varchar is null or municipality_code = $municipality_code)
group by all
order by group_key, month_local
