-- Normal-year correction by degree days for each main meter and whole month, attributed as in marts.saving_month.
-- key: metering_point_id, building_id, organisation_id, month_local
-- column: metering_point_id | metering point id, as text
-- column: building_id | building
-- column: organisation_id | owner
-- column: carrier | energy carrier
-- column: month_local | first day of the month
-- column: energy_kwh | measured energy [kWh]
-- column: weather_independent_kwh | the part that does not follow the weather [kWh]
-- column: degree_days | degree days of the month [K·days]
-- column: normal_degree_days | those of a normal such month [K·days]
-- column: normal_source | own: the home's own temperatures; entered: figures given by an organisation
-- column: normal_period | the years that the normal is from
-- column: weather_factor | what the part that follows the weather was multiplied by
-- column: corrected_energy_kwh | energy in a normal year; empty when it cannot be told [kWh]
-- column: correction | corrected, capped or few_degree_days; or why there is none
select
    n.metering_point_id, a.building_id, a.organisation_id, n.carrier, n.month_local,
    n.energy_kwh * a.attributed_share as energy_kwh,
    n.weather_independent_kwh * a.attributed_share as weather_independent_kwh,
    n.degree_days, n.normal_degree_days, n.normal_source, n.normal_period, n.weather_factor,
    n.corrected_energy_kwh * a.attributed_share as corrected_energy_kwh,
    n.correction
from intermediate.normal_year_month as n
inner join staging.meter_attribution as a
    on a.metering_point_id = n.metering_point_id and n.month_local >= a.valid_from and n.month_local < a.valid_to
where a.role = 'main'
