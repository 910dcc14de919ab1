"""What became of every row and kWh, by delivery, from the published status (contracts: `ledger --json`)."""

from __future__ import annotations

from typing import Any

from pipelines.errors import BadInput
from pipelines.home import Home
from pipelines.publish import reading
from pipelines.warehouse import SQL_FOLDER

FATES = ("read", "used", "superseded", "held", "rejected")
ENERGIES = ("file", "used", "superseded", "held", "rejected")


def ledger(home: Home, delivery_sha256: str | None = None) -> dict[str, Any]:
    """Deliveries with rows and energy by fate, and their totals; raises BadInput when nothing was ever taken in.

    `delivery_sha256` chooses one delivery, also by the beginning of its hash.
    """
    with reading(home.status, "status.duckdb") as connection:
        if connection is None:
            raise BadInput("Inga filer har tagits emot ännu.", fix_sv="Kör: sparkraft refresh")
        relation = connection.execute((SQL_FOLDER / "ledger.sql").read_text("utf-8"), [delivery_sha256 or ""])
        names = [column[0] for column in relation.description or ()]
        rows = [dict(zip(names, values, strict=True)) for values in relation.fetchall()]
    deliveries = [_entry(row) for row in rows]
    return {
        "deliveries": deliveries,
        "totals": {
            "deliveries": len(deliveries),
            "rows": {fate: sum(d["rows"][fate] for d in deliveries) for fate in FATES},
            "energy_kwh": {
                key: sum(d["energy_kwh"][key] for d in deliveries)
                for key in ("in_file", "used", "superseded", "held", "rejected")
            },
        },
    }


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "sha256": row["delivery_sha256"],
        "file": row["file_name"],
        "organisation": row["organisation_id"],
        "received_utc": row["received_utc"].isoformat(),
        "kind": row["kind"],
        "outcome": row["outcome"],
        "message": row["message_sv"],
        "rows": {fate: int(row[f"row_{fate}_count"]) for fate in FATES},
        "energy_kwh": {("in_file" if e == "file" else e): float(row[f"{e}_energy_kwh"]) for e in ENERGIES},
    }
