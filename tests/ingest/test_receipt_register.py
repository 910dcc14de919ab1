"""A receipt beside what a home knows; expected values by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from pipelines.ingest.receipt_register import USED_MONTHS_SCHEMA, Register, beside_register, compared, period_of

MINE, ALSO_MINE, OTHERS, STRANGER = (
    "735999100000000017",
    "735999100000000024",
    "735999100000000031",
    "735999100000000018",
)


def _series(
    meter: str | None, rows: int, energy_kwh: float | None, carrier: str | None = "electricity"
) -> dict[str, Any]:
    return {"metering_point_id": meter, "rows": rows, "energy_kwh": energy_kwh, "carrier": carrier}


def _month(meter: str, month: str, energy_kwh: float, hours: float, **more: Any) -> dict[str, Any]:
    plain = {"direction": "consumption", "rows": 3, "estimated": 0, "is_shared_out": False}
    return plain | {"metering_point_id": meter, "month": month, "energy_kwh": energy_kwh, "hours": hours} | more


def _receipt(*series: dict[str, Any], months: list[dict[str, Any]] = [], questions: list = []) -> dict[str, Any]:
    rows = sum(one["rows"] for one in series)
    energy = sum(one["energy_kwh"] or 0 for one in series)
    waits = bool(questions)
    return {
        "series": list(series),
        "months": months,
        "questions": questions,
        "rows": {"read": rows, "used": 0 if waits else rows, "superseded": 0, "held": rows if waits else 0},
        "energy_kwh": {"read": energy, "used": 0.0 if waits else energy, "held": energy if waits else 0.0},
    }


def _used(*rows: tuple[str, date, float, float]) -> pl.DataFrame:
    return pl.DataFrame(
        [(meter, "consumption", month, energy, hours, 0, False) for meter, month, energy, hours in rows],
        schema=USED_MONTHS_SCHEMA,
        orient="row",
    )


def _register(organisation: str = "k", used: pl.DataFrame | None = None) -> Register:
    meters = pl.DataFrame(
        {
            "metering_point_id": [MINE, ALSO_MINE, OTHERS],
            "carrier": ["electricity", "district_heating", "electricity"],
            "organisation_ids": [["k"], ["k"], ["r"]],
            "building_name": ["Skolan", None, "Lasarettet"],
        }
    )
    silent = meters.filter(pl.col("metering_point_id") == ALSO_MINE).drop("organisation_ids")
    return Register(organisation, meters, _used() if used is None else used, silent)


def test_values_of_unknown_meters_and_of_others_are_held_and_the_sums_still_add_up() -> None:
    found = beside_register(
        _receipt(_series(MINE, 10, 5.0), _series(STRANGER, 4, 2.0), _series(OTHERS, 3, 1.0)), _register()
    )
    assert found["rows"] == {"read": 17, "used": 10, "superseded": 0, "held": 7}
    assert found["energy_kwh"] == {"read": 8.0, "used": 5.0, "held": 3.0}
    told = [(one["metering_point_id"], one["reason"], one["rows"]) for one in found["unknown_meters"]]
    assert told == [(STRANGER, "unknown_meter", 4), (OTHERS, "other_organisation", 3)]


def test_the_county_board_may_deliver_for_any_organisation() -> None:
    found = beside_register(_receipt(_series(OTHERS, 3, 1.0)), _register("county"))
    assert (found["rows"]["used"], found["unknown_meters"]) == (3, [])


def test_a_file_that_waits_for_an_answer_holds_all_its_rows_once() -> None:
    found = beside_register(_receipt(_series(STRANGER, 4, 2.0), questions=[{}]), _register())
    assert found["rows"] == {"read": 4, "used": 0, "superseded": 0, "held": 4}


def test_an_unknown_meter_is_likened_to_the_senders_own_meters() -> None:
    (unknown,) = beside_register(_receipt(_series(STRANGER, 4, 2.0)), _register())["unknown_meters"]
    assert unknown["suggestions"] == [{"metering_point_id": MINE, "building_name": "Skolan", "why": "one_digit"}]


def test_else_meters_of_the_same_carrier_that_lack_the_period_are_suggested() -> None:
    heat = _series("55500", 4, 2.0, "district_heating")
    (unknown,) = beside_register(_receipt(heat), _register())["unknown_meters"]
    assert [one["metering_point_id"] for one in unknown["suggestions"]] == [ALSO_MINE]
    (unknown,) = beside_register(_receipt(_series("55500", 4, 2.0, "gas")), _register())["unknown_meters"]
    assert unknown["suggestions"] == []


@pytest.mark.parametrize(
    ("energy_kwh", "hours", "more", "change", "after"),
    [
        (100.0, 744.0, {}, "same", 100.0),
        (110.0, 744.0, {}, "changed", 110.0),
        (110.0, 744.0, {"estimated": 2}, "part", None),
        (4.0, 24.0, {}, "part", None),
        (101.0, 745.0, {}, "longer", 101.0),
    ],
)
def test_a_month_that_has_values_is_compared(
    energy_kwh: float, hours: float, more: dict[str, int], change: str, after: float | None
) -> None:
    used = _used((MINE, date(2024, 1, 1), 100.0, 744.0))
    (found,) = compared([_month(MINE, "2024-01", energy_kwh, hours, **more)], used)
    assert (found["change"], found["energy_before_kwh"], found["energy_after_kwh"]) == (change, 100.0, after)


def test_months_without_values_before_and_steps_of_a_register_are_not_compared() -> None:
    used = _used((MINE, date(2024, 1, 1), 100.0, 744.0))
    months = [_month(MINE, "2024-02", 5.0, 10.0), _month(MINE, "2024-01", 5.0, 10.0, is_shared_out=True)]
    assert compared(months, used) == []


def test_the_period_of_a_file_is_that_of_its_months() -> None:
    months = [_month(MINE, "2024-02", 1, 1), _month(MINE, "2023-12", 1, 1)]
    assert period_of(_receipt(months=months)) == (date(2023, 12, 1), date(2024, 2, 1))
    assert period_of(_receipt()) is None
