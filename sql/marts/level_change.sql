-- When a building seems to have changed beside what measures explain: questions to those who know it, with the answer where
-- one has been given. Nothing is corrected for them; an adjustment is (docs/method.md, "Changes in the building").
-- key: metering_point_id, started
-- column: metering_point_id | metering point id, as text
-- column: building_id | the building it serves most
-- column: carrier | electricity, district_heating, …
-- column: role | main, sub or virtual
-- column: kind | step_up, step_down, drift_up, drift_down or stop (low for a time and then back)
-- column: started | first day at the new level, or of the drift or stop
-- column: ended | day after a drift or stop; empty for a step
-- column: change_share | change, as share of the expected energy; positive is more
-- column: change_kwh_day | the same on the meter's mean day [kWh a day]
-- column: confidence_share | share of meter-years without any change in which none so strong is seen
-- column: is_baseline | true when it began within the baseline, which it then disturbs
-- column: is_answered | true when an event or an adjustment within four weeks tells what happened
-- column: event_id | that event, empty when there is none
-- column: event_kind | area, use, closure, solar, charger, equipment, unknown or none
-- column: event_note | what was written about it
with event_of as (
    select c.metering_point_id, c.started, e.event_id, e.kind as event_kind, e.note as event_note
    from intermediate.level_change as c
    inner join staging.meter_building as mb using (metering_point_id)
    inner join staging.event as e
        on (e.metering_point_id = c.metering_point_id or (e.metering_point_id is null and e.building_id = mb.building_id))
        and e.started <= coalesce(c.ended, c.started) + interval 28 days
        and greatest(e.started, coalesce(e.ended, e.started)) >= c.started - interval 28 days
    qualify row_number() over (
        partition by c.metering_point_id, c.started order by abs(e.started - c.started), e.event_id) = 1
),
adjusted as (
    select distinct c.metering_point_id, c.started
    from intermediate.level_change as c
    inner join staging.adjustment as a
        on a.metering_point_id = c.metering_point_id and abs(a.valid_from - c.started) <= 28
)
select
    c.metering_point_id, b.building_id, b.carrier, b.role, c.kind, c.started, c.ended, c.change_share, c.change_kwh_day,
    c.confidence_share,
    c.started >= b.baseline_from and c.started < b.baseline_to as is_baseline,
    e.event_id is not null or a.metering_point_id is not null as is_answered,
    e.event_id, e.event_kind, e.event_note
from intermediate.level_change as c
inner join intermediate.meter_basis as b using (metering_point_id)
left join event_of as e using (metering_point_id, started)
left join adjusted as a using (metering_point_id, started)
