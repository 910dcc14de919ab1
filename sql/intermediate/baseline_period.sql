-- The periods that each meter's baseline uses or leaves out, and who has said so: the meter's own choice goes before its
-- building's, that before its organisation's, that before the dates in the meter sheet, and these before the year of the
-- settings. What is left out is left out whoever said it.
-- key: metering_point_id, kind, period_from
with registered as (
    select metering_point_id, baseline_from, baseline_to
    from staging.meter
    qualify row_number() over (partition by metering_point_id order by valid_from desc) = 1
),
place as (
    select metering_point_id, building_id, organisation_id
    from staging.meter_attribution
    qualify row_number() over (partition by metering_point_id order by valid_to desc, attributed_share desc, building_id) = 1
),
told as (
    select r.metering_point_id, c.kind, c.from_day, c.to_day, c.reason, 'meter' as told_for, 1 as rank
    from registered as r
    inner join staging.baseline as c using (metering_point_id)
    union all
    select p.metering_point_id, c.kind, c.from_day, c.to_day, c.reason, 'building', 2
    from place as p
    inner join staging.baseline as c using (building_id)
    union all
    select p.metering_point_id, c.kind, c.from_day, c.to_day, c.reason, 'organisation', 3
    from place as p
    inner join staging.baseline as c using (organisation_id)
    union all
    select
        r.metering_point_id, 'use',
        coalesce(r.baseline_from, make_date(s.baseline_year, 1, 1)),
        coalesce(r.baseline_to, make_date(s.baseline_year + 1, 1, 1)),
        null,
        case when r.baseline_from is null and r.baseline_to is null then 'setting' else 'meter_sheet' end,
        case when r.baseline_from is null and r.baseline_to is null then 5 else 4 end
    from registered as r
    cross join staging.setting as s
),
chosen as (
    select * from told
    qualify kind = 'exclude' or rank = min(rank) filter (kind = 'use') over (partition by metering_point_id)
)
select
    metering_point_id,
    kind,
    from_day as period_from,
    max(to_day) as period_to,
    arg_min(told_for, rank) as told_for,
    string_agg(distinct reason, '; ' order by reason) as reason
from chosen
group by metering_point_id, kind, from_day
