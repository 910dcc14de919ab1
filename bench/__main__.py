"""`make bench`: the first version's figures as a table, each ratio from one run of both sides."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl
from rich.console import Console
from rich.table import Table

from bench import long_csv
from pipelines.domain.baseline_day import fit_and_expect
from pipelines.domain.calendar_features import with_day_type

METERS = 2_000


def main() -> None:
    """Run each benchmark and print the table."""
    table = Table("what", "this [s]", "beside it [s]", "ratio", "rate or peak memory")
    for row in long_csv.measured():
        table.add_row(*row)
    table.add_row(*_fitting())
    Console(width=140).print(table)


def _fitting() -> tuple[str, str, str, str, str]:
    """The daily model of many meters: fitted on a year, a year expected, choice of model included."""
    days = pl.date_range(date(2021, 1, 1), date(2022, 12, 31), eager=True)
    rng = np.random.default_rng(2)
    n = np.arange(len(days))
    temperature = 4 - 12 * np.cos(2 * np.pi * (n - 15) / 365.25) + rng.normal(0, 3, len(days))
    base, slope = rng.uniform(50, 500, (METERS, 1)), rng.uniform(0, 30, (METERS, 1))
    energy = (base + slope * np.maximum(15 - temperature, 0)) * (1 + rng.normal(0, 0.05, (METERS, len(days))))
    frame = pl.DataFrame(
        {
            "metering_point_id": np.repeat([f"m{m}" for m in range(METERS)], len(days)),
            "carrier": ["electricity"] * (METERS * len(days)),
            "day_local": pl.concat([days] * METERS),
            "energy_kwh": energy.ravel(),
            "temperature_c": np.tile(temperature, METERS),
            "is_closed": np.zeros(METERS * len(days), dtype=bool),
        }
    ).with_columns(is_baseline=pl.col("day_local") < date(2022, 1, 1))
    frame = with_day_type(frame, pl.DataFrame(schema={"day_local": pl.Date}))
    seconds = _seconds(lambda: fit_and_expect(frame))
    return (
        f"fit and expect {METERS:,} meters by day",
        f"{seconds:.2f}",
        "–",
        "–",
        f"{METERS / seconds:,.0f} meters a second",
    )


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
