from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from pipelines.domain.hour_design import LEVEL_SHRINKAGE, HourDesign, hour_design
from pipelines.domain.hour_panel import hour_panel
from pipelines.domain.meter_panel import meter_chunks
from tests.domain.made_up_hours import hour_calendar, hour_meter

HOURS = hour_meter(hour_calendar(), noise_share=0.0)


def design(hours: pl.DataFrame = HOURS) -> HourDesign:
    (part,) = meter_chunks(hours, ["meter"], 1)
    return hour_design(hour_panel(part))


def columns(of: HourDesign, name: str, day: date) -> list[Any]:
    return [float(v) for v in of.columns[0, (day - date(2021, 1, 1)).days, of.places[name]]]


def test_the_worked_example_of_two_days_at_one_and_three_degrees() -> None:
    # The second day remembers half of the first: T = 0.5·1 + 0.5·3 = 2 °C, and the hinges below 5, 11 and 17 °C follow.
    first = pl.col("day_local") == date(2021, 1, 1)
    hours = HOURS.with_columns(temperature_c=pl.when(first).then(1.0).otherwise(3.0))
    heating = columns(design(hours), "heating", date(2021, 1, 2))

    assert heating == pytest.approx([0.3, 0.9, 1.5])
    assert 20 + np.dot(heating, [1.0, 2.0, 1.0]) == pytest.approx(23.6)


def test_heating_on_days_off_has_columns_of_its_own_and_cooling_begins_at_eighteen() -> None:
    hours = HOURS.with_columns(temperature_c=pl.lit(7.0))
    cold, warm = design(hours), design(hours.with_columns(temperature_c=pl.lit(23.0)))

    assert columns(cold, "off_day_heating", date(2021, 1, 2)) == pytest.approx([0.0, 0.4, 1.0])  # a Saturday
    assert columns(cold, "off_day_heating", date(2021, 1, 4)) == [0.0, 0.0, 0.0]
    assert columns(warm, "cooling", date(2021, 1, 4)) == pytest.approx([0.5])


def test_days_are_of_one_kind_each() -> None:
    of = design()

    assert columns(of, "kind", date(2021, 3, 1)) == [1, 0, 0, 0]  # Monday
    assert columns(of, "kind", date(2021, 3, 6)) == [0, 1, 0, 0]
    assert columns(of, "kind", date(2021, 1, 6)) == [0, 0, 1, 0]  # Epiphany, a Wednesday
    assert columns(of, "weekday", date(2021, 3, 5)) == [0, 0, 0, 0, 1]
    assert columns(of, "weekday", date(2021, 1, 6)) == [0, 0, 0, 0, 0]
    assert columns(of, "holiday", date(2021, 1, 6)) == [1, 0, 0]
    assert columns(of, "holiday", date(2021, 12, 27)) == [0, 1, 0]  # a Monday between the holidays
    assert columns(of, "holiday", date(2021, 1, 3)) == [0, 0, 1]
    assert columns(of, "holiday", date(2021, 1, 4)) == [0, 0, 0]


@pytest.mark.parametrize(("closed_days", "kind"), [(4, [0, 0, 1, 0]), (5, [0, 0, 0, 1])])
def test_fewer_than_five_closed_days_count_as_sundays(closed_days: int, kind: list[float]) -> None:
    closed = pl.col("day_local").is_between(date(2021, 7, 5), date(2021, 7, 4 + closed_days))

    assert columns(design(HOURS.with_columns(is_closed=closed)), "kind", date(2021, 7, 5)) == kind


def test_the_season_goes_round_the_year_and_sums_to_one() -> None:
    of = design()
    season = of.columns[0, :, of.places["season"]]

    np.testing.assert_allclose(season.sum(axis=1), 1.0)
    assert columns(of, "season", date(2021, 1, 1))[0] == 1.0
    # 31 December is 364 days after: phase 364/365.25·13 = 12.956, so 0.956 of the way from the last bump to the first.
    assert columns(of, "season", date(2021, 12, 31))[0] == pytest.approx(0.956, abs=0.001)


def test_levels_step_back_from_the_last_day_of_the_baseline() -> None:
    of = design()
    last, before = date(2021, 12, 31), date(2021, 12, 3)

    assert columns(of, "level", last) == [0.0] * 13
    assert columns(of, "level", date(2021, 12, 4)) == [0.0] * 13  # the 28th day from the end
    assert columns(of, "level", before) == [1.0] + [0.0] * 12
    assert columns(of, "level", date(2022, 6, 1)) == [0.0] * 13
    moved_by_four_weeks = 28 / (28 + LEVEL_SHRINKAGE)
    assert moved_by_four_weeks == pytest.approx(0.157, abs=0.001)


def test_only_the_seasons_shrinkage_is_left_open() -> None:
    of = design()

    assert np.flatnonzero(np.isnan(of.shrinkage)).tolist() == list(range(*of.places["season"].indices(100)))
    assert of.with_season(30.0)[of.places["season"]].tolist() == [30.0] * 13
    assert of.with_season(30.0)[of.places["level"]].tolist() == [LEVEL_SHRINKAGE] * 13


def test_a_day_without_temperature_has_no_columns() -> None:
    gone = pl.col("day_local") == date(2021, 5, 3)
    of = design(HOURS.with_columns(temperature_c=pl.when(gone).then(None).otherwise("temperature_c")))

    assert not of.columns[0, (date(2021, 5, 3) - date(2021, 1, 1)).days].any()
