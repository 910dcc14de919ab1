from __future__ import annotations

from datetime import date

import numpy as np

from pipelines.demo.axis import HourAxis

AXIS = HourAxis(date(2021, 12, 31))


def length(basis: str, first: date, end: date) -> int:
    where = AXIS.hours(basis, first, end)  # type: ignore[arg-type]
    return where.stop - where.start


def test_local_days_have_23_and_25_hours_when_the_clock_changes() -> None:
    assert length("local", date(2021, 3, 28), date(2021, 3, 29)) == 23
    assert length("local", date(2021, 10, 31), date(2021, 11, 1)) == 25
    assert length("normal_time", date(2021, 3, 28), date(2021, 3, 29)) == 24
    assert length("normal_time", date(2021, 10, 31), date(2021, 11, 1)) == 24


def test_a_year_has_the_same_hours_in_both_clocks() -> None:
    assert length("local", date(2021, 1, 1), date(2022, 1, 1)) == 8760
    assert length("normal_time", date(2021, 1, 1), date(2022, 1, 1)) == 8760


def test_day_sums_count_the_hours_of_each_day() -> None:
    sums = AXIS.day_sums(np.ones(AXIS.hour_count))
    assert len(sums) == 365
    assert sums[86] == 23  # 28 March is day 87
    assert sums[303] == 25  # 31 October is day 304
    assert sums.sum() == 8760


def test_month_sums_are_missing_where_an_hour_is() -> None:
    values = np.ones(AXIS.hour_count)
    values[AXIS.position("local", date(2021, 2, 10))] = np.nan
    sums = AXIS.month_sums(values, "local")
    assert np.isnan(sums[1])
    assert sums[2] == 743  # March lost an hour
    assert AXIS.month_sums(np.ones(AXIS.hour_count), "normal_time")[2] == 744
