-- Energy per area for each building, carrier and calendar year, measured and in a normal year, with the kind of area that it
-- is divided by. Given only when every main meter of the building and carrier has all months of the year.
-- key: building_id, carrier, year_local
-- column: building_id | building
-- column: carrier | energy carrier; figures of different carriers may be added when their areas are of one kind
-- column: year_local | calendar year
-- column: meter_count | main meters
-- column: area_m2 | area at the end of the year [m²]
-- column: area_type | which area: Atemp, BRA, BTA, LOA
-- column: energy_kwh | measured energy [kWh]
-- column: energy_kwh_m2 | measured energy per area [kWh/m²]
-- column: corrected_energy_kwh | energy in a normal year; empty when it cannot be told, and always for electricity [kWh]
-- column: corrected_energy_kwh_m2 | energy in a normal year per area [kWh/m²]
with month as (
    select distinct month_local, cast(year(month_local) as integer) as year_local from intermediate.normal_year_month
),
meter_month as (
    select
        a.building_id, a.carrier, m.year_local, m.month_local, a.metering_point_id,
        sum(a.attributed_share) as served_share, any_value(n.energy_kwh) as energy_kwh,
        any_value(n.corrected_energy_kwh) as corrected_energy_kwh
    from staging.meter_attribution as a
    inner join month as m on m.month_local >= a.valid_from and m.month_local < a.valid_to
    left join intermediate.normal_year_month as n
        on n.metering_point_id = a.metering_point_id and n.month_local = m.month_local
    where a.role = 'main'
    group by all
),
whole as (
    select
        building_id, carrier, year_local,
        cast(count(distinct metering_point_id) as integer) as meter_count,
        sum(energy_kwh * served_share) as energy_kwh,
        case when count(corrected_energy_kwh) = count(*) then sum(corrected_energy_kwh * served_share) end
            as corrected_energy_kwh
    from meter_month
    group by all
    having count(energy_kwh) = count(*) and count(distinct month_local) = 12
)
select
    w.building_id, w.carrier, w.year_local, w.meter_count, b.area_m2, b.area_type,
    w.energy_kwh, w.energy_kwh / b.area_m2 as energy_kwh_m2,
    w.corrected_energy_kwh, w.corrected_energy_kwh / b.area_m2 as corrected_energy_kwh_m2
from whole as w
inner join staging.building as b
    on b.building_id = w.building_id
    and make_date(w.year_local, 12, 31) >= b.valid_from and make_date(w.year_local, 12, 31) < b.valid_to
qualify row_number() over (partition by w.building_id, w.carrier, w.year_local order by b.valid_from desc) = 1
