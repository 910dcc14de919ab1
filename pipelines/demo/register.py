"""The kit's register sheets, written from the county's facts.

Dates are ISO. A row holds from `valid_from` on and no longer on `valid_to`; empty is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import polars as pl

from pipelines.demo.axis import FIRST_DAY
from pipelines.demo.calendar import school_breaks
from pipelines.demo.county import NEW_BUILDING, Building, County, Meter
from pipelines.demo.effects import Measure
from pipelines.demo.loads import Closure
from pipelines.demo.traits import TRAITS

COLUMNS = {
    "organisation": ("organisation_id", "name", "sector", "municipality_code", "country"),
    "property": ("property_id", "designation", "organisation_id"),
    "ownership": ("property_id", "organisation_id", "share"),
    "building": (
        "building_id", "property_id", "name", "use", "municipality_code", "area_m2", "area_type", "built_year",
        "protected",
    ),
    "meter": (
        "metering_point_id", "carrier", "unit", "role", "parent_id", "formula", "baseline_from", "baseline_to",
    ),
    "meter_building": ("metering_point_id", "building_id", "share"),
    "calendar": ("building_id", "from", "to", "kind"),
    "measure": ("measure_id", "building_id", "kind", "started", "finished", "expected_kwh_year", "cost_sek"),
    "membership": ("member_id", "group_id", "kind"),
    "target": ("organisation_id", "kind", "from_year", "share_per_year"),
}  # fmt: skip
"""Sheet name to its columns; `valid_from` and `valid_to` follow in each."""

COOPERATION_GROUPS = {
    "umearegionen": ("2401", "2403", "2404", "2409", "2460", "2480"),
    "skelleftearegionen": ("2417", "2418", "2482"),
    "sodra-lappland": ("2421", "2422", "2425", "2462", "2463", "2481"),
}
TARGET_SHARE_PER_YEAR = "0.019"
"""Directive (EU) 2023/1791, Article 5: 1.9 % a year against 2021."""

Row = tuple[object, ...]


def register_sheets(
    county: County, measures: Sequence[Measure], closures: Sequence[Closure], until: date
) -> Mapping[str, pl.DataFrame]:
    """Every sheet as a frame of text columns, in a fixed order of rows."""
    rows: dict[str, Iterable[Row]] = {
        "organisation": [
            (o.organisation_id, o.name, o.sector, o.municipality_code, "SE", None, None) for o in county.organisations
        ],
        "property": [
            (b.property_id, b.designation, s.organisation_id, s.first, s.end)
            for b in county.buildings
            for s in b.owners
        ],
        "ownership": [
            (b.property_id, s.organisation_id, "1", s.first, s.end) for b in county.buildings for s in b.owners
        ],
        "building": [_building_row(b) for b in county.buildings],
        "meter": [_meter_row(m) for m in county.meters],
        "meter_building": [
            (m.metering_point_id, m.building.building_id, "1", m.valid_from, m.valid_to) for m in county.meters
        ],
        "calendar": _calendar_rows(county.buildings, closures, until),
        "measure": [_measure_row(m) for m in measures],
        "membership": [
            (f"kommun-{code}", group, "cooperation", None, None)
            for group, codes in COOPERATION_GROUPS.items()
            for code in codes
        ],
        "target": [
            (o.organisation_id, "eed_article5", "2021", TARGET_SHARE_PER_YEAR, None, None) for o in county.organisations
        ],
    }
    return {sheet: _frame(sheet, rows[sheet]) for sheet in COLUMNS}


def _frame(sheet: str, rows: Iterable[Row]) -> pl.DataFrame:
    names = [*COLUMNS[sheet], "valid_from", "valid_to"]
    texts = [tuple(None if cell in (None, "") else str(cell) for cell in row) for row in rows]
    return pl.DataFrame(texts, schema=dict.fromkeys(names, pl.String), orient="row")


def _building_row(b: Building) -> Row:
    facts = (b.building_id, b.property_id, b.name, b.use, b.municipality_code, b.area_m2, "Atemp", b.built_year)
    return (*facts, "false", b.valid_from, b.valid_to)


def _meter_row(m: Meter) -> Row:
    # A building from 2022 has no year 2021 to be compared with: its own first year is the baseline.
    is_new = m.building.order == NEW_BUILDING and m.role == "main"
    baseline = (date(2022, 9, 1), date(2023, 9, 1)) if is_new else (None, None)
    facts = (m.metering_point_id, m.carrier, m.unit, m.role, m.parent_id, None)
    return (*facts, *baseline, m.valid_from, m.valid_to)


def _measure_row(m: Measure) -> Row:
    facts = (m.measure_id, m.meter.building.building_id, m.kind, m.started, m.effective)
    return (*facts, m.expected_kwh_year, m.cost_sek, None, None)


def _calendar_rows(buildings: Sequence[Building], closures: Sequence[Closure], until: date) -> list[Row]:
    breaks = school_breaks(FIRST_DAY.year, until.year)
    rows: list[Row] = []
    for building in buildings:
        if TRAITS[building.use].has_term:
            alive = [b for b in breaks if building.valid_to is None or b.first < building.valid_to]
            alive = [b for b in alive if b.end > building.valid_from]
            rows += [(building.building_id, b.first, b.end, "holiday", None, None) for b in alive]
        rows += [
            (building.building_id, c.first, c.end, "closed", None, None)
            for c in closures
            if c.building_id == building.building_id
        ]
    return rows
