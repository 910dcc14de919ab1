-- checks: staging.meter_reading
-- severity: stop
-- message: Två använda värden för samma mätare överlappar i tid.
select metering_point_id, direction, period_start_utc
from (
    select
        metering_point_id, direction, period_start_utc,
        period_start_utc < lag(period_end_utc) over (
            partition by metering_point_id, direction, resolution = 'P1M' order by period_start_utc) as is_overlapping
    from staging.meter_reading
    where fate = 'used' and resolution = 'P1M'
)
where is_overlapping
