"""Times of day, in cells beside a date and in headers above the values of a day: `14:00`, `kl 14`, `14-15`, `2 PM`.

Does not belong here: whether the time begins or ends its interval (time_basis.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

DAY_MINUTES = 1440
SLOT_MINUTES = {24: 60, 25: 60, 48: 30, 50: 30, 96: 15, 100: 15}
"""Numbered intervals of a day, with those of the long day in autumn → minutes of each."""

LONGEST = 60  # characters of a time of day or a numbered header; patterns are slow on a cell of thousands

_TIME = r"(\d{1,2})(?:[:.h](\d{2}))?(?::\d{2}(?:\.\d+)?)?\s*([ap]\.?m\.?)?"
_LEAD = r"(?:kl\.?|klo|kello|at|h|t|hh|tim(?:me|ma)?|hour|time|tunti|v|ti)?\s*\.?\s*"
_CLOCK = re.compile(rf"^{_LEAD}{_TIME}(?:\s*h)?$", re.IGNORECASE)
_RANGE = re.compile(rf"^{_LEAD}{_TIME}\s*(?:-|–|—|/|till|til|to)\s*(?:kl\.?|klo)?\s*{_TIME}(?:\s*h)?$", re.IGNORECASE)
_FOUR_DIGITS = re.compile(r"^([01]\d|2[0-4])([0-5]\d)(?:00)?$")
_NUMBERED = re.compile(r"^(.*?[^\d\s]?)[\s_.\-#]*0?(\d{1,3})$")


@dataclass(frozen=True)
class Clock:
    """Minutes from midnight: where an interval begins, and where it ends when both are written."""

    minute: int
    end_minute: int | None = None


def clock_of(text: str) -> Clock | None:
    """A time of day, or a range of two; a bare number is an hour. None for anything else."""
    text = text.strip().strip("[]()").strip()
    if len(text) > LONGEST:
        return None
    if (digits := _FOUR_DIGITS.match(text)) is not None:
        return Clock(int(digits[1]) * 60 + int(digits[2]))
    if (both := _RANGE.match(text)) is not None:
        start, end = _minutes(both[1], both[2], both[3]), _minutes(both[4], both[5], both[6])
        if start is None or end is None:
            return None
        if start == end:  # 02:00-02:00: the hour at which the clock is put back; its end says nothing
            return Clock(start)
        # 23:45-00:00 ends on the day after; 02:45-02:00 is the quarter at which the clock is put back.
        return Clock(start, end + DAY_MINUTES if start - end > DAY_MINUTES // 2 else end)
    found = _CLOCK.match(text)
    minute = _minutes(found[1], found[2], found[3]) if found else None
    return None if minute is None else Clock(minute)


def is_clock(text: str) -> bool:
    """Whether a cell is plainly a time of day: a range, or hours with minutes or a word beside them."""
    return not text.strip().isdigit() and not re.match(r"^\d+[.,]\d+$", text.strip()) and clock_of(text) is not None


def numbered(text: str) -> tuple[str, int] | None:
    """The words and the number of a header that counts intervals: `kWh_1`, `H01`, `Tim 24`, `7`."""
    found = _NUMBERED.match(text.strip()) if len(text) <= LONGEST else None
    return (found[1].strip().lower(), int(found[2])) if found else None


@dataclass(frozen=True)
class Clocks:
    """A column of times of day; series of the column's length."""

    minute: pl.Series  # Int32; null where nothing could be read
    end_minute: pl.Series | None
    hint: str  # start | end | unknown: what numbers from 0, or up to 24, say of themselves


def read_clocks(text: pl.Series, *, counts_intervals: bool = False) -> Clocks | None:
    """Read a column of times of day; None when it holds none.

    `counts_intervals`: the header says that numbers count quarters or intervals and not hours.
    """
    distinct = [one for one in text.unique().drop_nulls().to_list() if one.strip()]
    if not distinct or len(distinct) > DAY_MINUTES + 1:
        return None
    fractions = _day_fractions(distinct)
    hint = "unknown"
    if fractions is not None:
        minutes: dict[str, int | None] = dict(fractions)
        ends: dict[str, int | None] = {}
    elif all(one.strip().isdigit() and len(one.strip()) <= 3 for one in distinct):
        numbers = {one: int(one) for one in distinct}
        highest = max(numbers.values())
        step = 60 if highest <= 25 and not counts_intervals else _slot_minutes(highest)
        if step is None:
            return None
        minutes, ends = {one: number * step for one, number in numbers.items()}, {}
        is_whole = 0 not in numbers.values() and (highest * step == DAY_MINUTES or step < 60)
        hint = "end" if is_whole else "start" if 0 in numbers.values() and highest * step < DAY_MINUTES else "unknown"
    else:
        read = {one: clock_of(one) for one in distinct}
        minutes = {one: clock.minute if clock else None for one, clock in read.items()}
        ends = {one: clock.end_minute if clock else None for one, clock in read.items()}
    known = sum(minute is not None for minute in minutes.values())
    if known < 0.8 * len(distinct):
        return None
    minute = text.replace_strict(minutes, default=None, return_dtype=pl.Int32)
    has_ends = sum(end is not None for end in ends.values()) >= 0.8 * len(distinct)
    end_minute = text.replace_strict(ends, default=None, return_dtype=pl.Int32) if has_ends else None
    return Clocks(minute, end_minute, hint)


def _slot_minutes(highest: int) -> int | None:
    return next((minutes for count, minutes in SLOT_MINUTES.items() if highest <= count), None)


def _day_fractions(distinct: list[str]) -> dict[str, int] | None:
    """Spreadsheet times: fractions of a day."""
    if not all(re.match(r"^[01]?[.,]?\d*$", one.strip()) for one in distinct):
        return None
    values = {one: float(one.strip().replace(",", ".") or "nan") for one in distinct}
    is_fraction = all(0 <= value <= 1 for value in values.values()) and any(value % 1 for value in values.values())
    return {one: round(value * DAY_MINUTES) for one, value in values.items()} if is_fraction else None


def _minutes(hour: str, minute: str | None, half: str | None) -> int | None:
    hours, minutes = int(hour), int(minute or 0)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half.lower().startswith("p") else 0)
    return hours * 60 + minutes if hours * 60 + minutes <= DAY_MINUTES and minutes < 60 else None
