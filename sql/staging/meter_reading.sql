-- Every value that was ever delivered, with its fate: used, superseded or held (and why).
-- Rules, in this order. Held: the meter is in no register, or belongs to an organisation that the sender does not speak
-- for. Then one value for each meter, resolution and instant: measured before estimated, later before earlier. Then one
-- resolution at a time: the one that covers more of the day, the finer if they cover the same; a month's value gives way
-- to shorter ones only when these cover the whole month. So hours and their quarters are never added.
-- key: delivery_number, source_row, metering_point_id, direction, period_start_utc
with known_meter as (
    select distinct metering_point_id from staging.meter
),
owner as (
    select distinct metering_point_id, organisation_id from staging.meter_attribution
),
owned as (
    select distinct metering_point_id from owner
),
reading as (
    select
        r.*,
        d.received_utc,
        case
            when k.metering_point_id is null then 'unknown_meter'
            when d.organisation_id <> 'county' and o.metering_point_id is null and w.metering_point_id is not null
                then 'other_organisation'
        end as hold_reason
    from raw.meter_reading as r
    inner join raw.delivery as d on d.delivery_number = r.delivery_number and d.outcome = 'taken'
    left join known_meter as k on k.metering_point_id = r.metering_point_id
    left join owned as w on w.metering_point_id = r.metering_point_id
    left join owner as o on o.metering_point_id = r.metering_point_id and o.organisation_id = d.organisation_id
),
version as materialized (
    select
        * exclude (received_utc),
        epoch(period_end_utc) - epoch(period_start_utc) as period_seconds,
        hold_reason is null and row_number() over (
            partition by metering_point_id, direction, resolution, period_start_utc, hold_reason is null
            order by quality = 'measured' desc, received_utc desc, delivery_number desc, source_row desc
        ) = 1 as is_current
    from reading
),
mixed_meter as (
    select metering_point_id, direction from version where is_current
    group by all having count(distinct resolution) > 1
),
covered as (
    select
        v.metering_point_id, v.direction, cast(v.period_start_utc as date) as day_local, v.resolution,
        sum(v.period_seconds) as covered_seconds, min(v.period_seconds) as shortest_seconds
    from version as v
    inner join mixed_meter using (metering_point_id, direction)
    where v.is_current and v.resolution <> 'P1M'
    group by all
),
covered_day as (
    select
        *,
        row_number() over (
            partition by metering_point_id, direction, day_local order by covered_seconds desc, shortest_seconds
        ) = 1 as is_best
    from covered
),
covered_month as (
    select metering_point_id, direction, date_trunc('month', day_local) as month_local, sum(covered_seconds) as covered_seconds
    from covered_day where is_best
    group by all
),
month_value as (
    -- 36 hours into the period: inside the right month for every way of cutting months
    select
        v.metering_point_id, v.direction, v.period_start_utc,
        date_trunc('month', cast(v.period_start_utc + interval 36 hours as date)) as month_local,
        coalesce(c.covered_seconds, 0) >= 0.999 * v.period_seconds as is_covered
    from version as v
    inner join mixed_meter using (metering_point_id, direction)
    left join covered_month as c
        on c.metering_point_id = v.metering_point_id and c.direction = v.direction
        and c.month_local = date_trunc('month', cast(v.period_start_utc + interval 36 hours as date))
    where v.is_current and v.resolution = 'P1M'
)
select
    v.delivery_number, v.source_row, v.metering_point_id, v.carrier, v.direction, v.unit, v.resolution,
    v.period_start_utc, v.period_end_utc, v.value, v.energy_kwh, v.quality, v.hold_reason,
    case
        when v.hold_reason is not null then 'held'
        when not v.is_current then 'superseded'
        when v.resolution = 'P1M' and coalesce(own.is_covered, false) then 'superseded'
        when v.resolution <> 'P1M' and not coalesce(d.is_best, true) then 'superseded'
        when v.resolution <> 'P1M' and not coalesce(month.is_covered, true) then 'superseded'
        else 'used'
    end as fate
from version as v
left join month_value as own
    on v.resolution = 'P1M' and own.metering_point_id = v.metering_point_id and own.direction = v.direction
    and own.period_start_utc = v.period_start_utc
left join covered_day as d
    on v.resolution <> 'P1M' and d.metering_point_id = v.metering_point_id and d.direction = v.direction
    and d.day_local = cast(v.period_start_utc as date) and d.resolution = v.resolution
left join month_value as month
    on v.resolution <> 'P1M' and month.metering_point_id = v.metering_point_id and month.direction = v.direction
    and month.month_local = date_trunc('month', cast(v.period_start_utc as date))
