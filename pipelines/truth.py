"""Known effects of a demonstration kit beside what was measured: the proof that the way from file to figure holds."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pipelines.errors import BadInput
from pipelines.home import Home
from pipelines.publish import reading
from pipelines.warehouse import SQL_FOLDER


@dataclass(frozen=True)
class Effect:
    """A measure's true and measured effect from its first day on; shares of what would have been used."""

    measure_id: str
    building_id: str
    metering_point_id: str
    started: date
    true_share: float
    measured_share: float | None
    measured_low_share: float | None
    measured_high_share: float | None
    compared_day_count: int
    answer: str
    reason: str | None

    @property
    def is_inside(self) -> bool:
        """True when the true effect lies in the measured 90 % interval."""
        low, high = self.measured_low_share, self.measured_high_share
        return low is not None and high is not None and low <= self.true_share <= high


def compare(home: Home, kit: Path) -> list[Effect]:
    """Read `truth.json` and the current publication; raises BadInput when either is missing."""
    truth_file = kit / "truth.json"
    if not truth_file.exists():
        raise BadInput(f"{truth_file} finns inte.", fix_sv="Facit finns bara i ett underlag från: sparkraft demo")
    measures = json.loads(truth_file.read_text("utf-8"))["measures"]
    query = (SQL_FOLDER / "truth.sql").read_text("utf-8")
    with reading(home.published, "staff.duckdb") as connection:
        if connection is None:
            raise BadInput("Inget är publicerat ännu.", fix_sv="Kör: sparkraft refresh")
        return [_effect(connection, query, measure) for measure in measures]


def summary(effects: list[Effect]) -> dict[str, Any]:
    """Counts and shares over all measures, and every effect."""
    answered = [e for e in effects if e.answer == "ok" and e.measured_share is not None]
    inside = sum(e.is_inside for e in answered)
    return {
        "measures": len(effects),
        "answered": len(answered),
        "inside": inside,
        "inside_share": inside / len(answered) if answered else None,
        "effects": [asdict(e) | {"started": e.started.isoformat(), "inside": e.is_inside} for e in effects],
    }


def _effect(connection: duckdb.DuckDBPyConnection, query: str, measure: dict[str, Any]) -> Effect:
    started = date.fromisoformat(measure["from"])
    row = connection.execute(
        query,
        {"metering_point_id": measure["metering_point_id"], "building_id": measure["building_id"], "started": started},
    ).fetchone()
    share, half_width, days, answer, reason = row or (None, None, 0, "cannot_tell", "no_readings")
    known = answer == "ok" and share is not None
    return Effect(
        measure_id=measure["measure_id"],
        building_id=measure["building_id"],
        metering_point_id=measure["metering_point_id"],
        started=started,
        true_share=float(measure["effect_share"]),
        measured_share=share if known else None,
        measured_low_share=share - half_width if known else None,
        measured_high_share=share + half_width if known else None,
        compared_day_count=int(days or 0),
        answer=answer if known else "cannot_tell",
        reason=reason if reason or known else "no_reporting_days",
    )
