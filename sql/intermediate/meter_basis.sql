-- How each registered meter can be judged: the ends of its baseline, what has arrived, and whether days or months carry it.
-- A meter is judged by days when they reach over most of its baseline, else by months.
-- key: metering_point_id
with registered as (
    select metering_point_id, carrier, role, unit
    from staging.meter
    qualify row_number() over (partition by metering_point_id order by valid_from desc) = 1
),
baseline as (
    select
        m.*,
        p.baseline_from,
        p.baseline_to
    from registered as m
    inner join (
        select metering_point_id, min(period_from) as baseline_from, max(period_to) as baseline_to
        from intermediate.baseline_period
        where kind = 'use'
        group by metering_point_id
    ) as p using (metering_point_id)
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
        count(energy_kwh) > 0 as is_energy,
        max(delivery_number) as newest_delivery_number
    from staging.meter_reading
    where fate = 'used' and direction = 'consumption'
    group by all
),
baseline_days as (
    select d.metering_point_id, count(d.energy_kwh) as day_count
    from intermediate.meter_day as d
    inner join intermediate.baseline_day as b using (metering_point_id, day_local)
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
    a.newest_delivery_number,
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
