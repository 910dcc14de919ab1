"""Changes in buildings with the answers of those who know them."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pipelines.warehouse import Warehouse
from tests.sql.conftest import build

STARTED = date(2022, 4, 4)
EVENT = {"event_id": "e", "building_id": None, "metering_point_id": None, "kind": "charger", "ended": None, "note": "n"}


def _change(
    warehouse: Warehouse,
    events: list[dict],
    adjusted_from: date | None = None,
    *,
    started: date = STARTED,
    ended: date | None = None,
) -> dict:
    change = {"metering_point_id": "m", "kind": "step_up", "started": started, "ended": ended}
    numbers = {"change_share": 0.12, "change_kwh_day": 24.0, "confidence_share": 0.99}
    warehouse.replace(
        "intermediate.level_change", pl.DataFrame([change | numbers], schema_overrides={"ended": pl.Date})
    )
    basis = {"metering_point_id": "m", "building_id": "b", "carrier": "electricity", "role": "main"}
    basis |= {"baseline_from": date(2021, 1, 1), "baseline_to": date(2022, 1, 1)}
    warehouse.replace("intermediate.meter_basis", pl.DataFrame([basis]))
    warehouse.replace("staging.meter_building", pl.DataFrame({"metering_point_id": ["m"], "building_id": ["b"]}))
    text = dict.fromkeys(("event_id", "building_id", "metering_point_id", "kind", "note"), pl.String)
    schema = text | {"started": pl.Date, "ended": pl.Date}
    warehouse.replace("staging.event", pl.DataFrame([EVENT | event for event in events], schema=schema))
    adjustments = pl.DataFrame(
        {"metering_point_id": ["m"], "valid_from": [adjusted_from]}, schema_overrides={"valid_from": pl.Date}
    )
    warehouse.replace("staging.adjustment", adjustments.drop_nulls())
    return build(warehouse, "marts.level_change").row(0, named=True)


def test_a_change_that_nobody_has_told_of_is_an_open_question(warehouse: Warehouse) -> None:
    found = _change(warehouse, [])
    assert (found["is_answered"], found["event_id"], found["building_id"], found["is_baseline"]) == (
        False,
        None,
        "b",
        False,
    )


@pytest.mark.parametrize("of", [{"building_id": "b"}, {"metering_point_id": "m", "building_id": "b"}])
def test_an_event_of_the_building_or_the_meter_near_the_day_answers_it(warehouse: Warehouse, of: dict) -> None:
    found = _change(warehouse, [of | {"started": date(2022, 4, 20)}])
    assert (found["is_answered"], found["event_kind"], found["event_note"]) == (True, "charger", "n")


def test_an_event_of_another_meter_of_the_building_does_not(warehouse: Warehouse) -> None:
    other = {"metering_point_id": "x", "building_id": "b", "started": STARTED}
    assert not _change(warehouse, [other])["is_answered"]


def test_an_event_more_than_four_weeks_away_does_not(warehouse: Warehouse) -> None:
    assert not _change(warehouse, [{"building_id": "b", "started": date(2022, 5, 3)}])["is_answered"]


def test_an_event_during_a_slow_drift_answers_it(warehouse: Warehouse) -> None:
    found = _change(warehouse, [{"building_id": "b", "started": date(2022, 9, 1)}], ended=date(2023, 1, 2))
    assert found["is_answered"]


def test_of_several_events_the_nearest_is_the_answer(warehouse: Warehouse) -> None:
    events = [
        {"event_id": "far", "building_id": "b", "started": date(2022, 4, 25)},
        {"event_id": "near", "building_id": "b", "started": date(2022, 4, 1)},
    ]
    assert _change(warehouse, events)["event_id"] == "near"


def test_that_nothing_happened_is_an_answer_too(warehouse: Warehouse) -> None:
    found = _change(warehouse, [{"building_id": "b", "started": STARTED, "kind": "none"}])
    assert (found["is_answered"], found["event_kind"]) == (True, "none")


def test_an_adjustment_from_about_that_day_is_an_answer(warehouse: Warehouse) -> None:
    assert _change(warehouse, [], date(2022, 4, 1))["is_answered"]
    assert not _change(warehouse, [], date(2022, 8, 1))["is_answered"]


def test_a_change_within_the_baseline_says_so(warehouse: Warehouse) -> None:
    assert _change(warehouse, [], started=date(2021, 6, 1))["is_baseline"]
