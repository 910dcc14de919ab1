"""Swedish holidays and school breaks.

Holidays are the public and the de facto ones (Midsummer, Christmas and New Year's Eve) of the `holidays` package.
School breaks follow what is usual in Västerbotten: sports break in week 10, Easter break after Easter, summer from
mid-June to mid-August, autumn break in week 44, Christmas break until after Epiphany.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays
import numpy as np
import numpy.typing as npt

from pipelines.demo.axis import FIRST_DAY


@dataclass(frozen=True)
class SchoolBreak:
    """A period without teaching; `end` is the first day of teaching after it."""

    name: str
    first: date
    end: date


@cache
def holiday_dates(first_year: int, last_year: int) -> frozenset[date]:
    years = range(first_year, last_year + 1)
    return frozenset(holidays.country_holidays("SE", years=years, categories=("public", "de_facto")).keys())


def school_breaks(first_year: int, last_year: int) -> list[SchoolBreak]:
    """Breaks of the calendar years given, and the Christmas break that reaches into the first; oldest first."""
    found = [SchoolBreak("jullov", date(first_year - 1, 12, 21), date(first_year, 1, 8))]
    for year in range(first_year, last_year + 1):
        easter_monday = _easter_monday(year)
        midsummer_term_end = _next_weekday(date(year, 6, 10), 5)
        found += [
            SchoolBreak("sportlov", *_week(year, 10)),
            SchoolBreak("påsklov", easter_monday, easter_monday + timedelta(days=5)),
            SchoolBreak("sommarlov", midsummer_term_end, _next_weekday(date(year, 8, 15), 1)),
            SchoolBreak("höstlov", *_week(year, 44)),
            SchoolBreak("jullov", date(year, 12, 21), date(year + 1, 1, 8)),
        ]
    return found


def day_flags(day_count: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Weekday (Monday 0), holiday and school break for `day_count` days from 2021-01-01, each of shape (days,)."""
    last = FIRST_DAY + timedelta(days=day_count)
    free = holiday_dates(FIRST_DAY.year, last.year)
    days = [FIRST_DAY + timedelta(days=i) for i in range(day_count)]
    weekday = np.array([d.weekday() for d in days], dtype=np.int64)
    is_holiday = np.array([d in free for d in days])
    is_break = np.zeros(day_count, dtype=bool)
    for item in school_breaks(FIRST_DAY.year, last.year):
        is_break[max((item.first - FIRST_DAY).days, 0) : max((item.end - FIRST_DAY).days, 0)] = True
    return weekday, is_holiday, is_break


def _week(year: int, week: int) -> tuple[date, date]:
    monday = date.fromisocalendar(year, week, 1)
    return monday, monday + timedelta(days=5)


def _next_weekday(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _easter_monday(year: int) -> date:
    named = holidays.country_holidays("SE", years=[year], categories=("public",), language="en_US")
    return next(day for day, name in named.items() if name == "Easter Monday")
