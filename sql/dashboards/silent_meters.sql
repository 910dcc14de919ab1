-- Meters that an organisation may deliver for and that have no used value in a period.
-- source: status
-- param: organisation_id | the organisation, `county` for all
-- param: first_month | first month, a date
-- param: last_month | last month, a date
select known.metering_point_id, known.carrier, known.building_name
from status.known_meter as known
where
    ($organisation_id = 'county' or list_contains(known.organisation_ids, $organisation_id))
    and known.metering_point_id not in (
        select metering_point_id
        from status.delivery_month
        where used_count > 0 and month_local between $first_month::date and $last_month::date
    )
order by known.metering_point_id
limit 50
