-- Energy against what was expected over a period, by group: county, municipality, organisation, sector, carrier,
-- sector_carrier or building. Only main meters; only months outside the meter's own baseline; only answered meters
-- count in the energy. The interval is 90 % (group_half_width_kwh in sql/macros.sql).
-- source: published
-- param: grain | county, municipality, organisation, sector, carrier, sector_carrier or building
-- param: first_month | first month of the period, a date
-- param: last_month | last month of the period, a date
-- param: sector | state, region, municipality, or null for all
-- param: carrier | a carrier, or null for all
-- param: municipality_code | where the buildings stand, or null for the whole county
-- param: organisation_id | one owner, or null for all
-- param: building_id | one building, or null for all
with scope as (
    select
        meter.metering_point_id,
        meter.reason,
        building.building_id,
        building.area_m2,
        building.organisation_id,
        case $grain
            when 'municipality' then building.municipality_code
            when 'organisation' then building.organisation_id
            when 'sector' then building.sector
            when 'carrier' then meter.carrier
            when 'sector_carrier' then building.sector || '|' || meter.carrier
            when 'building' then building.building_id
            else 'county'
        end as group_key
    from marts.meter as meter
    left join marts.building as building using (building_id)
    where
        meter.role = 'main'
        and ($sector::varchar is null or building.sector = $sector)
        and ($carrier::varchar is null or meter.carrier = $carrier)
        and ($municipality_code::varchar is null or building.municipality_code = $municipality_code)
        and ($organisation_id::varchar is null or building.organisation_id = $organisation_id)
        and ($building_id::varchar is null or building.building_id = $building_id)
),

meter_period as (
    select
        metering_point_id,
        sum(energy_kwh) as energy_kwh,
        sum(compared_energy_kwh) filter (saved_energy_kwh is not null) as compared_energy_kwh,
        sum(expected_energy_kwh) filter (saved_energy_kwh is not null) as expected_energy_kwh,
        sum(saved_energy_kwh) as saved_energy_kwh,
        coalesce(sum(systematic_error_kwh) filter (saved_energy_kwh is not null) ^ 2, 0)
        + coalesce(sum(noise_variance_kwh2) filter (saved_energy_kwh is not null), 0) as variance_kwh2,
        coalesce(sum(compared_day_count) filter (saved_energy_kwh is not null), 0) > 0 as is_answered,
        sum(estimated_share * measured_day_count) as estimated_day_count,
        sum(measured_day_count) as measured_day_count,
        sum(day_count) as day_count,
        bool_or(is_preliminary) as is_preliminary,
        coalesce(sum(measured_day_count), 0) > 0 and count(temperature_c) = 0 as is_without_temperature
    from marts.saving_month
    where month_local between $first_month::date and $last_month::date and not is_baseline
    group by metering_point_id
),

joined as (
    select
        scope.*,
        meter_period.* exclude (metering_point_id, is_answered),
        coalesce(meter_period.is_answered, false) as is_answered
    from scope
    left join meter_period using (metering_point_id)
),

building_part as (
    select
        group_key,
        building_id,
        any_value(area_m2) as area_m2,
        avg(is_answered::int) as answered_share
    from joined
    where building_id is not null
    group by group_key, building_id
),

area as (
    select
        group_key,
        count(*) as building_count,
        sum(area_m2) as area_m2,
        sum(area_m2 * answered_share) as answered_area_m2
    from building_part
    group by group_key
),

-- The most common reason among meters without an answer; the first by name when two are as common.
common_reason as (
    select group_key, min_by(reason, row(-meter_count, reason)) as reason
    from (
        select
            group_key,
            coalesce(reason, case when is_without_temperature then 'no_temperature' end, 'no_reporting_days') as reason,
            count(*) as meter_count
        from joined
        where not is_answered
        group by all
    ) as counted
    group by group_key
)

select
    joined.group_key,
    count(*) as meter_count,
    count(*) filter (joined.is_answered) as answered_meter_count,
    any_value(area.building_count) as building_count,
    any_value(area.area_m2) as area_m2,
    any_value(area.answered_area_m2) as answered_area_m2,
    count(distinct joined.organisation_id) as organisation_count,
    count(distinct joined.organisation_id) filter (joined.is_answered) as answered_organisation_count,
    sum(joined.energy_kwh) as energy_kwh,
    sum(joined.compared_energy_kwh) as compared_energy_kwh,
    sum(joined.expected_energy_kwh) as expected_energy_kwh,
    sum(joined.saved_energy_kwh) as saved_energy_kwh,
    group_half_width_kwh(
        sum(joined.variance_kwh2) filter (joined.is_answered),
        sum(sqrt(joined.variance_kwh2)) filter (joined.is_answered)
    ) as half_width_kwh,
    sum(joined.estimated_day_count) / nullif(sum(joined.measured_day_count), 0) as estimated_share,
    sum(joined.measured_day_count) as measured_day_count,
    sum(joined.day_count) as day_count,
    min(coalesce(joined.measured_day_count / nullif(joined.day_count, 0), 0)) as least_measured_share,
    coalesce(bool_or(joined.is_preliminary), false) as is_preliminary,
    any_value(common_reason.reason) as reason,
    count(*) filter (joined.reason = 'no_readings') as silent_meter_count
from joined
left join area using (group_key)
left join common_reason using (group_key)
where joined.group_key is not null
group by joined.group_key
order by joined.group_key
