import numpy as np

from pipelines.domain.day_pauses import lapses, pause_factors, pauses

DAYS = np.arange(np.datetime64("2021-01-01"), np.datetime64("2022-01-01"))
WORKDAY = (DAYS.astype(int) + 3) % 7 < 5
PLAIN = np.where(WORKDAY, 1.2, 0.5)[None]
USED = np.ones((1, 365), dtype=bool)


def span(first: str, last: str) -> np.ndarray:
    return (np.datetime64(first) <= DAYS) & (np.datetime64(last) >= DAYS)


def low(first: str, last: str, share: float = 0.2) -> np.ndarray:
    return np.where(span(first, last), share * PLAIN, PLAIN)


def test_a_closed_july_is_a_pause_of_exactly_its_days() -> None:
    found = pauses(DAYS, low("2021-07-01", "2021-07-31"), PLAIN, USED, in_summer=True)

    assert (found[0] == span("2021-07-01", "2021-07-31")).all()


def test_a_low_time_outside_the_holidays_is_no_pause_nor_is_a_low_week() -> None:
    assert not pauses(DAYS, low("2021-03-01", "2021-04-10"), PLAIN, USED, in_summer=True).any()
    assert not pauses(DAYS, low("2021-07-05", "2021-07-11"), PLAIN, USED, in_summer=True).any()


def test_in_summer_a_heat_meter_has_no_pause_but_at_christmas_it_may() -> None:
    assert not pauses(DAYS, low("2021-07-01", "2021-07-31"), PLAIN, USED, in_summer=False).any()
    christmas = pauses(DAYS, low("2021-12-18", "2021-12-31"), PLAIN, USED, in_summer=False)
    assert (christmas[0] == span("2021-12-18", "2021-12-31")).all()


def test_a_little_lower_summer_is_no_pause() -> None:
    assert not pauses(DAYS, low("2021-07-01", "2021-07-31", 0.7), PLAIN, USED, in_summer=True).any()


def test_the_share_of_a_pause_stands_at_the_same_dates_of_the_next_year() -> None:
    days = np.arange(np.datetime64("2021-01-01"), np.datetime64("2023-01-01"))
    workday = (days.astype(int) + 3) % 7 < 5
    energy = np.where(span("2021-07-01", "2021-07-31"), np.where(WORKDAY, 0.3, 0.4), PLAIN)
    pause = span("2021-07-01", "2021-07-31")[None]

    factor = pause_factors(days, workday, days < np.datetime64("2022-01-01"), pause, energy, PLAIN)

    july = days.astype("datetime64[M]") == np.datetime64("2022-07")
    np.testing.assert_allclose(factor[0, july & workday], 0.25)  # 0.3 of 1.2
    np.testing.assert_allclose(factor[0, july & ~workday], 0.8)  # 0.4 of 0.5
    assert (factor[0, days >= np.datetime64("2022-08-01")] == 1).all()


def test_days_at_zero_where_use_is_expected_are_lapses_but_not_in_the_summer_holidays() -> None:
    energy = np.where(span("2021-02-01", "2021-02-05") | span("2021-07-01", "2021-07-05"), 0.0, PLAIN)

    found = lapses(DAYS, energy, PLAIN, USED)

    assert (found[0] == span("2021-02-01", "2021-02-05")).all()


def test_zeros_where_little_is_expected_are_real() -> None:
    resting = np.zeros((1, 365))

    assert not lapses(DAYS, resting, np.full((1, 365), 0.1), USED).any()
