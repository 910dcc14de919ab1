-- Measured against expected for each main meter and month, attributed to building, organisation and municipality as they
-- were registered that month. Sums over any group of rows follow docs/method.md, "Sums over meters".
-- key: metering_point_id, building_id, organisation_id, month_local
-- column: metering_point_id | metering point id, as text
-- column: building_id | building
-- column: organisation_id | owner
-- column: sector | state, region or municipality
-- column: municipality_code | where the building stands
-- column: carrier | energy carrier
-- column: use | what the building is used for
-- column: month_local | first day of the month
-- column: temperature_c | mean outdoor temperature of the month [°C]
-- column: energy_kwh | all energy measured [kWh]
-- column: compared_energy_kwh | measured energy on days that have an expected value [kWh]
-- column: expected_energy_kwh | expected energy on days that have a measured value, adjustment included [kWh]
-- column: adjustment_energy_kwh | the part of it that non-routine adjustments add [kWh]
-- column: saved_energy_kwh | expected minus compared; empty when there is no answer [kWh]
-- column: saved_energy_compared_kwh | the same with the year's change in similar untouched meters taken away; empty without such a group [kWh]
-- column: systematic_error_kwh | standard error that adds up from month to month [kWh]
-- column: noise_variance_kwh2 | variance that adds up from month to month [kWh²]
-- column: day_count | days of the month that should have a value
-- column: measured_day_count | days that have one
-- column: compared_day_count | days that have a measured and an expected value
-- column: estimated_share | share of the values that are estimated
-- column: is_preliminary | true while the month is not over in the data
-- column: is_baseline | true within the baseline period
-- column: answer | ok or cannot_tell
select
    e.metering_point_id, a.building_id, a.organisation_id, a.sector, a.municipality_code, a.carrier, a.use, e.month_local,
    e.temperature_c,
    e.energy_kwh * a.attributed_share as energy_kwh,
    case when m.answer = 'ok' then e.compared_energy_kwh * a.attributed_share end as compared_energy_kwh,
    case when m.answer = 'ok' then e.expected_energy_kwh * a.attributed_share end as expected_energy_kwh,
    case when m.answer = 'ok' then e.adjustment_energy_kwh * a.attributed_share end as adjustment_energy_kwh,
    case when m.answer = 'ok' then (e.expected_energy_kwh - e.compared_energy_kwh) * a.attributed_share end
        as saved_energy_kwh,
    case when m.answer = 'ok' then (e.expected_energy_kwh * (1 + g.shift_share) - e.compared_energy_kwh) * a.attributed_share end
        as saved_energy_compared_kwh,
    case when m.answer = 'ok' then e.systematic_error_kwh * a.attributed_share end as systematic_error_kwh,
    case when m.answer = 'ok' then e.noise_variance_kwh2 * a.attributed_share * a.attributed_share end
        as noise_variance_kwh2,
    cast(e.day_count as integer) as day_count,
    cast(e.measured_day_count as integer) as measured_day_count,
    cast(case when m.answer = 'ok' then e.compared_day_count else 0 end as integer) as compared_day_count,
    e.estimated_share,
    last_day(e.month_local) > s.data_through_day as is_preliminary,
    e.is_baseline,
    m.answer
from intermediate.expected_month as e
inner join marts.meter as m on m.metering_point_id = e.metering_point_id
inner join staging.meter_attribution as a
    on a.metering_point_id = e.metering_point_id and e.month_local >= a.valid_from and e.month_local < a.valid_to
left join intermediate.comparison_shift as g
    on g.metering_point_id = e.metering_point_id and g.year_local = year(e.month_local) and not e.is_baseline
cross join staging.setting as s
where m.role = 'main' and e.month_local >= date_trunc('month', m.baseline_from)
