"""The record of a delivery: its receipt as it was when the file was read, with what has become of its rows since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dashboards import data
from dashboards.preview import Preview, of_receipt

SAME_HOURS = 0.01
SAME_KWH = 0.0005


def record(delivery_sha256: str) -> Preview | None:
    """The receipt of a delivery in the form of a preview; None where there is no such delivery."""
    rows = data.query("delivery", delivery_sha256=delivery_sha256)
    if rows.is_empty():
        return None
    delivery = rows.row(0, named=True)
    stored = data.query("delivery_receipt", delivery_sha256=delivery_sha256)
    start = {"sha256": delivery_sha256, "file": delivery["file_name"], "kind": delivery["kind"]}
    if delivery["outcome"] == "refused":
        return of_receipt(start | {"readable": False, "reason": delivery["message_sv"], "fix": ""})
    # A delivery from before receipts were kept has only what stands in the status.
    receipt: dict[str, Any] = (
        json.loads(stored["receipt_json"][0])
        if stored.height
        else {
            "format": delivery["format"],
            "time": {"basis": delivery["time_basis"], "evidence": delivery["time_evidence"]},
        }
    )
    return of_receipt(receipt | start | {"readable": True} | _since(delivery))


def _since(delivery: Mapping[str, Any]) -> dict[str, Any]:
    """What stands now: rows by fate, rejected and held rows, months and what they changed."""
    sha256 = delivery["delivery_sha256"]
    rejected = data.query("delivery_rejected_rows", delivery_sha256=sha256).iter_rows(named=True)
    told: dict[str, Any] = {
        "rejected": [
            {"row": row["source_row"], "reason": row["reason"], "fix": row["fix"]}
            | ({"sheet": row["sheet"]} if row["sheet"] else {})
            for row in rejected
        ],
    }
    if delivery["kind"] != "readings":
        return told
    fates = ("read", "used", "superseded", "held", "rejected")
    held = data.query("delivery_held_meters", delivery_sha256=sha256).iter_rows(named=True)
    months = list(data.query("delivery_months", delivery_sha256=sha256).iter_rows(named=True))
    return told | {
        "rows": {fate: delivery[f"row_{fate}_count"] for fate in fates},
        "energy_kwh": {
            "read": delivery["file_energy_kwh"],
            **{fate: delivery[f"{fate}_energy_kwh"] for fate in fates[1:]},
        },
        "unknown_meters": [{**row, "rows": row["row_count"]} for row in held],
        "months": [_month(row) for row in months],
        "comparison": [_compared(row) for row in months if row["previous_hours"] is not None],
    }


def _month(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "metering_point_id": row["metering_point_id"],
        "direction": row["direction"],
        "month": f"{row['month_local']:%Y-%m}",
        "rows": row["row_count"],
        "energy_kwh": row["energy_kwh"],
        "missing": None,  # cells without a value are not kept; the series tell how many there were
        "estimated": row["estimated_count"],
    }


def _compared(row: Mapping[str, Any]) -> dict[str, Any]:
    """A month beside what the delivery before had told of it."""
    now, then = row["energy_kwh"] or 0.0, row["previous_energy_kwh"] or 0.0
    more_hours = row["hours"] - row["previous_hours"]
    if more_hours < -SAME_HOURS or row["used_count"] < row["row_count"]:
        change = "part"
    elif more_hours > SAME_HOURS:
        change = "longer"
    else:
        change = "same" if abs(now - then) <= SAME_KWH else "changed"
    return {
        "metering_point_id": row["metering_point_id"],
        "direction": row["direction"],
        "month": f"{row['month_local']:%Y-%m}",
        "change": change,
        "energy_before_kwh": row["previous_energy_kwh"],
        "energy_in_file_kwh": row["energy_kwh"],
        "energy_after_kwh": None if change == "part" else row["energy_kwh"],
    }
