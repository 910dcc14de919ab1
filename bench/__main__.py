"""`make bench`: the first version's figures as a table, each ratio from one run of both sides.

"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
from rich.console import Console
from rich.table import Table

from pipelines.domain.baseline_day import fit_and_expect
from pipelines.domain.calendar_features import with_day_type
from pipelines.ingest.detect import read_file

ROWS = 2_000_000
METERS = 2_000
REPEATS = 3


def main() -> None:
    """Run each benchmark and print the table."""
    table = Table("what", "this [s]", "beside it [s]", "ratio", "rate")
    with tempfile.TemporaryDirectory() as folder:
        table.add_row(*_reading(Path(folder)))
    table.add_row(*_fitting())
    Console(width=140).print(table)


def _reading(folder: Path) -> tuple[str, str, str, str, str]:
    """A long CSV with offsets, all meaning and checks included, against DuckDB's bare read of the same file."""
    path = folder / "long.csv"
    start = datetime(2022, 1, 1, tzinfo=UTC)
    per_meter = 8760
    hours = pl.Series([f"{start + timedelta(hours=h):%Y-%m-%dT%H:%M:%SZ}" for h in range(per_meter)])
    meters = ROWS // per_meter
    frame = pl.DataFrame(
        {
            "metering_point_id": np.repeat([f"735999100{n:09d}" for n in range(meters)], per_meter),
            "timestamp": pl.concat([hours] * meters),
            "kwh": np.round(np.random.default_rng(1).gamma(2.0, 5.0, meters * per_meter), 3),
        }
    )
    frame.write_csv(path)

    def bare() -> None:
        with duckdb.connect() as connection:
            connection.execute(
                """create table t as select * from read_csv(?, auto_detect = false, header = true, delim = ',',
                   columns = {'metering_point_id': 'varchar', 'timestamp': 'timestamptz', 'kwh': 'double'})""",
                [str(path)],
            )

    ours, theirs = _median_pairs(lambda: read_file(path, path.name), bare)
    rate = f"{frame.height / ours / 1e6:.2f} million rows a second"
    return f"read a long CSV of {frame.height:,} rows", f"{ours:.2f}", f"{theirs:.2f}", f"{ours / theirs:.1f}", rate


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


def _median_pairs(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """Median seconds of both, run in turn so that a change of the machine's pace meets both; one warm-up each."""
    ours()
    theirs()
    pairs = [(_seconds(ours), _seconds(theirs)) for _ in range(REPEATS)]
    return float(np.median([a for a, _ in pairs])), float(np.median([b for _, b in pairs]))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
