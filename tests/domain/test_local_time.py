"""Normal time, local time and the days when the clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from pipelines.domain.local_time import (
    clock_changes,
    day_start_utc,
    hours_in_day,
    local_labels_to_utc,
    local_to_utc,
    month_start_utc,
    normal_offset_minutes,
    normal_to_utc,
    utc_to_day_local,
    utc_to_local,
)


def one(expression: pl.Expr, value: object) -> object:
    return pl.DataFrame({"x": [value]}).select(expression).item()


def test_normal_time_is_an_hour_ahead_of_utc_also_in_summer() -> None:
    assert (normal_offset_minutes("Europe/Stockholm"), normal_offset_minutes("Europe/Helsinki")) == (60, 120)
    assert one(normal_to_utc(pl.col("x")), datetime(2024, 7, 1, 12)) == datetime(2024, 7, 1, 11, tzinfo=UTC)


def test_local_time_is_two_hours_ahead_in_summer() -> None:
    assert one(local_to_utc(pl.col("x")), datetime(2024, 7, 1, 12)) == datetime(2024, 7, 1, 10, tzinfo=UTC)
    assert one(utc_to_local(pl.col("x")), datetime(2024, 7, 1, 10, tzinfo=UTC)) == datetime(2024, 7, 1, 12)


def test_label_that_does_not_exist_is_null() -> None:
    assert one(local_to_utc(pl.col("x")), datetime(2024, 3, 31, 2, 30)) is None


def test_double_hour_has_two_instants() -> None:
    first, second = (one(local_to_utc(pl.col("x"), pl.lit(turn)), datetime(2024, 10, 27, 2)) for turn in (False, True))
    assert (first, second) == (datetime(2024, 10, 27, 0, tzinfo=UTC), datetime(2024, 10, 27, 1, tzinfo=UTC))


def test_changes_of_clock() -> None:
    spring, autumn = clock_changes("Europe/Stockholm", 2024, 2024)
    assert (spring.kind, spring.hour_label, spring.instant_utc) == (
        "spring",
        datetime(2024, 3, 31, 2),
        datetime(2024, 3, 31, 1, tzinfo=UTC),
    )
    assert (autumn.kind, autumn.hour_label, autumn.instant_utc) == (
        "autumn",
        datetime(2024, 10, 27, 2),
        datetime(2024, 10, 27, 1, tzinfo=UTC),
    )
    assert clock_changes("Europe/Helsinki", 2024, 2024)[0].hour_label == datetime(2024, 3, 31, 3)


@pytest.mark.parametrize(("day", "hours"), [(date(2024, 3, 31), 23), (date(2024, 10, 27), 25), (date(2024, 7, 1), 24)])
def test_hours_of_a_local_day(day: date, hours: int) -> None:
    assert hours_in_day(day) == hours


def test_days_and_months_begin_at_local_midnight() -> None:
    assert one(day_start_utc(pl.col("x")), date(2024, 7, 15)) == datetime(2024, 7, 14, 22, tzinfo=UTC)
    assert one(month_start_utc(pl.col("x")), date(2024, 7, 15)) == datetime(2024, 6, 30, 22, tzinfo=UTC)
    assert one(month_start_utc(pl.col("x")), date(2024, 1, 15)) == datetime(2023, 12, 31, 23, tzinfo=UTC)


def test_day_of_an_instant_is_the_local_one() -> None:
    assert one(utc_to_day_local(pl.col("x")), datetime(2024, 6, 30, 22, 30, tzinfo=UTC)) == date(2024, 7, 1)


@pytest.mark.parametrize("zone", ["Europe/Stockholm", "Europe/Helsinki"])
def test_a_column_of_labels_becomes_the_same_instants_as_label_by_label(zone: str) -> None:
    """Every quarter around all clock changes of three years, each label in both passes."""
    labels = pl.datetime_range(datetime(2022, 1, 1), datetime(2025, 1, 1), "15m", eager=True).dt.cast_time_unit("us")
    frame = pl.DataFrame({"label": pl.concat([labels, labels])}).with_columns(
        is_second=pl.int_range(pl.len()) >= len(labels)
    )
    expected = frame.select(local_to_utc(pl.col("label"), pl.col("is_second"), zone)).to_series()
    found = local_labels_to_utc(frame["label"], frame["is_second"], zone)
    assert found.equals(expected)
    assert found.null_count() == 2 * 3 * 4  # the skipped hour of three springs
