-- Energy measures that somebody has reported.
-- key: measure_id
-- column: measure_id | id in the register
-- column: building_id | building
-- column: kind | kind of measure
-- column: started | first day of the work
-- column: finished | last day of the work
-- column: expected_kwh_year | what it is expected to save [kWh a year]
select measure_id, building_id, kind, started, finished, expected_kwh_year
from staging.measure
