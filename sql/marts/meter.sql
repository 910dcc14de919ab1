-- Registered meters: what has arrived, how they are judged and how good the model is.
-- key: metering_point_id
-- column: metering_point_id | metering point id, as text
-- column: building_id | the building it serves most
-- column: carrier | electricity, district_heating, …
-- column: role | main, sub or virtual; only main meters are added up
-- column: resolution | newest resolution: PT15M, PT1H, P1D, P1M
-- column: first_day | first local day with a value
-- column: last_day | last local day with a value
-- column: baseline_from | first day of the baseline period
-- column: baseline_to | day after its last
-- column: baseline_text | its periods, used and left out, with who chose them and why (JSON)
-- column: judged_by | day or month: which model carries the meter
-- column: answer | ok or cannot_tell
-- column: reason | why no answer can be given (code)
-- column: model_text | the model with its parameters (JSON)
-- column: cvrmse | CV(RMSE) of the model over its baseline [share]
-- column: nmbe | normalised mean bias error [share]
-- column: r2 | coefficient of determination
-- column: drift_share | how much such meters change by themselves, as standard deviation one year from the baseline [share]
-- column: is_drift_estimated | true when that comes from the home's own untouched meters
-- column: baseline_day_count | days behind the baseline
-- column: missing_day_count | days missing in the baseline
-- column: reading_count | values used
-- column: energy_kwh | sum of the values used [kWh]
-- column: comparison_meter_count | similar untouched meters that it can be compared with
-- column: model_version | version of Sparkraft whose model this is
-- column: data_version | number of the newest delivery behind the values used
-- column: input_fingerprint | checksum of all that the model was given: energy, temperatures, calendar, baseline, adjustments
-- column: setting_text | settings and constants behind the figures (JSON)
with model as (
    select * from intermediate.baseline_model_day
    union all by name
    select * from intermediate.baseline_model_month
),
compared as (
    select metering_point_id, sum(compared_day_count) filter (not is_baseline) as reporting_day_count
    from intermediate.expected_month group by all
),
baseline as (
    select
        metering_point_id,
        to_json(list({kind: kind, period_from: period_from, period_to: period_to, told_for: told_for, reason: reason}
            order by kind desc, period_from)) as baseline_text
    from intermediate.baseline_period
    group by metering_point_id
),
compared_with as (
    select metering_point_id, count(*) as comparison_meter_count from intermediate.comparison_group group by all
),
judged as (
    select
        b.*, m.answer, m.reason as model_reason, m.model_text, m.cvrmse, m.nmbe, m.r2, m.missing_day_count,
        f.drift_share, f.is_drift_estimated, p.baseline_text, i.input_fingerprint, s.version,
        coalesce(g.comparison_meter_count, 0) as comparison_meter_count,
        json_object(
            'baseline_year', s.baseline_year, 'country', s.country, 'time_zone', s.time_zone,
            'drift_share', f.drift_share, 'drift_growth', f.drift_growth, 'parameter_weight', f.parameter_weight)
            as setting_text,
        coalesce(m.baseline_day_count, b.baseline_day_count) as model_day_count,
        coalesce(
            b.reason, m.reason,
            case
                when m.metering_point_id is null then 'too_few_baseline_days'
                when coalesce(c.reporting_day_count, 0) = 0 then 'no_reporting_days'
            end) as final_reason
    from intermediate.meter_basis as b
    left join model as m using (metering_point_id)
    left join compared as c using (metering_point_id)
    left join intermediate.meter_drift as f using (metering_point_id)
    left join intermediate.model_input as i using (metering_point_id)
    left join baseline as p using (metering_point_id)
    left join compared_with as g using (metering_point_id)
    cross join staging.setting as s
)
select
    metering_point_id, building_id, carrier, role, resolution, first_day, last_day, baseline_from, baseline_to,
    cast(baseline_text as varchar) as baseline_text, judged_by,
    case when final_reason is null then 'ok' else 'cannot_tell' end as answer,
    final_reason as reason,
    model_text, cvrmse, nmbe, r2, drift_share, is_drift_estimated, cast(model_day_count as integer) as baseline_day_count,
    cast(missing_day_count as integer) as missing_day_count, reading_count, energy_kwh,
    cast(comparison_meter_count as integer) as comparison_meter_count, version as model_version,
    newest_delivery_number as data_version, input_fingerprint, cast(setting_text as varchar) as setting_text
from judged
