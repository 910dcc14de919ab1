-- What arrived, as it arrived. Rows are only added, in one transaction for each delivery (pipelines/assets/raw).
-- No keys: an index on the readings costs ten times their size; uniqueness is proved by checks.

create table if not exists raw.delivery (
    delivery_number integer, delivery_sha256 varchar, file_name varchar, organisation_id varchar, sender varchar,
    received_utc timestamptz, taken_utc timestamptz, kind varchar, format varchar,
    outcome varchar,            -- taken | waiting | refused
    message_sv varchar, fix_sv varchar, reader_version varchar, byte_count bigint, is_demonstration boolean,
    time_basis varchar, time_zone varchar, time_stamp varchar, time_evidence varchar, id_source varchar,
    warnings_json varchar, questions_json varchar, answers_json varchar,
    row_read_count bigint, row_rejected_count bigint, row_waiting_count bigint, missing_count bigint,
    file_energy_kwh double, waiting_energy_kwh double,
    receipt_json varchar);          -- what was understood of the file (contracts: inspect --json), without its rows

create table if not exists raw.repeated_delivery (
    delivery_sha256 varchar, file_name varchar, organisation_id varchar, sender varchar, received_utc timestamptz);

create table if not exists raw.meter_reading (
    delivery_number integer, source_row bigint, metering_point_id varchar, carrier varchar, direction varchar,
    unit varchar, resolution varchar, period_start_utc timestamptz, period_end_utc timestamptz,
    value double, energy_kwh double, quality varchar, kind varchar, is_second_account boolean);

-- Added later; a home from before has the tables without them.
alter table raw.meter_reading add column if not exists kind varchar;
alter table raw.meter_reading add column if not exists is_second_account boolean;
alter table raw.delivery add column if not exists receipt_json varchar;

create table if not exists raw.rejected_row (
    delivery_number integer, sheet varchar, source_row bigint, reason varchar, fix varchar);

create table if not exists raw.register_row (
    delivery_number integer, sheet varchar, source_row bigint, row_json json);

create table if not exists raw.temperature_hour (
    delivery_number integer, station_id varchar, hour_start_utc timestamptz, temperature_c double);

create table if not exists raw.weather_station (
    delivery_number integer, station_id varchar, station_name varchar, latitude_deg double, longitude_deg double);

create table if not exists raw.check_result (
    check_name varchar, table_name varchar, severity varchar, failed_count bigint, checked_utc timestamptz,
    message varchar);

create table if not exists raw.run (
    run_id varchar, started_utc timestamptz, finished_utc timestamptz, outcome varchar, delivery_count bigint);
