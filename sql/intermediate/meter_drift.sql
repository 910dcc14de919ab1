-- The drift that counts for each meter: its carrier's, estimated or provisional (docs/method.md).
-- key: metering_point_id
select
    b.metering_point_id, d.drift_share, d.drift_growth, d.parameter_weight, d.is_estimated as is_drift_estimated,
    d.meter_count as drift_meter_count
from intermediate.meter_basis as b
inner join intermediate.drift as d using (carrier)
