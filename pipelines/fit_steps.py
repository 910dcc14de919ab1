"""The frames that the baseline models read, made from bare files, and what the models give back in one form.

A step is a day, a month or an hour, by the model that was asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines import fit_input, fit_readings
from pipelines.domain import baseline_day, baseline_hour, baseline_month, uncertainty
from pipelines.domain.baseline_result import PART_COLUMNS
from pipelines.domain.calendar_features import with_day_type
from pipelines.domain.local_time import day_start_utc
from pipelines.fit_input import FitRequest
from pipelines.public_holidays import free_days

METER = "metering_point_id"
START = "period_start_utc"
METERS_IN_BUCKET = {"daily": 3000, "monthly": 3000, "hourly": 200}
"""How many meters are held at once: about 1 GB."""


LATITUDE_DEG = {"DK": 56.0, "EE": 59.0, "FI": 62.0, "GB": 52.0, "IS": 64.0, "NO": 61.0, "SE": 60.0}
"""Where most people of a country live, rounded: how dark its winters are. Elsewhere the model's own default holds."""


@dataclass(frozen=True)
class Shared:
    """What all meters of a request share."""

    request: FitRequest
    meters: pl.DataFrame  # meter_id, carrier
    days: pl.DataFrame  # day_local, period_start_utc, day_type, period (baseline | reporting), is_baseline
    weather: pl.DataFrame  # station, hour_start_utc, temperature_c
    temperature: pl.DataFrame  # station, day_local, temperature_c
    station_of: dict[str, str]
    closed: pl.DataFrame  # meter_id, day_local
    groups: pl.DataFrame  # meter_id, group_id
    months: pl.DataFrame | None  # month rows, when the readings are such


@dataclass(frozen=True)
class Fitted:
    """What one bucket of meters gave.

    models: baseline_result.MODEL_SCHEMA (counts are hours for the hourly model). periods: metering_point_id,
    period_start_utc, day_local, period, energy_kwh and PART_COLUMNS (null where nothing is expected), a row a step.
    """

    models: pl.DataFrame
    periods: pl.DataFrame


def read_shared(request: FitRequest) -> Shared:
    """Read and check everything but hourly readings; raises BadInput."""
    meters = fit_readings.meters(request)
    weather = fit_input.weather_hours(request)
    temperature = fit_input.weather_days(weather, request.time_zone)
    wanted = request.days()
    free = free_days(wanted[0].year, wanted[-1].year, request.country)
    is_baseline = pl.col("day_local") < request.baseline.end
    days = with_day_type(pl.DataFrame({"day_local": wanted}), free).with_columns(
        day_start_utc(pl.col("day_local"), request.time_zone).alias(START),
        period=pl.when(is_baseline).then(pl.lit("baseline")).otherwise(pl.lit("reporting")),
        is_baseline=is_baseline,
    )
    is_month = request.model == "monthly" and fit_readings.is_month_rows(request)
    return Shared(
        request=request,
        meters=meters,
        days=days,
        weather=weather,
        temperature=temperature,
        station_of=fit_input.station_of(request, meters["meter_id"].to_list(), set(temperature["station"])),
        closed=fit_input.closed_days(request),
        groups=fit_input.groups(request),
        months=fit_readings.readings_by_month(request) if is_month else None,
    )


def frames(shared: Shared, meters: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Days of these meters and, for the monthly model, their months; or hours, for the hourly one."""
    if shared.request.model == "hourly":
        return _hours(shared, meters), None
    days = _days(shared, meters)
    return days, _months(shared, days) if shared.request.model == "monthly" else None


def fitted(shared: Shared, steps: pl.DataFrame, months: pl.DataFrame | None) -> Fitted:
    """Fit the model that was asked for to what `frames` gave."""
    if shared.request.model == "hourly":
        by_hour = baseline_hour.fit(steps)
        hours = steps.with_columns(pl.col("hour_start_utc").alias(START))
        expected = uncertainty.hours_as_days(by_hour.expected)
        return Fitted(_hour_models(by_hour.models, steps), _periods(hours, expected, "hour_start_utc"))
    if months is not None:
        result = baseline_month.fit(months, steps)
        return Fitted(result.models, _periods(months, result.expected, "month_local"))
    result = baseline_day.fit(steps)
    return Fitted(result.models, _periods(steps, result.expected, "day_local"))


def _periods(steps: pl.DataFrame, expected: pl.DataFrame, key: str) -> pl.DataFrame:
    parts = expected.select(METER, key, *PART_COLUMNS)
    joined = steps.join(parts, on=[METER, key], how="left", maintain_order="left")
    day_local = "month_local" if key == "month_local" else "day_local"
    return joined.select(METER, START, pl.col(day_local).alias("day_local"), "period", "energy_kwh", *PART_COLUMNS)


def _hour_models(models: pl.DataFrame, hours: pl.DataFrame) -> pl.DataFrame:
    """With the days of the baseline that lack an hour, in place of the hours that are missing."""
    lacking = pl.col("energy_kwh").is_null().any()
    missing = (
        hours.filter("is_baseline").group_by(METER, "day_local").agg(lacking=lacking).group_by(METER).agg(
            missing_day_count=pl.col("lacking").sum().cast(pl.Int64)
        )
    )  # fmt: skip
    return models.join(missing, on=METER, how="left", maintain_order="left").rename(
        {"baseline_hour_count": "baseline_day_count"}
    )


def _days(shared: Shared, meters: pl.DataFrame) -> pl.DataFrame:
    """The frame that baseline_day.fit reads: a row for each meter and day of both periods."""
    ids = meters["meter_id"].to_list()
    position = {day: n for n, day in enumerate(shared.days["day_local"])}
    energy = np.full((len(ids), shared.days.height), np.nan)
    if shared.months is None:
        read = fit_readings.readings_by_day(shared.request, ids[0], ids[-1])
        energy[_places(read, "day_local", ids, position)] = read["energy_kwh"].fill_null(np.nan).to_numpy()
    temperature = _by_station(shared, ids, shared.temperature, shared.days, "day_local")
    return _tiled(shared.days, meters).with_columns(
        _column("energy_kwh", energy),
        _column("temperature_c", temperature),
        pl.Series("is_closed", _closed(shared, ids, position).ravel()),
        latitude_deg=pl.lit(LATITUDE_DEG.get(shared.request.country.partition("-")[0]), pl.Float64),
    )


def _hours(shared: Shared, meters: pl.DataFrame) -> pl.DataFrame:
    """The frame that baseline_hour.fit reads: a row for each meter and hour of both periods."""
    ids = meters["meter_id"].to_list()
    grid = _hour_grid(shared)
    read = fit_readings.readings_by_hour(shared.request, ids[0], ids[-1])
    energy = np.full((len(ids), grid.height), np.nan)
    position = {hour: n for n, hour in enumerate(grid["hour_start_utc"])}
    energy[_places(read, "hour_start_utc", ids, position)] = read["energy_kwh"].fill_null(np.nan).to_numpy()
    temperature = _by_station(shared, ids, shared.weather, grid, "hour_start_utc")
    closed = _closed(shared, ids, {day: n for n, day in enumerate(shared.days["day_local"])})
    return _tiled(grid.drop("day_number"), meters).with_columns(
        _column("energy_kwh", energy),
        _column("temperature_c", temperature),
        pl.Series("is_closed", closed[:, grid["day_number"].to_numpy()].ravel()),
        direction=pl.lit("consumption"),
    )


def _hour_grid(shared: Shared) -> pl.DataFrame:
    """The hours of the days, with day_number (place in shared.days), hour_local and what the day says."""
    zone = shared.request.time_zone
    end = day_start_utc(pl.col("day_local").dt.offset_by("1d"), zone)
    local = pl.col("hour_start_utc").dt.convert_time_zone(zone)
    return (
        shared.days.drop(START)
        .with_row_index("day_number")
        .with_columns(
            hour_start_utc=pl.datetime_ranges(day_start_utc(pl.col("day_local"), zone), end, "1h", closed="left")
        )
        .explode("hour_start_utc")
        .with_columns(hour_local=local.dt.hour())
    )


def _months(shared: Shared, days: pl.DataFrame) -> pl.DataFrame:
    """The frame that baseline_month.fit reads: month rows, or sums of months whose days are all there."""
    month = pl.col("day_local").dt.truncate("1mo").alias("month_local")
    months = days.group_by(METER, "carrier", month, "period", "is_baseline", maintain_order=True).agg(
        pl.col(START).min(), pl.when(pl.col("energy_kwh").is_not_null().all()).then(pl.col("energy_kwh").sum())
    )
    if shared.months is None:
        return months
    given = shared.months.rename({"meter_id": METER})
    return months.drop("energy_kwh").join(given, on=[METER, "month_local"], how="left", maintain_order="left")


def _tiled(calendar: pl.DataFrame, meters: pl.DataFrame) -> pl.DataFrame:
    """The calendar once for each meter, in their order."""
    row = np.repeat(np.arange(meters.height), calendar.height)
    return pl.concat([calendar] * meters.height).with_columns(
        meters["meter_id"].gather(row).alias(METER), meters["carrier"].gather(row).alias("carrier")
    )


def _column(name: str, matrix: NDArray[np.float64]) -> pl.Series:
    return pl.Series(name, matrix.ravel()).fill_nan(None)


def _places(rows: pl.DataFrame, column: str, ids: list[str], position: dict[Any, int]) -> tuple[Any, Any]:
    """Row and column of each (meter_id, day or hour) in a matrix of meters and days or hours."""
    meter_number = {meter: n for n, meter in enumerate(ids)}
    return (
        rows["meter_id"].replace_strict(meter_number, return_dtype=pl.Int64).to_numpy(),
        rows[column].replace_strict(position, return_dtype=pl.Int64).to_numpy(),
    )


def _closed(shared: Shared, ids: list[str], position: dict[Any, int]) -> NDArray[np.bool_]:
    closed = np.zeros((len(ids), shared.days.height), dtype=bool)
    own = shared.closed.filter(
        pl.col("meter_id").is_in(ids), pl.col("day_local").is_in(shared.days["day_local"].implode())
    )
    closed[_places(own, "day_local", ids, position)] = True
    return closed


def _by_station(
    shared: Shared, ids: list[str], values: pl.DataFrame, calendar: pl.DataFrame, key: str
) -> NDArray[np.float64]:
    """Each meter's temperatures in the order of the calendar."""
    station = np.array([shared.station_of[meter] for meter in ids])
    matrix = np.full((len(ids), calendar.height), np.nan)
    for (name,), of_station in values.group_by("station"):
        series = calendar.select(key).join(of_station, on=key, how="left", maintain_order="left")
        matrix[station == name] = series["temperature_c"].fill_null(np.nan).to_numpy()
    return matrix
