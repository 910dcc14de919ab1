"""What `sparkraft fit` tells of each meter and of all together: the JSON object in docs/operations.md."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from pipelines.domain import uncertainty

METER = "metering_point_id"


def report(models: pl.DataFrame, sums: pl.DataFrame, seconds: dict[str, float]) -> dict[str, Any]:
    """The object that is printed.

    Parameters
    ----------
    models: baseline_result.MODEL_SCHEMA, a row per meter.
    sums: metering_point_id; energy_kwh, expected_energy_kwh, variance_kwh2 over the compared reporting periods;
        compared_count, reporting_count [periods]; shift_share and comparison_meter_count (null without a comparison
        group); is_estimated (drift from the meters given). A row per meter that was tried.
    seconds: by step.
    """
    rows = models.join(sums, on=METER, how="left", maintain_order="left").with_columns(
        is_answered=((pl.col("answer") == "ok") & (pl.col("compared_count") > 0)).fill_null(False)
    )
    answered = rows.filter("is_answered")
    return {
        "meters": [_meter(row) for row in rows.iter_rows(named=True)],
        "totals": {
            "meters": rows.height,
            "answered": answered.height,
            **_totals(answered),
            "seconds": {name: round(spent, 4) for name, spent in seconds.items()},
        },
    }


def _totals(answered: pl.DataFrame) -> dict[str, float | None]:
    if answered.is_empty():
        return dict.fromkeys(("saved_kwh", "saved_low_kwh", "saved_high_kwh"))
    energy, expected = float(answered["energy_kwh"].sum()), float(answered["expected_energy_kwh"].sum())
    variance = answered["variance_kwh2"].to_numpy()
    half = uncertainty.group_half_width_kwh(float(variance.sum()), float((variance**0.5).sum()))
    return _saved(expected, energy, half)


def _saved(expected: float, energy: float, half: float) -> dict[str, float | None]:
    """What was expected is never below zero, so no more than what was measured can have been lost."""
    saved = expected - energy
    return {"saved_kwh": saved, "saved_low_kwh": max(saved - half, -energy), "saved_high_kwh": saved + half}


def _meter(row: dict[str, Any]) -> dict[str, Any]:
    """One meter of the report; savings are null when there is no answer or nothing to compare."""
    reason = row["reason"] or (None if row["is_answered"] else "no_reporting_days")
    saved: dict[str, float | None] = dict.fromkeys(("saved_kwh", "saved_low_kwh", "saved_high_kwh", "saved_share"))
    if row["is_answered"]:
        expected, energy = row["expected_energy_kwh"], row["energy_kwh"]
        half = uncertainty.Z_90 * row["variance_kwh2"] ** 0.5
        saved |= _saved(expected, energy, half)
        saved["saved_share"] = (expected - energy) / expected if expected > 0 else None
    return {
        "meter_id": row[METER],
        "status": "ok" if row["is_answered"] else "cannot_tell",
        "reasons": [reason] if reason else [],
        "model": json.loads(row["model_text"]) if row["model_text"] else None,
        "cvrmse": row["cvrmse"],
        "cvrmse_out": row["cvrmse_out"],
        "nmbe": row["nmbe"],
        "r2": row["r2"],
        "n": row["baseline_day_count"],
        "missing_days": row["missing_day_count"],
        "compared": row["compared_count"],
        "reporting": row["reporting_count"],
        **saved,
        "comparison_shift_share": row["shift_share"],
        "comparison_meters": row["comparison_meter_count"],
        "drift": "own" if row["is_estimated"] else "shipped",
    }
