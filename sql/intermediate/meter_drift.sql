-- The drift that counts for each meter: its carrier's, estimated or provisional. Carriers of which no untouched meter has a
-- whole year take the largest drift that is known, or 8 % (docs/method.md).
-- key: metering_point_id
select
    b.metering_point_id,
    coalesce(d.drift_share, (select max(drift_share) from intermediate.drift), 0.08) as drift_share,
    coalesce(d.is_estimated, false) as is_drift_estimated,
    coalesce(d.meter_count, 0) as drift_meter_count
from intermediate.meter_basis as b
left join intermediate.drift as d using (carrier)
