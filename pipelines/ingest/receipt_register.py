"""A receipt beside what a home knows: its register, and what was used before.

Adds to the receipt (pipelines/ingest/inspect.py) `comparison` and `unknown_meters`, and counts as held the values of
meters that the register does not let this sender deliver. Does not belong here: fetching what the home knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from pipelines.ingest.meter_suggestions import suggestions

COUNTY = "county"
MOST_UNKNOWN_METERS = 50
SAME_KWH = 0.0005
SAME_SHARE = 1e-6
SAME_HOURS = 0.01

USED_MONTHS_SCHEMA = {
    "metering_point_id": pl.String,
    "direction": pl.String,
    "month_local": pl.Date,
    "energy_kwh": pl.Float64,
    "hours": pl.Float64,
    "estimated_count": pl.Int64,
    "is_irregular": pl.Boolean,
}


@dataclass(frozen=True)
class Register:
    """What a home knows of meters.

    `meters`: metering_point_id, carrier, organisation_ids, building_name. `used_months`: USED_MONTHS_SCHEMA.
    `silent`: metering_point_id, carrier, building_name of the sender's meters without used values in the period.
    """

    organisation_id: str
    meters: pl.DataFrame
    used_months: pl.DataFrame
    silent: pl.DataFrame


def beside_register(receipt: Mapping[str, Any], register: Register) -> dict[str, Any]:
    """The receipt of a file of readings as it will be in this home."""
    reasons = _held_reasons(receipt["series"], register)
    held = [series for series in receipt["series"] if series["metering_point_id"] in reasons]
    sums = {name: dict(receipt[name]) for name in ("rows", "energy_kwh")}
    if not receipt["questions"]:
        for name, key in (("rows", "rows"), ("energy_kwh", "energy_kwh")):
            waiting = sum(series[key] or 0 for series in held)
            sums[name]["used"] -= waiting
            sums[name]["held"] += waiting
    known_months = [month for month in receipt["months"] if month["metering_point_id"] not in reasons]
    return {
        **receipt,
        **sums,
        "comparison": compared(known_months, register.used_months),
        "unknown_meters": [
            _unknown(meter, reason, held, register) for meter, reason in list(reasons.items())[:MOST_UNKNOWN_METERS]
        ],
    }


def period_of(receipt: Mapping[str, Any]) -> tuple[date, date] | None:
    """The first and the last month that a file of readings tells of."""
    months = [date.fromisoformat(f"{month['month']}-01") for month in receipt["months"]]
    return (min(months), max(months)) if months else None


def compared(months: Sequence[Mapping[str, Any]], used_months: pl.DataFrame) -> list[dict[str, Any]]:
    """Each month of the file that already has used values, with what changes.

    `change`: same, changed (kWh before and after), longer (the file covers more of the month), or part (it covers less,
    or holds estimates where there are measured values, so what will stand cannot be told from sums: after is null).
    """
    before = {
        (row["metering_point_id"], row["direction"], f"{row['month_local']:%Y-%m}"): row
        for row in used_months.iter_rows(named=True)
    }
    found = []
    for month in months:
        used = before.get((month["metering_point_id"], month["direction"], month["month"]))
        if used is None or not month["rows"] or month["is_shared_out"] or used["is_irregular"]:
            continue
        change = _change(month, used)
        found.append(
            {
                "metering_point_id": month["metering_point_id"],
                "direction": month["direction"],
                "month": month["month"],
                "change": change,
                "energy_before_kwh": used["energy_kwh"],
                "energy_in_file_kwh": month["energy_kwh"],
                "energy_after_kwh": None if change == "part" else month["energy_kwh"],
            }
        )
    return found


def _change(month: Mapping[str, Any], used: Mapping[str, Any]) -> str:
    if month["hours"] < used["hours"] - SAME_HOURS:
        return "part"
    now, then = month["energy_kwh"] or 0.0, used["energy_kwh"] or 0.0
    is_longer = month["hours"] > used["hours"] + SAME_HOURS
    if not is_longer and abs(now - then) <= max(SAME_KWH, SAME_SHARE * abs(then)):
        return "same"
    if month["estimated"] > used["estimated_count"]:
        return "part"
    return "longer" if is_longer else "changed"


def _held_reasons(series: Sequence[Mapping[str, Any]], register: Register) -> dict[str, str]:
    """Meters of the file whose values will wait, with the reason as in status.held_meter."""
    owners = dict(register.meters.select("metering_point_id", "organisation_ids").iter_rows())
    reasons = {}
    for one in series:
        meter = one["metering_point_id"]
        if meter is None:
            continue
        if meter not in owners:
            reasons[meter] = "unknown_meter"
        elif owners[meter] and register.organisation_id not in (COUNTY, *owners[meter]):
            reasons[meter] = "other_organisation"
    return reasons


def _unknown(meter: str, reason: str, held: Sequence[Mapping[str, Any]], register: Register) -> dict[str, Any]:
    mine = [series for series in held if series["metering_point_id"] == meter]
    energies = [series["energy_kwh"] for series in mine if series["energy_kwh"] is not None]
    return {
        "metering_point_id": meter,
        "reason": reason,
        "rows": sum(series["rows"] for series in mine),
        "energy_kwh": sum(energies) if energies else None,
        "suggestions": _suggested(meter, mine, register) if reason == "unknown_meter" else [],
    }


def _suggested(meter: str, mine: Sequence[Mapping[str, Any]], register: Register) -> list[dict[str, Any]]:
    """Registered meters that it may be: by their ids among those of the sender, else those that lack this period."""
    may_deliver = pl.col("organisation_ids").list.contains(register.organisation_id)
    own = register.meters if register.organisation_id == COUNTY else register.meters.filter(may_deliver)
    names = dict(own.select("metering_point_id", "building_name").iter_rows())
    near = suggestions(meter, names)
    found = [{"metering_point_id": one, "building_name": names[one], "why": why} for one, why in near]
    if found:
        return found
    carriers = {series["carrier"] for series in mine if series["carrier"]}
    silent = register.silent.filter(pl.col("carrier").is_in(list(carriers))) if carriers else register.silent
    return [
        {"metering_point_id": row["metering_point_id"], "building_name": row["building_name"], "why": "no_values"}
        for row in silent.head(3).iter_rows(named=True)
    ]
