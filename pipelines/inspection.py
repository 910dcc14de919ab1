"""`sparkraft inspect`: files read and told about (pipelines/ingest/inspect.py), nothing stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.errors import BadInput
from pipelines.ingest.canonical import MeterFile
from pipelines.ingest.detect import read_file
from pipelines.ingest.inspect import inspection

WRITTEN = (
    "metering_point_id",
    "period_start_utc",
    "period_end_utc",
    "energy_kwh",
    "value",
    "unit",
    "quality",
    "source_row",
)


def inspect_files(files: Sequence[Path], assumptions: Mapping[str, str], to: Path | None) -> list[dict[str, Any]]:
    """One object for each file (contracts: `inspect --json`); with `to` the values of all of them as Parquet."""
    found = [inspection(path, path.name, assumptions=assumptions) for path in files]
    if to is not None:
        readings = [
            read for path in files if isinstance(read := read_file(path, path.name, assumptions=assumptions), MeterFile)
        ]
        if not readings:
            raise BadInput("Ingen av filerna innehåller mätvärden.")
        pl.concat([read.readings.select(WRITTEN) for read in readings]).write_parquet(to)
    return found
