"""Long CSV files in three forms: read with all meaning and checks, against DuckDB's bare read of the same file.

Each side runs in a process of its own, so that its peak memory is its own; both in turn, on a file that is cached.

    python -m bench.long_csv [MILLIONS]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from rich.console import Console
from rich.table import Table

ROWS = 10_000_000
REPEATS = 3
STOCKHOLM = ZoneInfo("Europe/Stockholm")
START = datetime(2022, 1, 1, tzinfo=STOCKHOLM)

_TIMED = """
import resource, sys, time
from pathlib import Path
{imports}
path = Path(sys.argv[1])
started = time.perf_counter()
{work}
seconds = time.perf_counter() - started
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, rows)
"""
_OURS = _TIMED.format(
    imports="from pipelines.ingest.detect import read_file",
    work="""
# Only the first form leaves a question: its hours begin at 23:00, which may be either edge.
file = read_file(path, path.name, assumptions={'stamp': 'start'})
rows = file.readings.height
assert not file.questions and not file.rejected.height, file.questions
assert [file.time.basis, file.time.stamp] == sys.argv[2:], file.time
""",
)
_THEIRS = _TIMED.format(
    imports="import duckdb",
    work="""
connection = duckdb.connect()
connection.execute(
    f'create table t as select * from read_csv(?, auto_detect=false, header=true, {sys.argv[2]})', [str(path)]
)
rows = connection.execute('select count(*) from t').fetchall()[0][0]
""",
)


@dataclass(frozen=True)
class Form:
    """One form of long CSV: how it is written and how DuckDB is told to read it."""

    name: str
    write: Callable[[Path, int], None]
    options: str
    time: tuple[str, str]  # basis and stamp that must be found


def measured(rows: int = ROWS) -> Iterator[tuple[str, str, str, str, str]]:
    """A row of the table of benchmarks for each form."""
    for form in FORMS:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "long.csv"
            form.write(path, rows)
            path.read_bytes()
            sides = {"ours": (_OURS, *form.time), "theirs": (_THEIRS, form.options)}
            runs = {name: [] for name in sides}
            for _ in range(REPEATS):
                for name, (program, *options) in sides.items():
                    runs[name].append(_run(program, path, *options))
        ours, theirs = (np.median(np.array(runs[name]), axis=0) for name in ("ours", "theirs"))
        yield (
            f"read {ours[2] / 1e6:.0f} million rows: {form.name}",
            f"{ours[0]:.2f}",
            f"{theirs[0]:.2f}",
            f"{ours[0] / theirs[0]:.1f}",
            f"{ours[1]:.1f} GB against {theirs[1]:.1f} GB",
        )


def _run(program: str, path: Path, *options: str) -> tuple[float, float, float]:
    """Seconds, peak memory in GB, rows."""
    done = subprocess.run(
        [sys.executable, "-c", program, str(path), *options],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    )
    seconds, gigabytes, rows = done.stdout.split()[-3:]  # after a progress bar, where there is one
    return float(seconds), float(gigabytes), float(rows)


def _stamps(minutes: int, count: int, zone: ZoneInfo | None, form: str) -> pl.Series:
    """Stamps of intervals after one another, on the wall clock of a zone or (None) in normal time."""
    first = START.astimezone(UTC)
    instants = (first + timedelta(minutes=minutes * n) for n in range(count))
    if zone is None:
        return pl.Series([(at + timedelta(hours=1)).strftime(form) for at in instants])
    return pl.Series([at.astimezone(zone).strftime(form) for at in instants])


def _written(path: Path, rows: int, columns: dict[str, pl.Series], separator: str, beside: dict[str, str]) -> None:
    """A row a value, meter after meter; `columns` are the stamps of one meter."""
    per_meter = len(next(iter(columns.values())))
    meters = rows // per_meter
    values = pl.Series(np.round(np.random.default_rng(1).gamma(2.0, 5.0, meters * per_meter), 3)).cast(pl.String)
    frame = pl.DataFrame(
        {
            "Anläggnings-id" if separator == ";" else "metering_point_id": np.repeat(
                [f"735999100{n:09d}" for n in range(meters)], per_meter
            ),
            **{name: pl.concat([one] * meters) for name, one in columns.items()},
            "Förbrukning" if separator == ";" else "kwh": values.str.replace(".", ",", literal=True)
            if separator == ";"
            else values,
        }
    ).with_columns(pl.lit(text).alias(name) for name, text in beside.items())
    frame.write_csv(path, separator=separator)


def _with_offset(path: Path, rows: int) -> None:
    stamps = _stamps(60, 8760, ZoneInfo("UTC"), "%Y-%m-%dT%H:%M:%SZ")
    _written(path, rows, {"timestamp": stamps}, ",", {})


def _local_quarters(path: Path, rows: int) -> None:
    edges = _stamps(15, 4 * 8760 + 1, STOCKHOLM, "%Y-%m-%d %H:%M")
    columns = {"Starttid": edges.head(-1), "Sluttid": edges.tail(-1)}
    _written(path, rows, columns, ";", {"Enhet": "kWh", "Kvalitet": "Uppmätt"})


def _normal_time_ends(path: Path, rows: int) -> None:
    edges = _stamps(60, 8761, None, "%Y-%m-%d %H:%M")
    _written(path, rows, {"Tid": edges.tail(-1)}, ";", {"Enhet": "kWh"})


FORMS = (
    Form(
        "offsets",
        _with_offset,
        "delim=',', columns={'metering_point_id': 'varchar', 'timestamp': 'timestamptz', 'kwh': 'double'}",
        ("utc", "start"),
    ),
    Form(
        "local time, quarters, both ends, unit and quality",
        _local_quarters,
        "delim=';', decimal_separator=',', columns={'id': 'varchar', 'start': 'timestamp', 'end': 'timestamp',"
        " 'value': 'double', 'unit': 'varchar', 'quality': 'varchar'}",
        ("local", "start"),
    ),
    Form(
        "normal time, end stamps, decimal comma",
        _normal_time_ends,
        "delim=';', decimal_separator=',', columns={'id': 'varchar', 'time': 'timestamp', 'value': 'double',"
        " 'unit': 'varchar'}",
        ("normal_time", "end"),
    ),
)


def main() -> None:
    """Print the table."""
    table = Table("what", "this [s]", "DuckDB's bare read [s]", "ratio", "peak memory")
    for row in measured(int(float(sys.argv[1]) * 1e6) if len(sys.argv) > 1 else ROWS):
        table.add_row(*row)
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
