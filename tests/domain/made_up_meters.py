"""Meters whose true behaviour is known, for the tests of the baseline models."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from pipelines.domain.calendar_features import with_day_type

HOLIDAYS = pl.DataFrame(
    {
        "day_local": [date(y, m, d) for y in (2021, 2022, 2023) for m, d in ((1, 1), (1, 6), (5, 1), (6, 6))]
        + [date(y, 12, d) for y in (2021, 2022, 2023) for d in (24, 25, 26, 31)]
    }
)


def calendar(until: date = date(2022, 12, 31), seed: int = 1) -> pl.DataFrame:
    """Days with temperature_c (a northern year about 4 °C with weather), day_type, is_closed and is_baseline."""
    day_local = pl.date_range(date(2021, 1, 1), until, eager=True)
    t = np.arange(len(day_local))
    weather = np.random.default_rng(seed).normal(0, 3, len(t))
    temperature_c = 4 - 13 * np.cos(2 * np.pi * (t - 20) / 365.25) + weather
    frame = pl.DataFrame({"day_local": day_local, "temperature_c": temperature_c})
    return with_day_type(frame, HOLIDAYS).with_columns(
        is_closed=pl.lit(False), is_baseline=pl.col("day_local").dt.year() == 2021
    )


def meter(
    days: pl.DataFrame,
    *,
    name: str = "meter",
    carrier: str = "electricity",
    base: float = 200.0,
    off_day_base: float = 120.0,
    slope: float = 0.0,
    change_point_c: float = 15.0,
    noise_share: float = 0.05,
    seed: int = 2,
) -> pl.DataFrame:
    """The frame that baseline_day takes; energy = base by day type + slope·max(0, change point − T), times noise."""
    noise = 1 + np.random.default_rng(seed).normal(0, noise_share, days.height)
    workday = pl.col("day_type") == "workday"
    heat = slope * (change_point_c - pl.col("temperature_c")).clip(lower_bound=0)
    return days.with_columns(
        metering_point_id=pl.lit(name),
        carrier=pl.lit(carrier),
        energy_kwh=(pl.when(workday).then(base).otherwise(off_day_base) + heat) * pl.Series(noise),
    )


def by_month(days: pl.DataFrame) -> pl.DataFrame:
    """The frame of months that baseline_month takes; a month with a missing day is missing."""
    whole = pl.col("energy_kwh").is_not_null().all()
    return days.group_by(
        "metering_point_id", "carrier", month_local=pl.col("day_local").dt.truncate("1mo"), maintain_order=True
    ).agg(pl.when(whole).then(pl.col("energy_kwh").sum()).alias("energy_kwh"), pl.col("is_baseline").all())
