-- Temperature and closed days behind the monthly model, one row for each meter and day.
-- key: metering_point_id, day_local
with meter as (
    select b.metering_point_id, b.building_id, b.municipality_code, min(m.month_local) as from_day
    from intermediate.model_month as m
    inner join intermediate.meter_basis as b using (metering_point_id)
    group by all
)
select
    m.metering_point_id,
    c.day_local,
    t.temperature_c,
    exists (
        from staging.building_calendar as k
        where k.building_id = m.building_id and k.kind in ('closed', 'holiday')
            and c.day_local >= k.from_day and c.day_local < k.to_day) as is_closed
from meter as m
cross join staging.setting as s
inner join staging.calendar_day as c on c.day_local >= m.from_day and c.day_local <= last_day(s.data_through_day)
left join intermediate.temperature_day as t on t.municipality_code = m.municipality_code and t.day_local = c.day_local
