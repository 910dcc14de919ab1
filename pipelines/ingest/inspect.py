"""What `sparkraft inspect --json` says of a file: what was understood, in rows and kWh, without storing anything."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.errors import BadInput
from pipelines.ingest.canonical import MeterFile, ReadFile, RegisterFile, TimeBasis, WeatherFile
from pipelines.ingest.detect import read_file

SERIES_COLUMNS = ("metering_point_id", "carrier", "direction", "unit")


def inspection(
    path: Path,
    name: str,
    *,
    assumptions: Mapping[str, str] = {},
    profiles: Mapping[str, TimeBasis] = {},
    zone: str = "Europe/Stockholm",
) -> dict[str, Any]:
    """Read a file and describe it as one JSON object; a file that cannot be used gives the reason, not an error."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    try:
        read = read_file(path, name, assumptions=assumptions, profiles=profiles, zone=zone)
    except BadInput as refusal:
        return {
            "file": name,
            "sha256": sha256,
            "format": None,
            "readable": False,
            "reason": refusal.message_sv if refusal.row is None else f"Rad {refusal.row}: {refusal.message_sv}",
            "fix": refusal.fix_sv,
        }
    return description(read, name, sha256)


def description(read: ReadFile, name: str, sha256: str) -> dict[str, Any]:
    """The JSON object for a file that was read."""
    start = {"file": name, "sha256": sha256, "format": read.format, "readable": True}
    if isinstance(read, MeterFile):
        return start | _meter_description(read)
    if isinstance(read, RegisterFile):
        counts: dict[str, int] = {sheet: frame.height for sheet, frame in read.sheets.items()}
        rejected = [_rejected_rows(frame, sheet) for sheet, frame in read.rejected.items()]
        return start | {
            "kind": "register",
            "rows": counts,
            "rejected": [row for rows in rejected for row in rows],
            "warnings": list(read.warnings),
        }
    is_weather = isinstance(read, WeatherFile)
    good = read.temperatures.height if isinstance(read, WeatherFile) else read.stations.height
    return start | {
        "kind": "weather" if is_weather else "stations",
        "rows": {"read": good + read.rejected.height, "used": good, "rejected": read.rejected.height},
        "rejected": _rejected_rows(read.rejected),
        "warnings": [],
    }


def _meter_description(read: MeterFile) -> dict[str, Any]:
    valued = read.readings["value"].drop_nulls().len()
    repeated = _repeated_count(read.readings)
    held = valued if read.questions else 0
    used = 0 if read.questions else valued - repeated
    return {
        "time": {
            "basis": read.time.basis,
            "zone": read.time.zone,
            "stamp": read.time.stamp,
            "evidence": read.time.evidence,
        },
        "series": _series(read),
        "rows": {
            "read": valued + read.rejected.height,
            "used": used,
            "superseded": 0 if read.questions else repeated,
            "held": held,
            "rejected": read.rejected.height,
        },
        "rejected": _rejected_rows(read.rejected),
        "warnings": list(read.warnings),
        "questions": [
            {
                "key": question.key,
                "text_sv": question.text_sv,
                "choices": list(question.choices),
                "labels_sv": dict(question.choices),
            }
            for question in read.questions
        ],
    }


def _repeated_count(readings: pl.DataFrame) -> int:
    """Values that the same file gives again for the same meter, direction and interval."""
    valued = readings.filter(pl.col("value").is_not_null())
    key = ["metering_point_id", "direction", "period_start_utc", "period_end_utc"]
    return valued.height - valued.select(pl.struct(key).n_unique()).item() if valued.height else 0


def _series(read: MeterFile) -> list[dict[str, Any]]:
    summed = (
        read.readings.group_by(SERIES_COLUMNS, maintain_order=True)
        .agg(
            pl.col("resolution").unique().sort(),
            pl.col("period_start_utc").min().alias("first"),
            pl.col("period_start_utc").max().alias("last"),
            pl.col("value").count().alias("rows"),
            pl.col("energy_kwh").sum(),
            pl.col("energy_kwh").count().alias("energy_count"),
            (pl.col("quality") == "missing").sum().alias("missing"),
            (pl.col("quality") == "estimated").sum().alias("estimated"),
            (pl.col("value") < 0).sum().alias("negative"),
        )
        .iter_rows(named=True)
    )
    return [
        {
            "metering_point_id": row["metering_point_id"],
            "id_source": read.id_source,
            "carrier": row["carrier"],
            "direction": row["direction"],
            "resolution": row["resolution"][0] if len(row["resolution"]) == 1 else "irregular",
            "unit": row["unit"],
            "kind": "interval",
            "first_utc": row["first"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "last_utc": row["last"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "rows": row["rows"],
            "energy_kwh": row["energy_kwh"] if row["energy_count"] or not row["rows"] else None,
            "missing": row["missing"],
            "estimated": row["estimated"],
            "negative": row["negative"],
        }
        for row in summed
    ]


def _rejected_rows(rejected: pl.DataFrame, sheet: str | None = None) -> list[dict[str, Any]]:
    """Row, reason and fix of each rejected row; `sheet` is added where there are several."""
    beside = {"sheet": sheet} if sheet else {}
    return [
        {"row": row["source_row"], "reason": row["reason"], "fix": row["fix"]} | beside
        for row in rejected.iter_rows(named=True)
    ]
