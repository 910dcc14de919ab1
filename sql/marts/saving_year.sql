-- Measured against expected for each main meter and calendar year, attributed as in marts.saving_month. The interval is that of
-- the year's sum: systematic errors add up, noise adds as variances (docs/method.md, equation 5).
-- key: metering_point_id, building_id, organisation_id, year_local
-- column: metering_point_id | metering point id, as text
-- column: building_id | building
-- column: organisation_id | owner
-- column: sector | state, region or municipality
-- column: municipality_code | where the building stands
-- column: carrier | energy carrier
-- column: use | what the building is used for
-- column: year_local | calendar year
-- column: energy_kwh | all energy measured [kWh]
-- column: compared_energy_kwh | measured energy on days that have an expected value [kWh]
-- column: expected_energy_kwh | expected energy on days that have a measured value, adjustment included [kWh]
-- column: adjustment_energy_kwh | the part of it that non-routine adjustments add [kWh]
-- column: saved_energy_kwh | expected minus compared; empty when there is no answer [kWh]
-- column: saved_energy_low_kwh | lower end of its 90 % interval [kWh]
-- column: saved_energy_high_kwh | upper end [kWh]
-- column: saved_energy_compared_kwh | the saving with the change in similar untouched meters taken away; empty unless all its months have it [kWh]
-- column: day_count | days of the year that should have a value
-- column: compared_day_count | days that have a measured and an expected value
-- column: is_preliminary | true while the year is not over in the data
-- column: is_baseline | true when the whole year lies within the baseline period
-- column: answer | ok or cannot_tell
with summed as (
    select
        metering_point_id, building_id, organisation_id, any_value(sector) as sector,
        any_value(municipality_code) as municipality_code, any_value(carrier) as carrier, any_value(use) as use,
        cast(year(month_local) as integer) as year_local,
        sum(energy_kwh) as energy_kwh,
        sum(compared_energy_kwh) as compared_energy_kwh,
        sum(expected_energy_kwh) as expected_energy_kwh,
        sum(adjustment_energy_kwh) as adjustment_energy_kwh,
        sum(saved_energy_kwh) as saved_energy_kwh,
        case when count(saved_energy_compared_kwh) = count(saved_energy_kwh) then sum(saved_energy_compared_kwh) end
            as saved_energy_compared_kwh,
        sqrt(pow(sum(systematic_error_kwh), 2) + sum(noise_variance_kwh2)) as saved_sd_kwh,
        cast(sum(day_count) as integer) as day_count,
        cast(sum(compared_day_count) as integer) as compared_day_count,
        bool_or(is_preliminary) as is_preliminary,
        bool_and(is_baseline) as is_baseline,
        any_value(answer) as answer
    from marts.saving_month
    group by metering_point_id, building_id, organisation_id, year(month_local)
)
select
    metering_point_id, building_id, organisation_id, sector, municipality_code, carrier, use, year_local,
    energy_kwh, compared_energy_kwh, expected_energy_kwh, adjustment_energy_kwh, saved_energy_kwh,
    saved_energy_kwh - group_half_width_kwh(pow(saved_sd_kwh, 2), saved_sd_kwh) as saved_energy_low_kwh,
    saved_energy_kwh + group_half_width_kwh(pow(saved_sd_kwh, 2), saved_sd_kwh) as saved_energy_high_kwh,
    saved_energy_compared_kwh, day_count, compared_day_count, is_preliminary, is_baseline, answer
from summed
