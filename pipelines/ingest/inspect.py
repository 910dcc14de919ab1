"""The receipt of a file: what was understood of it and why, in rows and kWh (contracts: `inspect --json`).

One structure for the page where files are handed in, for `sparkraft inspect --json` and for the delivery's record.
Does not belong here: what is known of a home (pipelines/ingest/receipt_register.py) and how a receipt is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from pipelines.errors import BadInput
from pipelines.ingest.canonical import MeterFile, ReadFile, RegisterFile, WeatherFile
from pipelines.ingest.receipt_totals import day_totals, month_totals, pictures, superseded_rows, varying

SERIES_COLUMNS = ("metering_point_id", "carrier", "direction", "unit", "kind")
MOST_REJECTED_ROWS = 10_000
"""Rejected rows that a receipt names one by one; all are counted."""


def refused(refusal: BadInput, name: str, sha256: str) -> dict[str, Any]:
    """The receipt of a file that cannot be used: the reason and what to do."""
    return {
        "file": name,
        "sha256": sha256,
        "format": None,
        "readable": False,
        "reason": refusal.message_sv if refusal.row is None else f"Rad {refusal.row}: {refusal.message_sv}",
        "fix": refusal.fix_sv,
    }


def description(read: ReadFile, name: str, sha256: str, *, zone: str) -> dict[str, Any]:
    """The receipt of a file that was read; months and days are those of `zone`."""
    start = {"file": name, "sha256": sha256, "format": read.format, "readable": True}
    if isinstance(read, MeterFile):
        return start | {"kind": "readings"} | _meter_description(read, zone)
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


def answers_of(given: Mapping[str, str], recalled: Mapping[str, str]) -> list[dict[str, str]]:
    """The answers that a file was read with: given with it, or remembered from earlier files of the same form."""
    return [
        {"key": key, "value": value, "source": "given" if key in given else "remembered"}
        for key, value in {**recalled, **given}.items()
    ]


def _meter_description(read: MeterFile, zone: str) -> dict[str, Any]:
    readings = read.readings
    is_superseded = superseded_rows(readings)
    has_second = readings["is_second_account"].any()
    # Missing cells of a second account are not missing: the first account tells them.
    is_left_out = is_superseded | readings["is_second_account"] if has_second else is_superseded
    counted = readings.filter(~is_left_out) if is_left_out.any() else readings
    days = day_totals(counted, zone)
    is_waiting = bool(read.questions)
    return {
        "time": {
            "basis": read.time.basis,
            "zone": read.time.zone,
            "stamp": read.time.stamp,
            "evidence": read.time.evidence,
        },
        "evidence": list(read.evidence),
        "series": _series(counted, read.id_source),
        "second_accounts": _series(readings.filter("is_second_account"), read.id_source) if has_second else [],
        **_fates(readings, is_superseded, read.rejected.height, is_waiting),
        "months": _month_rows(month_totals(days)),
        "pictures": pictures(days, zone),
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


def _fates(
    readings: pl.DataFrame, is_superseded: pl.Series, rejected_count: int, is_waiting: bool
) -> dict[str, dict[str, Any]]:
    """Rows and energy that were read, and what becomes of them if the file stands alone; each adds up."""
    value_count, superseded_count = readings["value"].count(), int(is_superseded.sum())
    energy = float(readings["energy_kwh"].sum())
    superseded_energy = float(readings["energy_kwh"].filter(is_superseded).sum())
    rows = {
        "read": value_count + rejected_count,
        "used": value_count - superseded_count,
        "superseded": superseded_count,
        "held": 0,
        "rejected": rejected_count,
    }
    energies = {
        "read": energy,
        "used": energy - superseded_energy,
        "superseded": superseded_energy,
        "held": 0.0,
        "rejected": 0.0,
    }
    if is_waiting:
        rows |= {"used": 0, "superseded": 0, "held": value_count}
        energies |= {"used": 0.0, "superseded": 0.0, "held": energy}
    return {"rows": rows, "energy_kwh": energies}


def _series(counted: pl.DataFrame, id_source: str) -> list[dict[str, Any]]:
    """Each series with what counts of it: a value that the file tells twice is in it once."""
    told_by = varying(counted, SERIES_COLUMNS) or SERIES_COLUMNS[:1]
    has_one_resolution = not varying(counted, ["resolution"])
    resolution = pl.col("resolution")
    summed = (
        counted.group_by(told_by, maintain_order=True)
        .agg(
            pl.col(name for name in SERIES_COLUMNS if name not in told_by).first(),
            pl.concat_list(resolution.first()) if has_one_resolution else resolution.unique().sort(),
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
            "id_source": id_source,
            "carrier": row["carrier"],
            "direction": row["direction"],
            "resolution": row["resolution"][0] if len(row["resolution"]) == 1 else "irregular",
            "unit": row["unit"],
            "kind": row["kind"],
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


def _month_rows(months: pl.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "metering_point_id": row["metering_point_id"],
            "direction": row["direction"],
            "month": f"{row['month']:%Y-%m}",
            "rows": row["row_count"],
            "energy_kwh": row["energy_kwh"],
            "missing": row["missing_count"],
            "estimated": row["estimated_count"],
            "hours": round(row["hours"], 3),
            "is_shared_out": row["is_shared_out"],
        }
        for row in months.iter_rows(named=True)
    ]


def _rejected_rows(rejected: pl.DataFrame, sheet: str | None = None) -> list[dict[str, Any]]:
    """Row, reason and fix of the first rejected rows; `sheet` is added where there are several."""
    beside = {"sheet": sheet} if sheet else {}
    return [
        {"row": row["source_row"], "reason": row["reason"], "fix": row["fix"]} | beside
        for row in rejected.head(MOST_REJECTED_ROWS).iter_rows(named=True)
    ]
