"""Writes docs/tables.md: an entry for each table, from its header in sql/ or, where Python builds it, from here."""

from __future__ import annotations

from pathlib import Path

from pipelines.sql_tables import SQL_FOLDER, SqlTable, read_checks, read_tables

PAGE = SQL_FOLDER.parent / "docs" / "tables.md"
_INTRODUCTION = """\
# Tables

Written by `make docs` from the headers in `sql/` and the list in `pipelines/table_docs.py`; do not edit.
Layers: `raw` (what arrived) → `staging` (one meaning each) → `intermediate` (models) → `marts` (published figures);
`status` is what became of the deliveries. Raw tables are declared in `sql/raw_tables.sql`.
"""
_PYTHON_TABLES = {
    "staging.setting": "Settings, the home's county and the newest day with readings: one row.",
    "staging.reference_municipality": "Sweden's municipalities, from `pipelines/reference/municipalities.csv`.",
    "staging.calendar_day": "What kind of day each day is, and how long.",
    "intermediate.baseline_model_day": "The daily model of each meter, or why there is none.",
    "intermediate.expectation_day": "Expected energy of each meter and day as the model gives it, before drift.",
    "intermediate.expectation_month": "Expected energy of each meter and month as the model gives it, before drift.",
    "intermediate.drift": "How much meters of a carrier change by themselves, estimated from untouched ones.",
    "intermediate.expected_energy_day": "Expected energy of each meter and day, with its errors and adjustments.",
    "intermediate.degree_day_month": "Degree days of each municipality and month, and those of a normal year.",
    "intermediate.energy_signature": "Base power, loss and knee of each meter and year, from weeks and from months.",
    "intermediate.normal_year_month": "Energy of each meter and month as it would have been in a normal year.",
    "intermediate.reported_metric_year": "Uncertainty of each meter and year by ASHRAE Guideline 14 and CalTRACK.",
    "intermediate.baseline_model_month": "The monthly model of each meter, or why there is none.",
    "intermediate.expected_energy_month": "Expected energy of each meter and month, with its errors and adjustments.",
    "intermediate.level_change": "Steps, drifts and stops of each meter that no reported measure or closure explains.",
    "intermediate.comparison_group": "The untouched meters that each meter is most like.",
    "intermediate.comparison_shift": "What these have changed in common each calendar year after the baseline.",
}


def tables_page() -> str:
    """The text of docs/tables.md."""
    parts = [_INTRODUCTION]
    tables = read_tables()
    for layer in ("staging", "intermediate", "marts", "status"):
        parts.append(f"\n## {layer}\n")
        built = {t.name: _entry(t) for t in tables if t.layer == layer}
        built |= {n: f"### {n}\n\n{text}\n" for n, text in _PYTHON_TABLES.items() if n.startswith(f"{layer}.")}
        parts += [built[name] for name in sorted(built)]
    parts.append("\n## Checks\n\nAny row is a failure. `stop`: nothing is published; `hold`: it is reported.\n\n")
    parts += [f"- `{c.name}` ({c.severity}, {c.table}): {c.message}\n" for c in read_checks()]
    return "\n".join(part.rstrip("\n") if part.startswith("- ") else part for part in parts).rstrip("\n") + "\n"


def _entry(table: SqlTable) -> str:
    lines = [f"### {table.name}", "", table.description, "", f"Key: {', '.join(f'`{c}`' for c in table.key)}."]
    if table.reads:
        lines.append(f"Reads: {', '.join(f'`{r}`' for r in table.reads)}.")
    if table.columns:
        lines += ["", "| column | meaning |", "|---|---|"]
        lines += [f"| `{name}` | {meaning} |" for name, meaning in table.columns.items()]
    return "\n".join(lines) + "\n"


def main(page: Path = PAGE) -> None:
    """Write the page."""
    page.write_text(tables_page(), "utf-8")


if __name__ == "__main__":
    main()
