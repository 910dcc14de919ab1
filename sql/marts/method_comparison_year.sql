-- The same year by three methods side by side, for each main meter: what was measured, what that is in a normal year by
-- degree days, and what was saved against the model's expectation. The first two are compared with the same calendar months
-- of the baseline, months that both years have; the third is that of marts.saving_year. Attributed as there.
-- key: metering_point_id, building_id, organisation_id, year_local
-- column: metering_point_id | metering point id, as text
-- column: building_id | building
-- column: organisation_id | owner
-- column: carrier | energy carrier
-- column: year_local | calendar year
-- column: is_baseline | true when the whole year lies within the baseline period
-- column: month_count | whole months measured
-- column: energy_kwh | energy measured in them [kWh]
-- column: corrected_energy_kwh | the same in a normal year; empty unless all of them can be corrected [kWh]
-- column: degree_days | degree days of those months [K·days]
-- column: normal_degree_days | what these months normally have [K·days]
-- column: normal_source | own: the home's own temperatures; entered: figures given by an organisation
-- column: normal_period | the years that the normal is from
-- column: measured_month_count | months compared, as measured
-- column: measured_saved_energy_kwh | baseline minus measured, not corrected for weather [kWh]
-- column: measured_saved_share | its share of the baseline
-- column: corrected_month_count | months compared, corrected
-- column: corrected_saved_energy_kwh | baseline minus measured, both in a normal year [kWh]
-- column: corrected_saved_share | its share of the baseline in a normal year
-- column: compared_day_count | days compared with the model's expectation
-- column: saved_energy_kwh | the model's avoided energy; empty when there is no answer [kWh]
-- column: saved_energy_low_kwh | lower end of its 90 % interval [kWh]
-- column: saved_energy_high_kwh | upper end [kWh]
-- column: saved_share | its share of the expected energy
-- column: ashrae_fsu | half width of the 90 % interval by ASHRAE Guideline 14, share of the saving; without drift
-- column: caltrack_fsu | the same by CalTRACK 2.0; without drift
with baseline as (
    select
        n.metering_point_id, month(n.month_local) as month_number,
        avg(n.energy_kwh) as energy_kwh, avg(n.corrected_energy_kwh) as corrected_energy_kwh
    from intermediate.normal_year_month as n
    inner join intermediate.meter_basis as b using (metering_point_id)
    where n.month_local >= b.baseline_from and n.month_local < b.baseline_to
    group by all
),
month as (
    select
        a.metering_point_id, a.building_id, a.organisation_id, a.attributed_share,
        n.carrier, cast(year(n.month_local) as integer) as year_local, n.degree_days, n.normal_degree_days,
        n.normal_source, n.normal_period, n.energy_kwh, n.corrected_energy_kwh,
        n.energy_kwh is not null and b.energy_kwh is not null as is_measured_in_both,
        n.corrected_energy_kwh is not null and b.corrected_energy_kwh is not null as is_corrected_in_both,
        b.energy_kwh as baseline_kwh, b.corrected_energy_kwh as baseline_corrected_kwh
    from intermediate.normal_year_month as n
    inner join staging.meter_attribution as a
        on a.metering_point_id = n.metering_point_id and n.month_local >= a.valid_from and n.month_local < a.valid_to
    left join baseline as b on b.metering_point_id = n.metering_point_id and b.month_number = month(n.month_local)
    where a.role = 'main'
),
summed as (
    select
        metering_point_id, building_id, organisation_id, any_value(carrier) as carrier, year_local,
        cast(count(energy_kwh) as integer) as month_count,
        sum(energy_kwh * attributed_share) as energy_kwh,
        case when count(corrected_energy_kwh) = count(energy_kwh) then sum(corrected_energy_kwh * attributed_share) end
            as corrected_energy_kwh,
        case when count(degree_days) = count(*) then sum(degree_days) end as degree_days,
        case when count(normal_degree_days) = count(*) then sum(normal_degree_days) end as normal_degree_days,
        any_value(normal_source) as normal_source,
        any_value(normal_period) as normal_period,
        cast(count(*) filter (is_measured_in_both) as integer) as measured_month_count,
        sum((baseline_kwh - energy_kwh) * attributed_share) as measured_saved_energy_kwh,
        sum(baseline_kwh * attributed_share) filter (is_measured_in_both) as measured_baseline_kwh,
        cast(count(*) filter (is_corrected_in_both) as integer) as corrected_month_count,
        sum((baseline_corrected_kwh - corrected_energy_kwh) * attributed_share) as corrected_saved_energy_kwh,
        sum(baseline_corrected_kwh * attributed_share) filter (is_corrected_in_both) as corrected_baseline_kwh
    from month
    group by metering_point_id, building_id, organisation_id, year_local
)
select
    m.metering_point_id, m.building_id, m.organisation_id, m.carrier, m.year_local, coalesce(s.is_baseline, false) as is_baseline,
    m.month_count, m.energy_kwh, m.corrected_energy_kwh, m.degree_days, m.normal_degree_days, m.normal_source, m.normal_period,
    m.measured_month_count, m.measured_saved_energy_kwh,
    m.measured_saved_energy_kwh / nullif(m.measured_baseline_kwh, 0) as measured_saved_share,
    m.corrected_month_count, m.corrected_saved_energy_kwh,
    m.corrected_saved_energy_kwh / nullif(m.corrected_baseline_kwh, 0) as corrected_saved_share,
    coalesce(s.compared_day_count, 0) as compared_day_count,
    s.saved_energy_kwh, s.saved_energy_low_kwh, s.saved_energy_high_kwh,
    s.saved_energy_kwh / nullif(s.expected_energy_kwh, 0) as saved_share,
    case when s.saved_energy_kwh > 0 then r.ashrae_fsu end as ashrae_fsu,
    case when s.saved_energy_kwh > 0 then r.caltrack_fsu end as caltrack_fsu
from summed as m
left join marts.saving_year as s using (metering_point_id, building_id, organisation_id, year_local)
left join intermediate.reported_metric_year as r using (metering_point_id, year_local)
