import numpy as np
import pytest

from pipelines.domain import day_fit
from pipelines.domain.day_design import ELECTRICITY_PRIOR, day_design

DAYS = np.arange(np.datetime64("2021-01-01"), np.datetime64("2023-01-01"))
BASELINE = np.datetime64("2022-01-01") > DAYS
WEEKDAY = (DAYS.astype(int) + 3) % 7
DAY_TYPE = np.select([WEEKDAY == 5, WEEKDAY == 6], [1, 2], 0)
RNG = np.random.default_rng(6)
TEMPERATURE_C = 6 - 12 * np.cos(2 * np.pi * np.arange(len(DAYS)) / 365) + RNG.normal(0, 3, len(DAYS))
DESIGN = day_design(DAYS, TEMPERATURE_C, DAY_TYPE, np.zeros(len(DAYS), dtype=bool), BASELINE)
PREPARED = day_fit.prepare_days(DESIGN, DAYS, ELECTRICITY_PRIOR, rests_in_summer=True)
SHAPE = np.where(WEEKDAY < 5, 1.15, 0.6) + 0.02 * np.maximum(12 - TEMPERATURE_C, 0)
ENERGY = (SHAPE * (1 + RNG.normal(0, 0.04, len(DAYS))))[BASELINE] / SHAPE[BASELINE].mean()
ALL = np.ones((1, 365), dtype=bool)


def fit(energy: np.ndarray, used: np.ndarray = ALL) -> day_fit.DayFit:
    return day_fit.fit_days(PREPARED, energy[None], used, ALL)


def next_year(found: day_fit.DayFit) -> float:
    """Mean expectation of the year after the baseline, as share of the true one."""
    expected = (found.coefficients @ DESIGN.columns[~BASELINE].T)[0]
    return float(expected.mean() / (SHAPE[~BASELINE].mean() / SHAPE[BASELINE].mean()))


def test_the_next_year_is_expected_from_weather_and_week() -> None:
    assert next_year(fit(ENERGY)) == pytest.approx(1, abs=0.015)


def test_one_wild_day_is_left_out_and_counted() -> None:
    wild = ENERGY.copy()
    wild[100] = 30.0

    found = fit(wild)

    assert found.outlier_count.tolist() == [1]
    assert next_year(found) == pytest.approx(next_year(fit(ENERGY)), abs=0.005)


def test_a_level_that_stepped_down_is_expected_to_last() -> None:
    stepped = ENERGY * np.where(DAYS[BASELINE] >= np.datetime64("2021-09-01"), 0.8, 1.0)

    assert next_year(fit(stepped)) == pytest.approx(0.8, abs=0.06)


def test_a_spell_that_passed_leaves_the_next_year_as_it_was() -> None:
    weeks = (DAYS[BASELINE] >= np.datetime64("2021-04-01")) & (DAYS[BASELINE] < np.datetime64("2021-04-22"))

    assert next_year(fit(ENERGY * np.where(weeks, 0.8, 1.0))) == pytest.approx(1, abs=0.02)


def test_lost_readings_written_as_zeros_at_the_end_are_no_lower_level() -> None:
    zeros = ENERGY * (DAYS[BASELINE] < np.datetime64("2021-12-10"))

    found = fit(zeros)

    assert found.lapse_count.tolist() == [22]
    assert next_year(found) == pytest.approx(1, abs=0.03)


def test_errors_on_months_left_out_are_larger_than_those_of_the_fit() -> None:
    found = fit(ENERGY)

    inside = ((ENERGY - found.fitted[0]) ** 2).mean()
    assert inside < (found.left_out_residual**2).mean() < 4 * inside


def test_the_usual_setting_stands_unless_another_is_clearly_better() -> None:
    assert fit(ENERGY).setting.tolist() == [0]
    growing = ENERGY * np.linspace(1, 6, 365)
    assert day_fit.SETTINGS[fit(growing / growing.mean()).setting[0]].name == "drifting"
