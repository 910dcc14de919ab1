"""Who sends which files when: formats, time bases, periods and the day on which a file arrives.

Each organisation keeps one convention per format, and its first file of a format covers the whole of 2021 with both
changes of the clock, so that the time basis can be read from the files alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.demo.axis import FIRST_DAY, Basis, day_after, month_start
from pipelines.demo.county import Meter

EON_ORGANISATIONS = {"kommun-2480", "kommun-2421", "kommun-2462"}
UTILTS_HOUR_ORGANISATIONS = {"kommun-2482", "kommun-2403"}
"""Their grid company went over from Ellevio files to Ediel messages two calendar years before the end."""
LOCAL_TIME_ORGANISATIONS = {
    "kommun-2480", "kommun-2462", "kommun-2409", "kommun-2460", "kommun-2481", "region-24", "umea-universitet",
}  # fmt: skip


@dataclass(frozen=True)
class Period:
    """Days that one file covers: `first` included, `end` not."""

    first: date
    end: date

    @property
    def label(self) -> str:
        """2023 for a year, 2023-04 for a month, 2023-01--2023-08 for several."""
        last = self.end - timedelta(days=1)
        if (self.first.year, self.first.month) == (last.year, last.month):
            return f"{self.first:%Y-%m}"
        is_year = self.first.month == 1 and last.month == 12
        return f"{self.first:%Y}" if is_year else f"{self.first:%Y-%m}--{last:%Y-%m}"


@dataclass(frozen=True)
class ExportFile:
    """A finished export: its name starts with the day it arrived."""

    organisation_id: str
    name: str
    content: bytes


def time_basis(organisation_id: str) -> Basis:
    return "local" if organisation_id in LOCAL_TIME_ORGANISATIONS else "normal_time"


def is_eon(meter: Meter, organisation_id: str) -> bool:
    """Electricity by the hour from E.ON; all production meters are E.ON's."""
    is_hourly = meter.resolution == "hour" and meter.carrier == "electricity"
    return is_hourly and (meter.is_production or organisation_id in EON_ORGANISATIONS)


def utilts_hours_from(meter: Meter, organisation_id: str, until: date) -> date | None:
    """First day of the meter's hours in Ediel messages; None when it has none."""
    is_hourly = meter.resolution == "hour" and meter.carrier == "electricity" and not meter.is_production
    if is_hourly and organisation_id in UTILTS_HOUR_ORGANISATIONS:
        return date(max(until.year - 1, FIRST_DAY.year + 1), 1, 1)
    return None


def whole_years_then_months(until: date, last: date | None = None) -> list[Period]:
    """Calendar years; then the current year up to two months ago; then month by month, to `until` included.

    `last` ends the list earlier: it is the first day that is not delivered this way.
    """
    end = day_after(until) if last is None else min(last, day_after(until))
    periods = [Period(date(y, 1, 1), date(y + 1, 1, 1)) for y in range(FIRST_DAY.year, end.year)]
    month = max(month_start(until, -2), date(end.year, 1, 1))
    if month > date(end.year, 1, 1) and end > month:
        periods.append(Period(date(end.year, 1, 1), month))
    return periods + list(months(month, end))


def months(first: date, end: date) -> Iterator[Period]:
    """Month by month from `first`; the last may be cut short by `end`."""
    while first < end:
        following = month_start(first, 1)
        yield Period(first, min(following, end))
        first = following


def arrival_day(end: date, until: date, days_after: int) -> date:
    """The day a file with data up to `end` arrives; no file comes from after the kit is written."""
    return min(end + timedelta(days=days_after), day_after(until))
