-- checks: staging.meter_reading
-- severity: stop
-- message: Två använda värden för samma mätare överlappar i tid.
-- Values of a month, and those with a length of their own: among themselves, each kind also against the other.
select metering_point_id, direction, period_start_utc
from (
    select
        metering_point_id, direction, period_start_utc,
        period_start_utc < lag(period_end_utc) over (
            partition by metering_point_id, direction order by period_start_utc) as is_overlapping
    from staging.meter_reading
    where fate = 'used' and resolution in ('P1M', 'irregular')
)
where is_overlapping
