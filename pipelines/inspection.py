"""`sparkraft inspect`: files read and told about (pipelines/ingest/inspect.py), nothing stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.errors import BadInput
from pipelines.ingest.canonical import MeterFile
from pipelines.reading_process import Known, Readers

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
    """One object for each file (contracts: `inspect --json`); with `to` the values of all of them as Parquet.

    Raises
    ------
    BadInput when a file is not there, or when values are to be written and none of the files has any.
    """
    for path in files:
        if not path.is_file():
            raise BadInput(f"{path} finns inte eller är ingen fil.")
    with Readers() as readers:
        found = [readers.read(path, path.name, Known(answers=assumptions), with_rows=to is not None) for path in files]
    if to is not None:
        values = [one.file.readings.select(WRITTEN) for one in found if isinstance(one.file, MeterFile)]
        if not values:
            raise BadInput("Ingen av filerna innehåller mätvärden.")
        pl.concat(values).write_parquet(to)
    return [one.receipt for one in found]
