"""Reads one uploaded file in a process of its own and prints what was understood as one JSON object.

A file from outside can end the process that reads it (memory, an abort in a parser), so the dashboard starts this
with limits and only believes what it prints. Called by dashboards/preview.py; stores nothing.

    python -m dashboards.preview_process   < {"path", "name", "sha256", "answers", "profiles", "zone"}
"""

from __future__ import annotations

import contextlib
import json
import resource
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.errors import BadInput
from pipelines.ingest import detect, inspect
from pipelines.ingest.canonical import MeterFile, TimeBasis

MEMORY_LIMIT_BYTES = 6_000_000_000
PROCESSOR_LIMIT_SECONDS = 120
PICTURED_SERIES_COUNT = 12
MINUTES = {"PT15M": 15, "PT30M": 30, "PT1H": 60, "P1D": 1440}


def limit_resources() -> None:
    """Bound memory and processor time, and write no core file."""
    for what, amount in (
        (resource.RLIMIT_AS, MEMORY_LIMIT_BYTES),
        (resource.RLIMIT_CPU, PROCESSOR_LIMIT_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (amount, amount))


def days_of(readings: pl.DataFrame, zone: str) -> list[dict[str, Any]]:
    """Local days of the first series with their energy [kWh] and status; month values are left out."""
    timed = readings.filter(pl.col("resolution").is_in(list(MINUTES)))
    if timed.is_empty():
        return []
    first = timed["metering_point_id"].unique(maintain_order=True).head(PICTURED_SERIES_COUNT)
    local = pl.col("period_start_utc").dt.convert_time_zone(zone)
    has_value = pl.col("value").is_not_null() & (pl.col("quality") != "missing")
    minutes = (pl.col("period_end_utc") - pl.col("period_start_utc")).dt.total_minutes()
    day_length = (
        (pl.col("day_local") + pl.duration(days=1)).cast(pl.Datetime("us")).dt.replace_time_zone(zone)
        - pl.col("day_local").cast(pl.Datetime("us")).dt.replace_time_zone(zone)
    ).dt.total_minutes()
    by_day = (
        timed.filter(pl.col("metering_point_id").is_in(first.implode()))
        .group_by("metering_point_id", local.dt.date().alias("day_local"))
        .agg(
            energy_kwh=pl.col("energy_kwh").sum(),
            covered_minutes=minutes.filter(has_value).sum(),
            estimated_count=(pl.col("quality") == "estimated").sum(),
        )
        .with_columns(
            day_status=pl.when(pl.col("covered_minutes") == 0)
            .then(pl.lit("missing"))
            .when(pl.col("covered_minutes") < day_length)
            .then(pl.lit("partial"))
            .when(pl.col("estimated_count") > 0)
            .then(pl.lit("estimated"))
            .otherwise(pl.lit("measured"))
        )
        .sort("metering_point_id", "day_local")
    )
    return by_day.select(
        "metering_point_id", pl.col("day_local").dt.to_string("%Y-%m-%d"), "energy_kwh", "day_status"
    ).to_dicts()


def understood(request: Mapping[str, Any]) -> dict[str, Any]:
    """What the reader page shows of a file: the inspection, its kind, and the days of its series."""
    path, name, zone = Path(request["path"]), str(request["name"]), str(request["zone"])
    assumptions = {str(key): str(value) for key, value in request["answers"].items()}
    profiles = {key: TimeBasis(**basis) for key, basis in request["profiles"].items()}
    try:
        file = detect.read_file(path, name, assumptions=assumptions, profiles=profiles, zone=zone)
    except BadInput as bad:
        place = f"Rad {bad.row}: " if bad.row is not None else ""
        return {"readable": False, "reason": place + bad.message_sv, "fix": bad.fix_sv}
    found = inspect.description(file, name, str(request["sha256"]))
    if isinstance(file, MeterFile):
        return {**found, "kind": "readings", "days": days_of(file.readings, zone)}
    return found


def main() -> None:
    """Read the request from standard input and print the answer."""
    limit_resources()
    json.dump(understood(json.load(sys.stdin)), sys.stdout, ensure_ascii=False, default=str)


if __name__ == "__main__":
    main()
