"""Which months a page speaks of: the last twelve complete months, or a calendar year after the baseline year."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dashboards.text import _, language

LAST_TWELVE = "12m"
MONTHS_SV = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Period:
    """Whole months, both ends included."""

    key: str  # 12m or the year
    first_month: date
    last_month: date

    @property
    def last_day(self) -> date:
        return month_end(self.last_month)

    @property
    def label(self) -> str:
        """`november 2025 till och med oktober 2026`, or the year and how far it reaches."""
        if self.key == LAST_TWELVE:
            return _("{first} till och med {last}").format(first=month(self.first_month), last=month(self.last_month))
        if self.last_month.month == 12:
            return self.key
        return _("{year} till och med {month}").format(year=self.key, month=month_name(self.last_month))


def month_name(day: date) -> str:
    """The month in words: `oktober`."""
    return (MONTHS_SV if language() == "sv" else MONTHS_EN)[day.month - 1]


def month(day: date) -> str:
    """Month and year in words: `oktober 2026`."""
    return f"{month_name(day)} {day.year}"


def day_text(day: date | None) -> str:
    """A date in words, `21 november 2026`; a dash when there is none."""
    return "–" if day is None else f"{day.day} {month(day)}"


def month_start(day: date) -> date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of the month of `day`."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def add_months(first_of_month: date, count: int) -> date:
    """The first of the month `count` months later (or earlier)."""
    index = first_of_month.year * 12 + first_of_month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def last_complete_month(through_day: date) -> date:
    """The last month whose every day is at or before `through_day`, as its first day."""
    if through_day == month_end(through_day):
        return month_start(through_day)
    return month_start(month_start(through_day) - timedelta(days=1))


def available(through_day: date, baseline_year: int) -> Mapping[str, Period]:
    """The periods to choose from: the last twelve months first, then years after the baseline, the latest first."""
    last = last_complete_month(through_day)
    periods = {LAST_TWELVE: Period(LAST_TWELVE, add_months(last, -11), last)}
    for year in range(last.year, baseline_year, -1):
        periods[str(year)] = Period(str(year), date(year, 1, 1), min(last, date(year, 12, 1)))
    return periods
