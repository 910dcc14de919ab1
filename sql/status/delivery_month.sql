-- What each delivery brought for each meter and local month, what of it is used, and what the delivery before it had told
-- of the same month. A value longer than a month stands in the month where it begins.
-- key: delivery_sha256, metering_point_id, direction, month_local
with summed as (
    select
        delivery_number, metering_point_id, direction,
        cast(date_trunc(
            'month', cast(period_start_utc + case when resolution = 'P1M' then interval 36 hours else interval 0 hours end as date)
        ) as date) as month_local,
        count(*) filter (not is_second_account) as row_count,
        count(*) filter (fate = 'used') as used_count,
        count(*) filter (fate = 'superseded') as superseded_count,
        count(*) filter (fate = 'held') as held_count,
        count(*) filter (quality <> 'measured' and not is_second_account) as estimated_count,
        count(*) filter (fate = 'used' and quality <> 'measured') as used_estimated_count,
        sum(energy_kwh) filter (not is_second_account) as energy_kwh,
        sum(energy_kwh) filter (fate = 'used') as used_energy_kwh,
        sum(epoch(period_end_utc) - epoch(period_start_utc)) filter (not is_second_account) / 3600 as hours,
        sum(epoch(period_end_utc) - epoch(period_start_utc)) filter (fate = 'used') / 3600 as used_hours,
        bool_or(resolution = 'irregular') as is_irregular
    from staging.meter_reading
    group by all
)
select
    d.delivery_sha256, s.* exclude (delivery_number),
    lag(s.energy_kwh) over earlier as previous_energy_kwh,
    lag(s.hours) over earlier as previous_hours
from summed as s
inner join raw.delivery as d using (delivery_number)
window earlier as (
    partition by s.metering_point_id, s.direction, s.month_local, s.held_count > 0
    order by d.received_utc, s.delivery_number
)
