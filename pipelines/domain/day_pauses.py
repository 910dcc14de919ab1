"""Holiday weeks in which a building nearly stands still, found in the energy itself: a school's July, a long Christmas.

Such weeks are real use, neither outliers nor a lasting change, so they are set apart from the rest of the model and
expected at the same dates of other years. A building's own calendar makes the search needless: closed days are a day
type of their own.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.domain.least_squares import Bools, Floats

WINDOW_DAYS = 7
LOW_WEEK_SHARE = 0.6  # of what the rest of the year lets expect
LOW_DAY_SHARE = 0.8
SMALLEST_EXPECTED_SHARE = 0.3  # of the mean day: a heat meter at rest in summer is no pause
LEAST_LOW_WEEKS = 4  # weeks in a row, each beginning a day later
LEAST_PAUSE_DAYS = 10
LONGEST_GAP_DAYS = 3  # a weekend within a pause may be as low as any other
LONGEST_PAUSE_DAYS = 70
LEAST_LAPSE_DAYS = 3
MOST_PAUSES = 3  # more of them are the building's ordinary life
SUMMER_FROM, SUMMER_TO = 610, 831  # month and day
CHRISTMAS_FROM, CHRISTMAS_TO = 1210, 110


def lapses(days: NDArray[Any], energy: Floats, plain: Floats, used: Bools) -> Bools:
    """Days [M, N] of three or more exact zeros in a row where weather and weekday let expect a clear use.

    Parameters as in `pauses`. Lost readings are often written as zeros, and a main meter of a building in use is hardly
    ever at rest; such days say nothing about the next year. Zeros when little is expected are real, and so are those of
    the summer holidays.
    """
    found = np.zeros(energy.shape, dtype=bool)
    zero = used & (energy == 0) & (plain > SMALLEST_EXPECTED_SHARE)
    if not zero.any():
        return found
    zero &= ~_in_summer(_month_day(days))
    for m in np.flatnonzero(np.any(zero, axis=1)):
        for start, stop in _runs(zero[m] | ~used[m]):
            if zero[m, start:stop].sum() >= LEAST_LAPSE_DAYS:
                found[m, start:stop] = zero[m, start:stop]
    return found


def pauses(days: NDArray[Any], energy: Floats, plain: Floats, used: Bools, *, in_summer: bool) -> Bools:
    """The days [M, N] that belong to a pause; in_summer: summer weeks count too, not Christmas only.

    Parameters: days datetime64[D], [N], in order; energy [M, N] as share of the mean day; plain [M, N], what is
    expected from weather and weekday alone; used [M, N]. Only low times within the summer or at Christmas count, since
    others seldom come back the next year.
    """
    found = np.zeros(energy.shape, dtype=bool)
    if len(days) < WINDOW_DAYS:
        return found
    measured = _week_sums(np.where(used, energy, 0.0))
    expected = _week_sums(np.where(used, plain, 0.0))
    low_week = (measured < LOW_WEEK_SHARE * expected) & (expected > SMALLEST_EXPECTED_SHARE * WINDOW_DAYS)
    date = _month_day(days)
    low_week &= (_at_christmas(date) | (_in_summer(date) & in_summer))[: 1 - WINDOW_DAYS]
    in_a_row = np.lib.stride_tricks.sliding_window_view(low_week, LEAST_LOW_WEEKS, axis=1).all(axis=2)
    for m in np.flatnonzero(np.any(in_a_row, axis=1)):
        low_day = ~used[m] | (energy[m] < LOW_DAY_SHARE * plain[m])
        found[m] = _pauses_of_one(days, date, low_week[m], low_day)
    return found & used


def _week_sums(values: Floats) -> Floats:
    """Sums over WINDOW_DAYS days, the first of them at the index: [M, N] -> [M, N − 6]."""
    total = np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1)
    return np.asarray(total[:, WINDOW_DAYS:] - total[:, :-WINDOW_DAYS], dtype=np.float64)


def _pauses_of_one(days: NDArray[Any], date: NDArray[Any], low_week: Bools, low_day: Bools) -> Bools:
    found = np.zeros(len(days), dtype=bool)
    count = 0
    for start, stop in _runs(low_week):
        first, last = start, stop - 1 + WINDOW_DAYS - 1
        inside = np.flatnonzero(low_day[first : last + 1]) + first
        if stop - start < LEAST_LOW_WEEKS or not len(inside):
            continue
        first, last = _widened(low_day, int(inside[0]), int(inside[-1]))
        length = int((days[last] - days[first]).astype(np.int64)) + 1
        if LEAST_PAUSE_DAYS <= length <= LONGEST_PAUSE_DAYS and _in_holidays(date[[first, last]]):
            found[first : last + 1] = True
            count += 1
    return found if count <= MOST_PAUSES else np.zeros(len(days), dtype=bool)


def _runs(flags: Bools) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.r_[False, flags, False]))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _widened(low_day: Bools, first: int, last: int) -> tuple[int, int]:
    """The pause with the low days that follow without a gap on both sides."""
    while first > 0 and low_day[first - 1]:
        first -= 1
    while last < len(low_day) - 1 and low_day[last + 1]:
        last += 1
    return first, last


def _in_holidays(date: NDArray[Any]) -> bool:
    """Whether the first and the last day lie within the same kind of holidays."""
    return bool(_in_summer(date).all() or _at_christmas(date).all())


def _in_summer(date: NDArray[Any]) -> Bools:
    return np.asarray((date >= SUMMER_FROM) & (date <= SUMMER_TO), dtype=np.bool_)


def _at_christmas(date: NDArray[Any]) -> Bools:
    return np.asarray((date >= CHRISTMAS_FROM) | (date <= CHRISTMAS_TO), dtype=np.bool_)


def _month_day(days: NDArray[Any]) -> NDArray[np.int64]:
    """100 · month + day of datetime64[D] days."""
    month = days.astype("datetime64[M]")
    return np.asarray((month.astype(np.int64) % 12 + 1) * 100 + (days - month).astype(np.int64) + 1, dtype=np.int64)


def pause_factors(
    days: NDArray[Any],
    workday: Bools,
    baseline: Bools,
    pause: Bools,
    energy: Floats,
    fitted: Floats,
) -> Floats:
    """What share of the ordinary expectation is used on each of D days, [M, D]: 1 outside pauses.

    Parameters: days [D], workday [D], baseline [D]; pause, energy, fitted (the ordinary expectation) [M, N] on the
    baseline days. The share is Σ energy / Σ fitted over the pause, apart for workdays and other days, and stands at the
    same dates of every year.
    """
    month = days.astype("datetime64[M]")
    date = (month.astype(np.int64) % 12) * 31 + (days - month).astype(np.int64)
    factor = np.ones((len(pause), len(days)))
    for kind in (workday, ~workday):
        member = pause & kind[baseline]
        expected = np.where(member, fitted, 0.0).sum(axis=1)
        measured = np.where(member, energy, 0.0).sum(axis=1)
        share = np.divide(measured, expected, out=np.ones_like(measured), where=expected > 0)
        for m in range(len(pause)):
            dates = np.zeros(12 * 31, dtype=bool)
            dates[date[baseline][pause[m]]] = True
            factor[m, dates[date] & kind] = np.clip(share[m], 0.0, 1.0)
    return factor
