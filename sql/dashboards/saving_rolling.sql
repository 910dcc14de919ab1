-- Twelve months up to and including each month: energy against what was expected, with its 90 % interval.
-- The baseline is part of it, so that the line starts near 100 %.
-- source: published
-- param: sector | state, region, municipality, or null for all
-- param: carrier | a carrier, or null for all
-- param: municipality_code | where the buildings stand, or null for the whole county
-- param: building_id | one building, or null for all
with meter_month as (
    select *
    from marts.saving_month
    where
        saved_energy_kwh is not null
        and ($sector::varchar is null or sector = $sector)
        and ($carrier::varchar is null or carrier = $carrier)
        and ($municipality_code::varchar is null or municipality_code = $municipality_code)
        and ($building_id::varchar is null or building_id = $building_id)
),

calendar as (
    select month_local, bool_or(is_preliminary) as is_preliminary
    from meter_month
    group by month_local
),

meter_year as (
    select
        calendar.month_local,
        meter_month.metering_point_id,
        sum(meter_month.compared_energy_kwh) as compared_energy_kwh,
        sum(meter_month.expected_energy_kwh) as expected_energy_kwh,
        coalesce(sum(meter_month.systematic_error_kwh), 0) ^ 2
        + coalesce(sum(meter_month.noise_variance_kwh2), 0) as variance_kwh2
    from calendar
    inner join meter_month
        on meter_month.month_local between calendar.month_local - interval 11 month and calendar.month_local
    group by calendar.month_local, meter_month.metering_point_id
)

select
    meter_year.month_local,
    any_value(calendar.is_preliminary) as is_preliminary,
    count(*) as meter_count,
    sum(compared_energy_kwh) as compared_energy_kwh,
    sum(expected_energy_kwh) as expected_energy_kwh,
    group_half_width_kwh(sum(variance_kwh2), sum(sqrt(variance_kwh2))) as half_width_kwh
from meter_year
inner join calendar using (month_local)
where meter_year.month_local >= (select min(month_local) + interval 11 month from calendar)
group by meter_year.month_local
order by meter_year.month_local
