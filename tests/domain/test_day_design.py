import numpy as np
import pytest

from pipelines.domain import day_design as day_design_module
from pipelines.domain.day_design import DayDesign, day_design, decayed_mean

DAYS = np.arange(np.datetime64("2021-01-01"), np.datetime64("2023-01-01"))
WEEKDAY = (DAYS.astype(int) + 3) % 7
DAY_TYPE = np.select([WEEKDAY == 5, WEEKDAY == 6], [1, 2], 0)
DAY_TYPE[[0, 5]] = 2  # New Year's Day and Epiphany, a Friday and a Wednesday
BASELINE = np.datetime64("2022-01-01") > DAYS


def design(closed: np.ndarray | None = None) -> DayDesign:
    temperature_c = 8 - 12 * np.cos(2 * np.pi * np.arange(len(DAYS)) / 365)
    is_closed = np.zeros(len(DAYS), dtype=bool) if closed is None else closed
    return day_design(DAYS, temperature_c, DAY_TYPE, is_closed, BASELINE)


def columns(of: DayDesign, family: str) -> np.ndarray:
    return of.columns[:, [name == family for name in of.family]]


def day(text: str) -> int:
    return int((np.datetime64(text) - DAYS[0]).astype(int))


def test_a_decayed_mean_halves_in_its_half_life_and_stands_over_a_gap() -> None:
    np.testing.assert_allclose(
        decayed_mean(np.array([8.0, 0.0, 0.0, np.nan, 6.0]), 1.0), [8, 4, 2, np.nan, 4]
    )  # by hand: the last is half of 2 and half of 6


def test_a_holiday_on_a_weekday_is_an_off_day_without_a_weekday() -> None:
    found = design()

    assert columns(found, "off_day")[day("2021-01-06"), 0] == 1
    assert columns(found, "weekday")[day("2021-01-06")].sum() == 0
    assert columns(found, "holiday")[day("2021-01-06"), 0] == 1
    assert columns(found, "weekday")[day("2021-01-07")].tolist() == [0, 0, 0, 1, 0, 0, 0]  # a Thursday


def test_christmas_stands_in_the_calendar_whatever_the_holidays_say() -> None:
    christmas = columns(design(), "christmas")

    assert christmas[day("2021-12-27")].tolist() == [1, 1]  # a Monday that no list calls a holiday
    assert christmas[day("2021-12-25")].tolist() == [0, 1]  # a Saturday
    assert christmas[day("2021-12-23")].tolist() == [0, 0]
    assert columns(design(), "christmas_fringe")[day("2021-12-23")].tolist() == [1, 0]


def test_drift_and_spells_are_over_after_the_baseline() -> None:
    found = design()
    later = ~BASELINE

    assert columns(found, "drift").shape[1] == 26  # steps of 14 days
    for family in ("drift", "drift_heat", "spell"):
        assert (columns(found, family)[later] == 0).all()
        assert (columns(found, family)[~later] != 0).any()


def test_the_season_comes_back_the_next_year() -> None:
    found = design()

    for family in ("season", "light"):
        part = columns(found, family)
        np.testing.assert_allclose(part[day("2021-07-15")], part[day("2022-07-15")])


def test_closed_days_are_off_days_of_their_own() -> None:
    closed = np.zeros(len(DAYS), dtype=bool)
    closed[day("2021-07-05")] = True

    found = design(closed)

    assert columns(found, "closed")[:, 0].sum() == 1
    assert columns(found, "off_day")[day("2021-07-05"), 0] == 1
    assert not found.workday[day("2021-07-05")]


def test_a_prior_gives_each_column_the_square_of_its_family_s_spread() -> None:
    found = design()
    prior = dict.fromkeys(found.family, 0.5) | {"light": 0.1}

    assert found.prior_variance(prior)[found.family.index("light")] == pytest.approx(0.01)
    assert found.prior_variance(prior)[0] == 0.25
    assert (found.without(("level",))[:, 0] == 0).all()


def test_hours_of_darkness_follow_from_the_length_of_the_shortest_day() -> None:
    # 64 degrees: tan 64° · tan 23.44° = 0.889, arccos = 0.476 rad, 24/pi · 0.476 = 3.63 h of daylight
    assert day_design_module.dark_waking_hours(64.0) == pytest.approx(11.0 - 3.63, abs=0.01)
    assert day_design_module.dark_waking_hours(80.0) == 11.0
    assert day_design_module.dark_waking_hours(0.0) == 0.0


def test_more_of_the_season_may_be_lighting_where_winters_are_darker() -> None:
    usual = day_design_module.ELECTRICITY_PRIOR["light"]
    assert day_design_module.electricity_prior(52.0) == day_design_module.ELECTRICITY_PRIOR
    assert day_design_module.electricity_prior(64.0)["light"] > 1.8 * usual
    assert day_design_module.electricity_prior(0.0)["light"] == usual * day_design_module.LEAST_LIGHT_SHARE
