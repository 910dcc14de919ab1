"""Register readings: steps, what they tell again, and what cannot be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
import pytest

from pipelines.ingest.intervals import LABELLED_SCHEMA, Context
from pipelines.ingest.register_readings import CONSTANT_KEY, READING_SCHEMA, Steps, steps, with_marks

JANUARY, FEBRUARY, MARCH, APRIL = (datetime(2024, month, 1) for month in (1, 2, 3, 4))
NOTHING = with_marks(pl.DataFrame(schema=LABELLED_SCHEMA))


def readings(*rows: tuple[datetime | None, float | None], **given: Any) -> pl.DataFrame:
    """Readings of a meter whose constant is known, from row 1."""
    said = {"metering_point_id": "A", "carrier": None, "direction": "consumption", "unit": "kWh", "meter": "M"}
    said |= {"register": "1", "offset_minutes": 60, "constant": 1.0, "is_estimated": False} | given
    listed = [{**said, "stamp": stamp, "reading": value, "place": n} for n, (stamp, value) in enumerate(rows, 1)]
    return pl.DataFrame(listed, schema=READING_SCHEMA)


def month(start: datetime, value: float | None) -> pl.DataFrame:
    """The energy of a month."""
    row = {"metering_point_id": "A", "direction": "consumption", "unit": "kWh", "value": value, "is_estimated": False}
    row |= {"source_row": 99, "label": start, "offset_minutes": 60, "stated_minutes": 43_200}
    return with_marks(pl.DataFrame([row], schema=LABELLED_SCHEMA))


def of(frame: pl.DataFrame, energy: pl.DataFrame = NOTHING, **answers: str) -> Steps:
    """The steps of readings in a file."""
    return steps(frame, energy, Context("file", answers))


def test_a_step_is_the_difference_between_two_readings_in_order_of_time() -> None:
    found = of(readings((MARCH, 180.0), (JANUARY, 100.0), (FEBRUARY, 150.0)))
    rows = found.labelled.select("label", "end_label", "value", "kind", "is_second_account", "source_row").rows()
    assert rows == [
        (FEBRUARY, MARCH, 30.0, "register", False, 1),
        (JANUARY, FEBRUARY, 50.0, "register", False, 3),
    ]
    assert (found.rejected.height, found.warnings, found.questions) == (0, (), ())


def test_the_constant_multiplies_the_difference() -> None:
    assert of(readings((JANUARY, 10.0), (FEBRUARY, 12.0), constant=40.0)).labelled["value"].to_list() == [80.0]


@pytest.mark.parametrize(
    ("answer", "value", "asked"), [("40", 80.0, 0), ("2,5", 5.0, 0), ("x", 2.0, 1), ("-1", 2.0, 1)]
)
def test_a_constant_that_is_not_given_is_asked_for(answer: str, value: float, asked: int) -> None:
    found = of(readings((JANUARY, 10.0), (FEBRUARY, 12.0), constant=None), **{CONSTANT_KEY: answer})
    assert (found.labelled["value"].to_list(), len(found.questions)) == ([value], asked)


def test_falling_readings_are_rejected_and_never_turned_around() -> None:
    found = of(readings((JANUARY, 100.0), (FEBRUARY, 90.0), (MARCH, 95.0)))
    assert found.labelled["value"].to_list() == [5.0]
    assert found.rejected.select("source_row", "reason").rows() == [(2, "Mätarställningen minskar.")]


def test_two_meters_are_two_registers_even_where_their_numbers_are_not_given() -> None:
    """Old 100 to 120, new from 0 at the same time: no step between them."""
    found = of(readings((JANUARY, 100.0), (FEBRUARY, 120.0), (FEBRUARY, 0.0), (MARCH, 30.0)))
    assert found.labelled["value"].to_list() == [20.0, 30.0]
    assert found.rejected.height == 0


def test_energy_of_the_same_time_makes_the_step_a_second_account() -> None:
    found = of(readings((JANUARY, 100.0), (FEBRUARY, 150.0), constant=None), month(JANUARY, 50.0))
    assert found.labelled["is_second_account"].to_list() == [True]
    assert found.questions == ()


def test_a_missing_energy_does_not_hide_the_readings() -> None:
    found = of(readings((JANUARY, 100.0), (FEBRUARY, 150.0)), month(JANUARY, None))
    assert found.labelled["is_second_account"].to_list() == [False]


def test_readings_that_reach_beyond_the_energy_are_rejected() -> None:
    found = of(readings((JANUARY, 100.0), (APRIL, 250.0)), month(FEBRUARY, 50.0))
    assert (found.labelled.height, found.rejected["reason"].str.contains("bara delvis").to_list()) == (0, [True])


def test_registers_that_overlap_are_not_added_up() -> None:
    """A total and its tariffs, or two halves: the file does not say."""
    both = pl.concat(
        [
            readings((JANUARY, 100.0), (FEBRUARY, 150.0)),
            readings((JANUARY, 10.0), (FEBRUARY, 20.0), register="2").with_columns(pl.col("place") + 10),
        ]
    )
    found = of(both)
    assert found.labelled.height == 0
    assert found.rejected["reason"].str.contains("Flera räkneverk").to_list() == [True, True]


def test_readings_of_different_scopes_are_not_paired() -> None:
    both = [readings((JANUARY, 100.0), scope=1), readings((FEBRUARY, 150.0), scope=2)]
    assert of(pl.concat(both)).labelled.height == 0


def test_a_lone_reading_is_a_warning_and_one_without_time_is_rejected() -> None:
    found = of(readings((JANUARY, 100.0), (None, 5.0), (FEBRUARY, None)))
    assert found.labelled.height == 0
    assert found.warnings == ("1 mätarställningar står ensamma: en tidigare behövs för att räkna förbrukning.",)
    assert found.rejected["source_row"].to_list() == [2]


@pytest.mark.parametrize(("energy", "is_said"), [(50.0, False), (2000.0, False), (50.9, False), (25.0, True)])
def test_energy_that_no_whole_constant_gives_is_a_warning(energy: float, is_said: bool) -> None:
    """50 between whole readings can be 50.9 kWh, or 2,000 with the constant 40, but never 25."""
    found = of(readings((JANUARY, 100.0), (FEBRUARY, 150.0), constant=None), month(JANUARY, energy))
    assert any("mätarställningarna ger 50" in warning for warning in found.warnings) == is_said


def test_no_readings_are_no_steps() -> None:
    assert of(pl.DataFrame(schema=READING_SCHEMA)).labelled.height == 0
