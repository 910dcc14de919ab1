"""What hours tell that days do not: energy in peak hours, night load, the load of an empty building, peak power.

Pure sums over hours that are both measured and expected (baseline_hour), so that the two sides can be compared.
Does not belong here: any model, and what a power tariff is (its hours come in as data).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipelines.domain.local_time import normal_offset_minutes

NIGHT_END_HOUR = 5  # 00–05 local time: nobody works, nothing is being prepared
METER_MONTH = ("metering_point_id", "month_local")


@dataclass(frozen=True)
class PeakHours:
    """The hours that a tariff or a target counts, in normal time: [first_hour, end_hour) of workdays in the months."""

    months: tuple[int, ...]
    first_hour: int
    end_hour: int


WINTER_WORKDAYS = PeakHours(months=(11, 12, 1, 2, 3), first_hour=7, end_hour=20)
"""A common choice of Swedish power tariffs, as an example: workdays 07–20 in November–March."""


def is_peak_hour(peak: PeakHours, zone: str) -> pl.Expr:
    """Whether a row with hour_start_utc and day_type lies in the peak hours; holidays and eves are no workdays."""
    label = pl.col("hour_start_utc").dt.offset_by(f"{normal_offset_minutes(zone)}m")
    in_hours = (label.dt.hour() >= peak.first_hour) & (label.dt.hour() < peak.end_hour)
    return in_hours & label.dt.month().is_in(peak.months) & (pl.col("day_type") == "workday")


def peak_energy(hours: pl.DataFrame, peak: PeakHours, zone: str) -> pl.DataFrame:
    """Energy in the peak hours of each month.

    Parameters: hours with metering_point_id, hour_start_utc, day_local, hour_local, day_type, is_closed, energy_kwh and
    baseline_hour.HOUR_EXPECTED_SCHEMA. Returns one row per meter and month that has such hours: metering_point_id,
    month_local Date, hour_count, energy_kwh, expected_energy_kwh, noise_variance_kwh2, parameter_error_kwh. Years and
    periods are sums of the rows.
    """
    return _by_month(hours, is_peak_hour(peak, zone))


def night_load(hours: pl.DataFrame) -> pl.DataFrame:
    """Mean power of each month's nights, 00–05 local time: peak_energy's columns, power_kw and expected_power_kw."""
    return _with_power(_by_month(hours, pl.col("hour_local") < NIGHT_END_HOUR))


def empty_building_load(hours: pl.DataFrame) -> pl.DataFrame:
    """Mean power of each month when nobody should be there: nights, days off and closed days; columns as night_load."""
    is_off = (pl.col("day_type") != "workday") | pl.col("is_closed")
    return _with_power(_by_month(hours, is_off | (pl.col("hour_local") < NIGHT_END_HOUR)))


def duration_curve(hours: pl.DataFrame, shares: list[float]) -> pl.DataFrame:
    """The power exceeded during each share of the measured hours: metering_point_id, share, power_kw.

    Share 0 is the highest hour, 1 the lowest; between two hours the line between them. `hours` as one period (a year)
    of metering_point_id and energy_kwh, an hour each, so that kWh and mean kW are the same number.
    """
    measured = hours.filter(pl.col("energy_kwh").is_not_null())
    levels = [pl.col("energy_kwh").quantile(1 - share, "linear").alias(str(share)) for share in shares]
    return (
        measured.group_by("metering_point_id", maintain_order=True)
        .agg(levels)
        .unpivot(index="metering_point_id", variable_name="share", value_name="power_kw")
        .with_columns(pl.col("share").cast(pl.Float64))
        .sort("metering_point_id", "share", maintain_order=True)
    )


def peak_power(hours: pl.DataFrame, *, days: int) -> pl.DataFrame:
    """Mean of the highest hour of the `days` highest days: metering_point_id, power_kw, utilisation_hours.

    days=1 is the year's peak; a tariff may take the three highest hours on three different days. Utilisation is the
    measured energy over that power [h]; null when nothing was used. `hours` as in duration_curve, with day_local.
    Only for measured values: an expectation is a mean and has lower peaks than any real year.
    """
    by_day = hours.group_by("metering_point_id", "day_local", maintain_order=True).agg(
        pl.col("energy_kwh").max().alias("highest_kwh"), pl.col("energy_kwh").sum()
    )
    return (
        by_day.group_by("metering_point_id", maintain_order=True)
        .agg(pl.col("highest_kwh").drop_nulls().top_k(days).mean().alias("power_kw"), pl.col("energy_kwh").sum())
        .select(
            "metering_point_id",
            "power_kw",
            utilisation_hours=pl.when(pl.col("power_kw") > 0).then(pl.col("energy_kwh") / pl.col("power_kw")),
        )
    )


def _by_month(hours: pl.DataFrame, condition: pl.Expr) -> pl.DataFrame:
    compared = pl.col("energy_kwh").is_not_null() & pl.col("expected_energy_kwh").is_not_null()
    return (
        hours.filter(condition & compared)
        .group_by("metering_point_id", month_local=pl.col("day_local").dt.truncate("1mo"))
        .agg(
            pl.len().cast(pl.Int64).alias("hour_count"),
            pl.col("energy_kwh", "expected_energy_kwh", "noise_variance_kwh2", "parameter_error_kwh").sum(),
        )
        .sort(METER_MONTH)
    )


def _with_power(months: pl.DataFrame) -> pl.DataFrame:
    return months.with_columns(
        power_kw=pl.col("energy_kwh") / pl.col("hour_count"),
        expected_power_kw=pl.col("expected_energy_kwh") / pl.col("hour_count"),
    )
