"""Normal-year correction by degree days (normalårskorrigering), as Swedish organisations have reported it.

    E_corrected = W + (E − W)·GD_normal / GD                                        by month, then summed

W is the part that does not follow the weather (hot water, losses of circulation). Formula, sources and limits stand in
docs/method.md, "Normal-year correction". Does not belong here: how degree days come about (degree_days).
"""

from __future__ import annotations

from typing import Literal

import polars as pl

WeatherIndependentPart = Literal["summer", "signature", "share"]

HEATING_CARRIERS = ("district_heating", "gas", "oil", "pellets", "wood_chips")
"""Electricity is not corrected: how much of it is heat is not known, and its winter is light as much as cold."""
FEWEST_DEGREE_DAYS = 60.0  # of a normal month: with fewer the ratio says nothing (July: 54 days against 2 normal)
LARGEST_FACTOR = 2.0  # and its inverse: what lies beyond is a month between the seasons, not weather
SUMMER_MONTHS = (6, 7, 8)
LEAST_SUMMER_MONTHS = 2
HOURS_PER_DAY = 24.0
METER = "metering_point_id"


def with_weather_independent_part(
    months: pl.DataFrame, signatures: pl.DataFrame, *, part: WeatherIndependentPart, share: float
) -> pl.DataFrame:
    """Add weather_independent_kwh (W) of each month; null where it cannot be told.

    summer: the mean use per day of June–August (two of the three months at least) in the same year, or the year before
    while this year's summer is not there. signature: the base power of the year's energy signature of months, or of the
    year before. share: that share of the month's energy.

    Parameters
    ----------
    months: metering_point_id, month_local Date, energy_kwh (null = missing).
    signatures: energy_signature.SIGNATURE_SCHEMA; read for `signature` only.
    share: 0–1, read for `share` only.
    """
    if part == "share":
        return months.with_columns(weather_independent_kwh=share * pl.col("energy_kwh"))
    if part == "summer":
        per_day = _summer_mean(months)
    else:
        per_day = signatures.filter(pl.col("grain") == "month").select(
            METER, "year_local", kwh_per_day=pl.col("base_power_kw").clip(lower_bound=0.0) * HOURS_PER_DAY
        )
    day_count = pl.col("month_local").dt.month_end().dt.day()
    per_day = per_day.with_columns(pl.col("year_local").cast(pl.Int32))
    before = per_day.select(METER, pl.col("year_local") + 1, before_per_day=pl.col("kwh_per_day"))
    return (
        months.with_columns(year_local=pl.col("month_local").dt.year())
        .join(per_day, on=[METER, "year_local"], how="left", maintain_order="left")
        .join(before, on=[METER, "year_local"], how="left", maintain_order="left")
        .with_columns(weather_independent_kwh=pl.coalesce("kwh_per_day", "before_per_day") * day_count)
        .select(*months.columns, "weather_independent_kwh")
    )


def _summer_mean(months: pl.DataFrame) -> pl.DataFrame:
    """metering_point_id, year_local, kwh_per_day over its summer months."""
    summer = months.filter(
        pl.col("month_local").dt.month().is_in(SUMMER_MONTHS) & pl.col("energy_kwh").is_not_null()
    ).with_columns(day_count=pl.col("month_local").dt.month_end().dt.day())
    return (
        summer.group_by(METER, year_local=pl.col("month_local").dt.year())
        .agg(month_count=pl.len(), kwh_per_day=pl.col("energy_kwh").sum() / pl.col("day_count").sum())
        .filter(pl.col("month_count") >= LEAST_SUMMER_MONTHS)
        .drop("month_count")
    )


def with_correction(months: pl.DataFrame) -> pl.DataFrame:
    """Add what each month would have used in a normal year.

    W counts up to the month's own energy. A month whose normal has under 60 degree days stands as it was measured; the
    factor is held within 0.5 … 2.

    Parameters: carrier, energy_kwh, weather_independent_kwh [kWh]; degree_days, normal_degree_days [K·days].
    Returns: `months` with weather_factor (GD_normal/GD as used), corrected_energy_kwh and correction: corrected |
        capped | few_degree_days, or why there is none: not_heating | no_energy | no_temperature | no_normal |
        no_weather_independent_part.
    """
    energy, normal, actual = pl.col("energy_kwh"), pl.col("normal_degree_days"), pl.col("degree_days")
    ratio = pl.when(actual > 0).then(normal / actual).otherwise(float("inf"))
    held = ratio.clip(1 / LARGEST_FACTOR, LARGEST_FACTOR)
    is_few = normal < FEWEST_DEGREE_DAYS
    correction = (
        pl.when(~pl.col("carrier").is_in(HEATING_CARRIERS))
        .then(pl.lit("not_heating"))
        .when(energy.is_null())
        .then(pl.lit("no_energy"))
        .when(actual.is_null())
        .then(pl.lit("no_temperature"))
        .when(normal.is_null())
        .then(pl.lit("no_normal"))
        .when(is_few)
        .then(pl.lit("few_degree_days"))
        .when(pl.col("weather_independent_kwh").is_null())
        .then(pl.lit("no_weather_independent_part"))
        .when(held != ratio)
        .then(pl.lit("capped"))
        .otherwise(pl.lit("corrected"))
    )
    fixed = pl.min_horizontal(pl.col("weather_independent_kwh"), energy)
    uses_factor = pl.col("correction").is_in(["corrected", "capped"])
    return months.with_columns(correction=correction).with_columns(
        weather_factor=pl.when(uses_factor).then(held).when(pl.col("correction") == "few_degree_days").then(1.0),
        corrected_energy_kwh=pl.when(uses_factor)
        .then(fixed + (energy - fixed) * held)
        .when(pl.col("correction") == "few_degree_days")
        .then(energy),
    )
