-- Meters in the register, with those who may deliver for them and the building that they serve.
-- source: status
select metering_point_id, carrier, organisation_ids, building_name
from status.known_meter
