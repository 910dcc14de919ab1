-- Values that wait: for a meter to be registered, for the meter's owner, or for an answer.
-- key: delivery_sha256, metering_point_id, reason
select
    d.delivery_sha256, r.metering_point_id, r.hold_reason as reason, count(*) as row_count, sum(r.energy_kwh) as energy_kwh
from staging.meter_reading as r
inner join raw.delivery as d using (delivery_number)
where r.fate = 'held'
group by all
union all
select delivery_sha256, '', 'question', row_waiting_count, waiting_energy_kwh
from raw.delivery
where outcome = 'waiting'
