"""Readings of registers as the energy between them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import polars as pl

from pipelines.ingest.registers import FALLS, TWICE, falls_often, likelihood, steps

JANUARY = datetime(2024, 1, 1)


def readings(values: Sequence[float | None], *, days: int = 30, meters: Sequence[str] | None = None) -> pl.DataFrame:
    count = len(values)
    return pl.DataFrame(
        {
            "metering_point_id": ["A"] * count,
            "direction": ["consumption"] * count,
            "meter": meters if meters is not None else [None] * count,
            "label": [JANUARY + timedelta(days=days * n) for n in range(count)],
            "value": values,
            "constant": [None] * count,
            "is_estimated": [False] * count,
            "source_row": list(range(2, count + 2)),
            "offset_minutes": [None] * count,
        },
        schema_overrides={
            "meter": pl.String, "constant": pl.Float64, "offset_minutes": pl.Int32, "label": pl.Datetime("us"),
        },
    )  # fmt: skip


def test_steps_are_differences_between_readings_that_follow_one_another() -> None:
    found = steps(readings([100.0, None, 130.0, 190.0]))
    assert found.rows["value"].to_list() == [30.0, 60.0]
    assert found.rows["label"].to_list() == [JANUARY, JANUARY + timedelta(days=60)]
    assert found.rows["end_label"].to_list()[-1] == JANUARY + timedelta(days=90)


def test_order_of_the_rows_does_not_matter() -> None:
    assert sorted(steps(readings([100.0, 130.0, 190.0])[::-1]).rows["value"]) == [30.0, 60.0]


def test_constant_multiplies() -> None:
    assert steps(readings([100.0, 130.0]).with_columns(constant=40.0)).rows["value"].to_list() == [1200.0]


def test_new_meter_number_begins_anew() -> None:
    found = steps(readings([9000.0, 9050.0, 10.0, 40.0], meters=["m1", "m1", "m2", "m2"]))
    assert (found.rows["value"].to_list(), found.rejected.height) == ([50.0, 30.0], 0)
    assert "har bytts" in found.warnings[0]


def test_register_that_starts_over_is_counted_across_zero_with_a_warning() -> None:
    found = steps(readings([99_900.0, 99_940.0, 99_980.0, 20.0, 60.0]))
    assert found.rows["value"].to_list() == [40.0, 40.0, 40.0, 40.0]
    assert "slagit runt" in found.warnings[0]


def test_fall_that_nothing_explains_is_rejected_and_never_made_positive() -> None:
    found = steps(readings([500.0, 540.0, 300.0, 330.0]))
    assert found.rows["value"].to_list() == [40.0, 30.0]
    assert found.rejected.select("source_row", "reason").rows() == [(4, FALLS)]


def test_two_readings_at_one_time_are_rejected_unless_the_clock_was_put_back() -> None:
    twice = readings([10.0, 20.0, 25.0]).with_columns(
        label=pl.Series([JANUARY, JANUARY + timedelta(days=1)] * 1 + [JANUARY + timedelta(days=1)])
    )
    assert steps(twice).rejected["reason"].to_list() == [TWICE]
    autumn = [datetime(2024, 10, 27, 1), datetime(2024, 10, 27, 2), datetime(2024, 10, 27, 2)]
    assert steps(readings([10.0, 20.0, 25.0]).with_columns(label=pl.Series(autumn))).rows["value"].to_list() == [
        10.0,
        5.0,
    ]


def test_end_is_given_on_the_clock_of_the_start() -> None:
    rows = readings([10.0, 20.0]).with_columns(
        label=pl.Series([datetime(2024, 3, 31, 1), datetime(2024, 3, 31, 3)]),
        offset_minutes=pl.Series([60, 120], dtype=pl.Int32),
    )
    row = steps(rows).rows.row(0, named=True)
    assert (row["label"], row["end_label"], row["offset_minutes"]) == (
        datetime(2024, 3, 31, 1),
        datetime(2024, 3, 31, 2),
        60,
    )


def test_behaviour_of_a_register_is_told_from_that_of_consumption() -> None:
    assert likelihood(readings([1000.0 + 3 * n for n in range(200)], days=1)) == "surely"
    assert likelihood(readings([1000.0 + 3 * n for n in range(12)])) == "perhaps"
    assert likelihood(readings([100.0, 90.0, 80.0, 95.0, 70.0, 60.0, 90.0])) == "no"
    assert likelihood(readings([10.0, 20.0, 35.0, 50.0, 60.0, 80.0, 99.0])) == "no"  # towards winter


def test_values_called_readings_that_fall_often_are_doubted() -> None:
    assert falls_often(readings([5.0, 3.0, 6.0, 2.0, 7.0, 1.0, 8.0]))
    assert not falls_often(readings([float(n) for n in range(10)]))
