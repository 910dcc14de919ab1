-- Formulas that several tables and the dashboards share; they are put into each published file too.

-- Half width of the 90 % interval of a sum over meters [kWh]. Part of the errors is common to all meters (the same
-- weather station, the same calendar): correlation 0.15 between any two, as measured (docs/method.md, "Intervals").
create or replace macro group_half_width_kwh(sum_variance_kwh2, sum_sd_kwh) as
    1.645 * sqrt(0.85 * sum_variance_kwh2 + 0.15 * sum_sd_kwh * sum_sd_kwh);

-- Distance between two places on the earth [km], haversine formula, mean radius 6 371 km.
create or replace macro distance_km(latitude_a, longitude_a, latitude_b, longitude_b) as
    2 * 6371.0 * asin(sqrt(
        pow(sin(radians(latitude_b - latitude_a) / 2), 2)
        + cos(radians(latitude_a)) * cos(radians(latitude_b)) * pow(sin(radians(longitude_b - longitude_a) / 2), 2)));

-- Validity dates of a register row: empty means open at that end.
create or replace macro valid_from_day(written) as coalesce(cast(nullif(written, '') as date), date '1900-01-01');
create or replace macro valid_to_day(written) as coalesce(cast(nullif(written, '') as date), date '9999-12-31');
