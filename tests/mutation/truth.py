"""Made-up series that a file tells: intervals in UTC with values in the file's unit.

Windows are whole local days, whole days of normal time, or whole months, now and then with the edges cut off; many hold
a day on which the clock is changed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from pipelines.domain.gsrn import check_digit

KWH_PER = {"kWh": 1.0, "MWh": 1000.0, "Wh": 0.001}
NORMAL_OFFSET = {"Europe/Stockholm": 1, "Europe/Helsinki": 2}


@dataclass(frozen=True)
class Series:
    """One metering point and direction; `values` in `unit`, None where missing, and which of them are estimated."""

    identity: str
    direction: str
    values: tuple[float | None, ...]
    estimated: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Truth:
    """What the file tells: intervals shared by all its series."""

    zone: str
    basis: str  # normal_time | local | utc | offset
    minutes: int  # 15, 30, 60; 0 for days, -1 for months
    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]
    unit: str
    decimals: int
    series: tuple[Series, ...]
    has_clock_change: str  # "spring", "autumn" or ""
    has_cut_edges: bool
    absent: frozenset[int] = frozenset()  # intervals whose row is not in the file at all

    @property
    def is_below_day(self) -> bool:
        """Whether intervals are shorter than a day, so that the time basis matters."""
        return self.minutes > 0

    def label(self, instant: datetime) -> datetime:
        """What the clock of the file shows at an instant."""
        return label(instant, self.basis, self.zone)

    def energies(self) -> dict[tuple[str, str, datetime, datetime], float]:
        """The energy in kWh of every interval that has a value."""
        return {
            (one.identity, one.direction, self.starts[n], self.ends[n]): value * KWH_PER[self.unit]
            for one in self.series
            for n, value in enumerate(one.values)
            if value is not None and n not in self.absent
        }


def label(instant: datetime, basis: str, zone: str) -> datetime:
    """What a clock in local time, normal time or UTC shows at an instant."""
    if basis in ("local", "offset"):
        return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    hours = NORMAL_OFFSET[zone] if basis == "normal_time" else 0
    return (instant + timedelta(hours=hours)).replace(tzinfo=None)


def last_sunday(year: int, month: int) -> date:
    """The day on which clocks are changed in the European Union."""
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def gsrn(rng: Random, language: str) -> str:
    """A made-up metering point with a right check digit and the prefix of the language's country."""
    prefix = {"sv": "735999", "no": "707057", "da": "571313", "fi": "643006", "en": "735999"}[language]
    body = prefix + "999" + f"{rng.randrange(10**8):08d}"
    return body + str(check_digit(body))


def window(rng: Random, minutes: int, basis: str, zone: str) -> tuple[list[datetime], str]:
    """Instants that bound the intervals, and which change of clock the window holds inside."""
    if minutes <= 0:
        return _dates(rng, minutes, zone), ""
    change, first, days = _days(rng, minutes)
    start, end = (midnight(day, basis, zone) for day in (first, first + timedelta(days=days)))
    count = round((end - start).total_seconds() / 60 / minutes)
    return [start + timedelta(minutes=minutes * n) for n in range(count + 1)], change


def _days(rng: Random, minutes: int) -> tuple[str, date, int]:
    year = rng.randrange(2019, 2026)
    longest = {15: 6, 30: 10, 60: 24}[minutes]
    days = rng.randrange(3, longest)
    if rng.random() < 0.45:
        change = rng.choice(["spring", "autumn"])
        day = last_sunday(year, 3 if change == "spring" else 10)
        return change, day - timedelta(days=rng.randrange(1, days - 1)), days
    while True:
        first = date(year, rng.randrange(1, 13), rng.randrange(1, 29))
        if not any(first <= last_sunday(year, m) <= first + timedelta(days=days) for m in (3, 10)):
            return "", first, days


def _dates(rng: Random, minutes: int, zone: str) -> list[datetime]:
    year, month = rng.randrange(2018, 2023), rng.randrange(1, 13)
    if minutes == -1:
        months = [(year * 12 + month - 1 + n) for n in range(rng.randrange(5, 37))]
        return [midnight(date(m // 12, m % 12 + 1, 1), "local", zone) for m in months]
    first = date(year, month, rng.choice([1, 1, rng.randrange(1, 29)]))
    return [midnight(first + timedelta(days=n), "local", zone) for n in range(rng.randrange(15, 200))]


def midnight(day: date, basis: str, zone: str) -> datetime:
    """The instant at which the day begins: by the wall clock, or by the clock that is never changed."""
    naive = datetime(day.year, day.month, day.day)
    if basis == "normal_time":
        return (naive - timedelta(hours=NORMAL_OFFSET[zone])).replace(tzinfo=UTC)
    return naive.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def numbers(rng: Random, count: int, unit: str, minutes: int) -> tuple[list[float], int]:
    """Values with a number of decimals that the unit would have."""
    decimals = {"kWh": rng.choice([0, 1, 2, 2, 3, 3, 6]), "MWh": rng.choice([3, 4, 6]), "Wh": 0}[unit]
    level = rng.choice([0.8, 6.0, 60.0, 700.0, 4000.0]) * (20 if minutes <= 0 else 1)
    level /= {"kWh": 1.0, "MWh": 200.0, "Wh": 0.01}[unit]
    if decimals < 2:
        level = max(level, 30.0)
    return [round(level * (0.4 + rng.random() + 0.2 * (n % 7)), decimals) for n in range(count)], decimals


def with_finer_end(truth: Truth, rng: Random) -> Truth:
    """The same hours, but quarters from a midnight in the middle on; each quarter has a value of its own."""
    midnights = [n for n, start in enumerate(truth.starts) if n > 23 and truth.label(start).hour == 0]
    if not midnights:
        return truth
    at = rng.choice(midnights)
    quarters = [start + timedelta(minutes=15 * q) for start in truth.starts[at:] for q in range(4)]
    series = tuple(
        replace(
            one,
            values=one.values[:at] + tuple(_quarter(rng, v, truth.decimals) for v in one.values[at:] for _ in "1234"),
        )
        for one in truth.series
    )
    starts = truth.starts[:at] + tuple(quarters)
    return replace(truth, starts=starts, ends=(*starts[1:], truth.ends[-1]), series=series)


def _quarter(rng: Random, hour: float | None, decimals: int) -> float | None:
    return None if hour is None else round(hour * (0.2 + 0.1 * rng.random()), decimals)


def with_zeros(rng: Random, truth: Truth) -> Truth:
    """Noughts that are measured: a run of them, which is no gap."""
    first = rng.randrange(len(truth.starts))
    series = tuple(
        replace(one, values=tuple(0.0 if first <= n < first + 8 else v for n, v in enumerate(one.values)))
        for one in truth.series
    )
    return replace(truth, series=series)


def with_odd_reading_times(rng: Random, truth: Truth) -> Truth:
    """Months whose edges are read on some day near the turn, at some minute of a working day."""
    edges = [
        edge + timedelta(days=rng.randrange(-3, 6), hours=rng.randrange(6, 15), minutes=rng.randrange(60))
        for edge in (*truth.starts, truth.ends[-1])
    ]
    return replace(truth, starts=tuple(edges[:-1]), ends=tuple(edges[1:]))


def with_gaps(rng: Random, truth: Truth, share: float, *, keeps_rows: bool) -> Truth:
    """Values missing here and there, never on days of clock change or at the edges: what they tell must stay told."""
    count = len(truth.starts)
    free = [n for n in range(2, count - 2) if not _is_near_change(truth, truth.starts[n])]
    gone = frozenset(n for n in free if rng.random() < share)
    if not keeps_rows:
        return replace(truth, absent=gone)
    series = tuple(
        replace(one, values=tuple(None if n in gone else v for n, v in enumerate(one.values))) for one in truth.series
    )
    return replace(truth, series=series)


def _is_near_change(truth: Truth, instant: datetime) -> bool:
    day = label(instant, "local", truth.zone).date()
    return any(abs((day - last_sunday(day.year, month)).days) <= 1 for month in (3, 10))
