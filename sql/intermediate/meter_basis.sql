-- How each registered meter can be judged: its baseline period, what has arrived, and whether days or months carry it.
-- A meter is judged by days when they reach over most of its baseline, else by months.
-- key: metering_point_id
with registered as (
    select
        metering_point_id, carrier, role, unit, baseline_from, baseline_to
    from staging.meter
    qualify row_number() over (partition by metering_point_id order by valid_from desc) = 1
),
baseline as (
    select
        m.* exclude (baseline_from, baseline_to),
        coalesce(m.baseline_from, make_date(s.baseline_year, 1, 1)) as baseline_from,
        coalesce(m.baseline_to, make_date(s.baseline_year + 1, 1, 1)) as baseline_to
    from registered as m
    cross join staging.setting as s
),
main_building as (
    select metering_point_id, building_id, municipality_code
    from staging.meter_attribution
    qualify row_number() over (partition by metering_point_id order by valid_to desc, attributed_share desc, building_id) = 1
),
arrived as (
    select
        metering_point_id,
        arg_max(resolution, period_start_utc) as resolution,
        cast(min(period_start_utc) as date) as first_day,
        cast(max(period_end_utc) - interval 1 second as date) as last_day,
        count(*) as reading_count,
        sum(energy_kwh) as energy_kwh,
        count(energy_kwh) > 0 as is_energy
    from staging.meter_reading
    where fate = 'used' and direction = 'consumption'
    group by all
),
baseline_days as (
    select d.metering_point_id, count(d.energy_kwh) as day_count
    from intermediate.meter_day as d
    inner join baseline as b
        on b.metering_point_id = d.metering_point_id and d.day_local >= b.baseline_from and d.day_local < b.baseline_to
    group by all
),
months as (
    select distinct metering_point_id from intermediate.meter_month where is_month_value
)
select
    b.*,
    mb.building_id,
    mb.municipality_code,
    a.resolution, a.first_day, a.last_day, coalesce(a.reading_count, 0) as reading_count, a.energy_kwh,
    coalesce(d.day_count, 0) as baseline_day_count,
    case
        when b.role = 'virtual' then 'virtual_meter'
        when mb.building_id is null then 'building_unknown'
        when a.metering_point_id is null then 'no_readings'
        when not a.is_energy then 'not_energy'
    end as reason,
    case
        when coalesce(d.day_count, 0) >= 250 or m.metering_point_id is null then 'day'
        else 'month'
    end as judged_by
from baseline as b
left join main_building as mb using (metering_point_id)
left join arrived as a using (metering_point_id)
left join baseline_days as d using (metering_point_id)
left join months as m using (metering_point_id)
