-- Every value that was ever delivered, with its fate: used, superseded or held (and why).
-- Rules, in this order. Held: the meter is in no register, or belongs to an organisation that the sender does not speak
-- for. Superseded: what a file itself tells a second time (is_second_account). Then one value for each meter, resolution
-- and instant: measured before estimated, later before earlier. Then one resolution at a time: the one that covers more
-- of the day, the finer if they cover the same; a month's value gives way to shorter ones only when these cover the whole
-- month. So hours and their quarters are never added.
-- A value with a length of its own (irregular: between two readings of a register) may reach over a year, so it gives way
-- as soon as days and months cover half of it; else they give way to it. Of two that overlap the later delivered stands.
-- A value is known by its place in raw.meter_reading: two sheets of a workbook may tell the same on the same row.
-- key: value_number
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
        r.rowid as value_number,
        r.* replace (coalesce(r.is_second_account, false) as is_second_account, coalesce(r.kind, 'interval') as kind),
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
        *,
        epoch(period_end_utc) - epoch(period_start_utc) as period_seconds,
        hold_reason is null and not is_second_account and row_number() over (
            partition by
                metering_point_id, direction, resolution, period_start_utc, hold_reason is null, is_second_account,
                case when resolution = 'irregular' then period_end_utc end
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
    where v.is_current and v.resolution not in ('P1M', 'irregular')
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
        v.metering_point_id, v.direction, v.period_start_utc, v.period_end_utc, v.period_seconds,
        date_trunc('month', cast(v.period_start_utc + interval 36 hours as date)) as month_local,
        coalesce(c.covered_seconds, 0) >= 0.999 * v.period_seconds as is_covered
    from version as v
    inner join mixed_meter using (metering_point_id, direction)
    left join covered_month as c
        on c.metering_point_id = v.metering_point_id and c.direction = v.direction
        and c.month_local = date_trunc('month', cast(v.period_start_utc + interval 36 hours as date))
    where v.is_current and v.resolution = 'P1M'
),
settled as (
    select metering_point_id, direction, cast(period_start_utc as date) as first_day,
        cast(period_end_utc as date) as next_day, period_seconds as covered_seconds
    from month_value where not is_covered
    union all
    select d.metering_point_id, d.direction, d.day_local, d.day_local + 1, d.covered_seconds
    from covered_day as d
    left join month_value as m
        on m.metering_point_id = d.metering_point_id and m.direction = d.direction
        and m.month_local = date_trunc('month', d.day_local)
    where d.is_best and coalesce(m.is_covered, true)
),
irregular as (
    select
        *,
        max(period_end_utc) over (earlier rows between unbounded preceding and 1 preceding) > period_start_utc
            or min(period_start_utc) over (earlier rows between 1 following and unbounded following) < period_end_utc
            as is_overlapping
    from version
    where is_current and resolution = 'irregular'
    window earlier as (partition by metering_point_id, direction order by period_start_utc, period_end_utc)
),
irregular_covered as (
    select i.value_number
    from irregular as i
    inner join settled as s
        on s.metering_point_id = i.metering_point_id and s.direction = i.direction
        and s.first_day < cast(i.period_end_utc as date) and s.next_day > cast(i.period_start_utc as date)
    group by all
    having sum(
        s.covered_seconds
        * (least(s.next_day, cast(i.period_end_utc as date)) - greatest(s.first_day, cast(i.period_start_utc as date)))
        / (s.next_day - s.first_day)
    ) >= 0.5 * any_value(i.period_seconds)
),
irregular_left as (
    select * from irregular anti join irregular_covered using (value_number)
),
irregular_used as (
    select * from irregular_left as i
    where not i.is_overlapping or not exists (
        from irregular_left as o
        where o.is_overlapping and o.metering_point_id = i.metering_point_id and o.direction = i.direction
            and o.period_start_utc < i.period_end_utc and o.period_end_utc > i.period_start_utc
            and (o.received_utc, o.delivery_number, o.value_number) > (i.received_utc, i.delivery_number, i.value_number)
    )
),
irregular_day as (
    select distinct
        metering_point_id, direction,
        cast(unnest(range(
            cast(period_start_utc as date), cast(period_end_utc - interval 1 second as date) + 1, interval 1 day
        )) as date) as day_local
    from irregular_used
    semi join mixed_meter using (metering_point_id, direction)
),
irregular_month as (
    select distinct metering_point_id, direction, date_trunc('month', day_local) as month_local from irregular_day
)
select
    v.value_number, v.delivery_number, v.source_row, v.metering_point_id, v.carrier, v.direction, v.unit, v.kind, v.resolution,
    v.period_start_utc, v.period_end_utc, v.value, v.energy_kwh, v.quality, v.is_second_account, v.hold_reason,
    case
        when v.hold_reason is not null then 'held'
        when not v.is_current then 'superseded'
        when v.resolution = 'irregular' then case when used.value_number is null then 'superseded' else 'used' end
        when v.resolution = 'P1M' and (coalesce(own.is_covered, false) or own_irregular.month_local is not null)
            then 'superseded'
        when v.resolution <> 'P1M' and not coalesce(d.is_best, true) then 'superseded'
        when v.resolution <> 'P1M' and not coalesce(month.is_covered, true) then 'superseded'
        when v.resolution <> 'P1M' and within.day_local is not null then 'superseded'
        else 'used'
    end as fate
from version as v
left join month_value as own
    on v.resolution = 'P1M' and own.metering_point_id = v.metering_point_id and own.direction = v.direction
    and own.period_start_utc = v.period_start_utc
left join irregular_month as own_irregular
    on v.resolution = 'P1M' and own_irregular.metering_point_id = v.metering_point_id
    and own_irregular.direction = v.direction and own_irregular.month_local = own.month_local
left join irregular_used as used on v.resolution = 'irregular' and used.value_number = v.value_number
left join covered_day as d
    on v.resolution not in ('P1M', 'irregular') and d.metering_point_id = v.metering_point_id
    and d.direction = v.direction and d.day_local = cast(v.period_start_utc as date) and d.resolution = v.resolution
left join irregular_day as within
    on v.resolution not in ('P1M', 'irregular') and within.metering_point_id = v.metering_point_id
    and within.direction = v.direction and within.day_local = cast(v.period_start_utc as date)
left join month_value as month
    on v.resolution not in ('P1M', 'irregular') and month.metering_point_id = v.metering_point_id
    and month.direction = v.direction and month.month_local = date_trunc('month', cast(v.period_start_utc as date))
