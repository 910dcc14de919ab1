"""Small files for `sparkraft fit`: hourly readings and weather of made-up meters, 2021 and 2022."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.fit_input import FitRequest, Span

BASELINE = Span(date(2021, 1, 1), date(2022, 1, 1))
REPORTING = Span(date(2022, 1, 1), date(2023, 1, 1))


def hours(first: datetime = datetime(2020, 12, 31, 23), end: datetime = datetime(2022, 12, 31, 23)) -> pl.Series:
    """Hours in UTC; by default those of the local years 2021 and 2022 in Sweden."""
    return pl.datetime_range(first, end, "1h", closed="left", eager=True, time_zone="UTC").alias("timestamp")


def weather(path: Path) -> Path:
    """A cold winter and a mild summer, the same for everybody; seeded noise of 3 K."""
    stamps = hours()
    day = np.arange(len(stamps)) / 24
    noise = np.repeat(np.random.default_rng(5).normal(0, 3, len(stamps) // 24 + 1), 24)[: len(stamps)]
    temperature = 8 - 10 * np.cos(2 * np.pi * (day - 15) / 365.25) + noise
    pl.DataFrame({"timestamp": stamps, "temp_c": temperature.round(1)}).write_parquet(path)
    return path


def meter(
    name: str, temperature: np.ndarray, *, saved: float = 0.0, noise: float = 0.05, seed: int = 1
) -> pl.DataFrame:
    """10 kWh an hour and 0.5 kWh per kelvin below 15 °C, from 2022 on less by the share `saved`."""
    rng = np.random.default_rng(seed)
    stamps = hours()
    by_day = np.repeat(1 + rng.normal(0, noise, len(stamps) // 24 + 1), 24)[: len(stamps)]
    kwh = (10 + 0.5 * np.maximum(15 - temperature, 0)) * by_day
    frame = pl.DataFrame({"meter_id": name, "timestamp": stamps, "kwh": kwh, "carrier": "electricity"})
    in_2022 = pl.col("timestamp") >= pl.datetime(2021, 12, 31, 23, time_zone="UTC")
    return frame.with_columns(kwh=pl.when(in_2022).then(pl.col("kwh") * (1 - saved)).otherwise("kwh"))


def request(folder: Path, meters: list[pl.DataFrame], **options: object) -> FitRequest:
    """A request for these meters with weather in the same folder; `options` as in FitRequest."""
    path = folder / "readings.parquet"
    pl.concat(meters).write_parquet(path)
    if not (folder / "weather.parquet").exists():
        weather(folder / "weather.parquet")
    return FitRequest(path, folder / "weather.parquet", BASELINE, REPORTING, folder / "out.parquet", **options)  # type: ignore[arg-type]


def temperature(folder: Path) -> np.ndarray:
    """The temperatures of the folder's weather file, written when it is not there."""
    path = folder / "weather.parquet"
    return pl.read_parquet(path if path.exists() else weather(path))["temp_c"].to_numpy()
