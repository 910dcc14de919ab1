-- What is used of meters, by month: what a new file is compared with.
-- source: status
-- param: metering_point_ids | ids, one a line
select
    metering_point_id, direction, month_local, sum(used_count) as row_count, sum(used_energy_kwh) as energy_kwh,
    sum(used_hours) as hours, sum(used_estimated_count) as estimated_count, bool_or(is_irregular) as is_irregular
from status.delivery_month
where used_count > 0 and list_contains(string_split($metering_point_ids, chr(10)), metering_point_id)
group by all
