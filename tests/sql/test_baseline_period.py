"""Who chooses the baseline of a meter, and that the reason is kept."""

from __future__ import annotations

from datetime import date

import polars as pl

from pipelines.warehouse import Warehouse
from tests.sql.conftest import build

CHOICE = {"metering_point_id": None, "building_id": None, "organisation_id": None}
PANDEMIC = {"from_day": date(2020, 1, 1), "to_day": date(2021, 1, 1), "kind": "exclude", "reason": "pandemin"}


def _periods(
    warehouse: Warehouse, *choices: dict, baseline_from: date | None = None, baseline_to: date | None = None
) -> list[tuple]:
    meter = {"metering_point_id": "m", "baseline_from": baseline_from, "baseline_to": baseline_to}
    dates = {"baseline_from": pl.Date, "baseline_to": pl.Date}
    warehouse.replace("staging.meter", pl.DataFrame([meter | {"valid_from": date(1900, 1, 1)}], schema_overrides=dates))
    place = {"metering_point_id": "m", "building_id": "b", "organisation_id": "o"}
    place |= {"valid_to": date(9999, 12, 31), "attributed_share": 1.0}
    warehouse.replace("staging.meter_attribution", pl.DataFrame([place]))
    rows = [CHOICE | {"baseline_id": str(n)} | choice for n, choice in enumerate(choices)]
    text = dict.fromkeys(("baseline_id", *CHOICE, "kind", "reason"), pl.String)
    schema = text | {"from_day": pl.Date, "to_day": pl.Date}
    warehouse.replace("staging.baseline", pl.DataFrame(rows, schema=schema))
    warehouse.replace("staging.setting", pl.DataFrame({"baseline_year": [2021]}))
    return (
        build(warehouse, "intermediate.baseline_period")
        .select("kind", "period_from", "period_to", "told_for", "reason")
        .rows()
    )


def _use(year: int, reason: str = "hel drift", **of: str) -> dict:
    return of | {"from_day": date(year, 1, 1), "to_day": date(year + 1, 1, 1), "kind": "use", "reason": reason}


def test_without_any_choice_the_year_of_the_settings_is_used(warehouse: Warehouse) -> None:
    assert _periods(warehouse) == [("use", date(2021, 1, 1), date(2022, 1, 1), "setting", None)]


def test_the_dates_in_the_meter_sheet_go_before_the_settings(warehouse: Warehouse) -> None:
    found = _periods(warehouse, baseline_from=date(2022, 9, 1), baseline_to=date(2023, 9, 1))
    assert found == [("use", date(2022, 9, 1), date(2023, 9, 1), "meter_sheet", None)]


def test_several_years_can_be_used_and_each_keeps_its_reason(warehouse: Warehouse) -> None:
    choices = [_use(2018, "före ombyggnad", building_id="b"), _use(2019, "efter bytet av panna", building_id="b")]
    assert _periods(warehouse, *choices) == [
        ("use", date(2018, 1, 1), date(2019, 1, 1), "building", "före ombyggnad"),
        ("use", date(2019, 1, 1), date(2020, 1, 1), "building", "efter bytet av panna"),
    ]


def test_the_narrowest_choice_of_what_to_use_counts(warehouse: Warehouse) -> None:
    choices = [_use(2017, organisation_id="o"), _use(2018, building_id="b"), _use(2019, metering_point_id="m")]
    assert [row[3] for row in _periods(warehouse, *choices, baseline_from=date(2016, 1, 1))] == ["meter"]
    assert [row[3] for row in _periods(warehouse, *choices[:2])] == ["building"]
    assert [row[3] for row in _periods(warehouse, choices[0])] == ["organisation"]


def test_what_an_organisation_leaves_out_is_left_out_of_all_its_meters(warehouse: Warehouse) -> None:
    found = _periods(warehouse, _use(2019, metering_point_id="m"), PANDEMIC | {"organisation_id": "o"})
    assert found[0] == ("exclude", date(2020, 1, 1), date(2021, 1, 1), "organisation", "pandemin")
    assert found[1][:4] == ("use", date(2019, 1, 1), date(2020, 1, 1), "meter")


def test_another_buildings_choice_is_of_no_matter(warehouse: Warehouse) -> None:
    assert [row[3] for row in _periods(warehouse, _use(2018, building_id="c"))] == ["setting"]


def test_two_reasons_for_the_same_period_are_both_kept(warehouse: Warehouse) -> None:
    both = [PANDEMIC | {"organisation_id": "o"}, PANDEMIC | {"building_id": "b", "reason": "stängd"}]
    assert _periods(warehouse, *both)[0][3:] == ("building", "pandemin; stängd")
