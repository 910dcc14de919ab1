-- What became of each delivery: rows read = used + superseded + held + rejected, and the same for energy.
-- key: delivery_sha256
with fate as (
    select
        delivery_number,
        count(*) filter (fate = 'used') as used_count,
        count(*) filter (fate = 'superseded') as superseded_count,
        count(*) filter (fate = 'held') as held_count,
        sum(energy_kwh) filter (fate = 'used') as used_energy_kwh,
        sum(energy_kwh) filter (fate = 'superseded') as superseded_energy_kwh,
        sum(energy_kwh) filter (fate = 'held') as held_energy_kwh,
        count(distinct metering_point_id || direction) as series_count,
        min(period_start_utc) as first_utc,
        max(period_end_utc) as last_utc
    from staging.meter_reading
    group by all
),
repeated as (
    select delivery_sha256, count(*) as repeated_count from raw.repeated_delivery group by all
),
counted as (
    select
        d.*,
        f.series_count, f.first_utc, f.last_utc,
        case when d.kind = 'readings' then coalesce(f.used_count, 0) else coalesce(d.row_read_count - d.row_rejected_count, 0) end
            as row_used_count,
        coalesce(f.superseded_count, 0) as row_superseded_count,
        coalesce(f.held_count, 0) + coalesce(d.row_waiting_count, 0) as row_held_count,
        coalesce(f.used_energy_kwh, 0) as used_energy_kwh,
        coalesce(f.superseded_energy_kwh, 0) as superseded_energy_kwh,
        coalesce(f.held_energy_kwh, 0) + coalesce(d.waiting_energy_kwh, 0) as held_energy_kwh,
        r.repeated_count
    from raw.delivery as d
    left join fate as f using (delivery_number)
    left join repeated as r using (delivery_sha256)
),
names as (
    select organisation_id, arg_max(organisation_name, valid_from) as organisation_name from staging.organisation group by all
)
select
    c.delivery_number, c.delivery_sha256, c.file_name, c.organisation_id,
    coalesce(n.organisation_name, case when c.organisation_id = 'county' then 'Länsstyrelsen' end) as organisation_name,
    c.sender, c.received_utc, c.taken_utc, c.kind, c.format,
    case
        when c.outcome <> 'taken' then c.outcome
        when c.row_held_count > 0 or c.row_rejected_count > 0 then 'partly'
        else 'used'
    end as outcome,
    case
        when c.outcome = 'refused' then concat_ws(' ', c.message_sv, c.fix_sv)
        when c.outcome = 'waiting' then 'Filen väntar på svar på en fråga.'
        when c.repeated_count > 0
            then 'Samma fil har lämnats in ' || (c.repeated_count + 1) || ' gånger. Den räknas en gång.'
    end as message_sv,
    coalesce(c.row_read_count, 0) as row_read_count, c.row_used_count, c.row_superseded_count, c.row_held_count,
    coalesce(c.row_rejected_count, 0) as row_rejected_count,
    coalesce(c.missing_count, 0) as missing_count,
    coalesce(c.file_energy_kwh, 0) as file_energy_kwh, c.used_energy_kwh, c.superseded_energy_kwh, c.held_energy_kwh,
    0.0 as rejected_energy_kwh,
    coalesce(c.series_count, 0) as series_count, c.first_utc, c.last_utc,
    c.time_basis, c.time_evidence,
    array_to_string(cast(json_extract_string(c.warnings_json, '$[*]') as varchar[]), ' ') as warning_text,
    c.byte_count, c.reader_version
from counted as c
left join names as n using (organisation_id)
