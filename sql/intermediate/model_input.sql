-- A fingerprint of everything that the model and its comparison of each meter were given. Equal fingerprints: the same
-- energy, temperatures, kinds of day, baseline and adjustments. Whole numbers are summed, so the order of rows is of no matter.
-- key: metering_point_id
with piece as (
    select
        metering_point_id, day_local as period_local, energy_kwh, temperature_c,
        ascii(day_type) + 1000 * cast(is_closed as integer) + 2000 * cast(is_baseline as integer) as kind_code
    from intermediate.model_day
    union all
    select metering_point_id, month_local, energy_kwh, null, 2000 * cast(is_baseline as integer)
    from intermediate.model_month
    union all
    select metering_point_id, day_local, null, temperature_c, 1000 * cast(is_closed as integer)
    from intermediate.model_month_day
    union all
    select metering_point_id, day_local, adjustment_energy_kwh, null, 4000
    from intermediate.adjustment_day
),
coded as (
    select
        metering_point_id,
        epoch(period_local) // 86400 as day_number,
        cast(round(1000 * energy_kwh) as hugeint) as energy_wh,
        cast(round(1000 * temperature_c) as hugeint) as temperature_mk,
        kind_code
    from piece
)
select
    metering_point_id,
    md5(concat_ws('|',
        count(*), count(energy_wh), count(temperature_mk),
        coalesce(sum(energy_wh), 0), coalesce(sum(energy_wh * day_number), 0),
        coalesce(sum(temperature_mk), 0), coalesce(sum(temperature_mk * day_number), 0),
        sum(kind_code), sum(kind_code * day_number))) as input_fingerprint
from coded
group by metering_point_id
