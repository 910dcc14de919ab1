"""Made-up hours of meters whose energy is known exactly: profile by day kind, heating below 17 °C, noise."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import polars as pl

from pipelines.domain.calendar_features import with_day_type
from pipelines.domain.local_time import STOCKHOLM, utc_to_local

HOLIDAYS = pl.DataFrame(
    {
        "day_local": [date(y, m, d) for y in (2021, 2022) for m, d in ((1, 1), (1, 6), (5, 1), (6, 6))]
        + [date(y, 12, d) for y in (2021, 2022) for d in (24, 25, 26, 31)]
    }
)
NIGHT_KWH, WORK_KWH = 10.0, 30.0


def hour_calendar(seed: int = 1) -> pl.DataFrame:
    """Every hour of 2021 (the baseline) and 2022 in Swedish local time, with weather about 6 °C, warmer afternoons."""
    start = pl.datetime_range(
        datetime(2020, 12, 31, 23, tzinfo=UTC), datetime(2022, 12, 31, 22, tzinfo=UTC), "1h", eager=True
    )
    local = utc_to_local(pl.col("hour_start_utc"), STOCKHOLM)
    hours = pl.DataFrame({"hour_start_utc": start.dt.cast_time_unit("us")}).with_columns(
        day_local=local.dt.date(), hour_local=local.dt.hour().cast(pl.Int64)
    )
    day = (hours["day_local"] - date(2021, 1, 1)).dt.total_days().to_numpy()
    weather = np.random.default_rng(seed).normal(0, 3, day.max() + 1)[day]
    clock = 3 * np.sin(2 * np.pi * (hours["hour_local"].to_numpy() - 9) / 24)
    temperature_c = 6 - 12 * np.cos(2 * np.pi * (day - 20) / 365.25) + weather + clock
    return with_day_type(hours, HOLIDAYS).with_columns(
        temperature_c=pl.Series(temperature_c),
        is_closed=pl.lit(False),
        is_baseline=pl.col("day_local").dt.year() == 2021,
    )


def hour_meter(
    hours: pl.DataFrame,
    *,
    name: str = "meter",
    carrier: str = "electricity",
    night_kwh: float = NIGHT_KWH,
    work_kwh: float = WORK_KWH,
    slope: float = 0.0,
    noise_share: float = 0.05,
    seed: int = 2,
) -> pl.DataFrame:
    """The frame of baseline_hour.fit: work_kwh on workdays 07–18, else night_kwh, + slope·max(0, 17 − T of the day)."""
    noise = 1 + np.random.default_rng(seed).normal(0, noise_share, hours.height)
    at_work = (pl.col("day_type") == "workday") & pl.col("hour_local").is_between(7, 17)
    heat = slope * (17 - pl.col("temperature_c").mean().over("day_local")).clip(lower_bound=0)
    return hours.with_columns(
        metering_point_id=pl.lit(name),
        carrier=pl.lit(carrier),
        direction=pl.lit("consumption"),
        energy_kwh=(pl.when(at_work).then(work_kwh).otherwise(night_kwh) + heat) * pl.Series(noise),
    )


def energy_when(hours: pl.DataFrame, condition: pl.Expr, energy: pl.Expr | float | None) -> pl.DataFrame:
    return hours.with_columns(energy_kwh=pl.when(condition).then(energy).otherwise(pl.col("energy_kwh")))
