"""The columns that say when: one stamp, start and end, date and clock, or year and month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from tests.mutation.draft import TOLD, Column, Draft
from tests.mutation.facts import judge_time
from tests.mutation.style import Cell
from tests.mutation.words import words

OFFSET_FORMS = ("Z", "Z", "+01:00", "+01:00", "+0100", "epoch")


def stamp_column(draft: Draft, rows: Sequence[int], used: set[str]) -> list[Column]:
    """One column of stamps: of starts, or of ends where the file can tell so."""
    truth = draft.truth
    if not truth.is_below_day:
        return [_dates(draft, rows, used)]
    can_be_end = truth.basis in ("local", "normal_time")
    role = draft.rng.choice(["time", "time", "start", "end"])
    is_end = role == "end" or (role == "time" and can_be_end and draft.chance(0.3))
    draft.stamp = "end" if is_end else "start"
    draft.mutations.add(f"stamp is {draft.stamp}")
    judge_time(draft, stamp_told=role != "time")
    if draft.style.offset_form == "" and not draft.style.is_typed and role == "time" and draft.chance(0.08):
        return [_ranges(draft, rows, used)]
    cells = [_stamp(draft, n, is_end) for n in rows]
    if is_end and draft.style.stamp_form in ("iso", "dots", "clock_dot") and draft.chance(0.25):
        cells = _with_24(draft, rows, cells)
    return [Column("time", draft.header(role, used), cells)]


def _with_24(draft: Draft, rows: Sequence[int], cells: list[Cell]) -> list[Cell]:
    """Midnight as 24:00 of the day that ends."""
    if draft.style.is_typed or draft.style.offset_form:
        return cells
    draft.mutations.add("midnight as 24:00")
    draft.facts["stamp"] = TOLD
    shown = [draft.truth.label(draft.truth.ends[n]) for n in rows]
    sign = "." if draft.style.stamp_form == "clock_dot" else ":"
    return [
        f"{draft.style.date(end - timedelta(days=1))} 24{sign}00" if end.time() == time(0) else cell
        for end, cell in zip(shown, cells, strict=True)
    ]


def _stamp(draft: Draft, n: int, is_end: bool) -> Cell:
    instant = draft.truth.ends[n] if is_end else draft.truth.starts[n]
    return draft.style.stamp(instant, draft.truth.label(instant))


def _ranges(draft: Draft, rows: Sequence[int], used: set[str]) -> Column:
    draft.mutations.add("stamps as ranges")
    draft.stamp = "start"
    draft.facts["stamp"] = TOLD
    truth = draft.truth
    cells: list[Cell] = [f"{_stamp(draft, n, False)} - {truth.label(truth.ends[n]):%H:%M}" for n in rows]
    return Column("time", draft.header("time", used), cells)


def start_end_columns(draft: Draft, rows: Sequence[int], used: set[str]) -> list[Column]:
    """Starts and ends, each in a column; days may end on the day itself, months on their last day."""
    truth = draft.truth
    judge_time(draft, stamp_told=True)
    start, end = draft.header("start", used), draft.header("end", used)
    if truth.is_below_day:
        columns = [(start, False), (end, True)]
        return [Column("time", head, [_stamp(draft, n, is_end) for n in rows]) for head, is_end in columns]
    inclusive = draft.chance(0.5)
    draft.mutations.add("last day included" if inclusive else "last day not included")
    lasts = [truth.label(truth.ends[n]) - timedelta(days=inclusive) for n in rows]
    firsts: list[Cell] = [draft.style.date(truth.label(truth.starts[n])) for n in rows]
    return [Column("time", start, firsts), Column("time", end, [draft.style.date(last) for last in lasts])]


def date_clock_columns(draft: Draft, rows: Sequence[int], used: set[str]) -> list[Column]:
    """A date and a clock: of start, of end (24:00 or the next day's 00:00), as a range, or the number of the hour."""
    truth = draft.truth
    starts = [truth.label(truth.starts[n]) for n in rows]
    ends = [truth.label(truth.ends[n]) for n in rows]
    forms = ["clock", "clock", "range", "clock_end", "clock_24"]
    if truth.minutes == 60:
        forms += ["hour_0", "hour_1"]
    form = draft.rng.choice(forms if truth.basis != "utc" else ["clock", "range"])
    draft.mutations.add(f"clock as {form}")
    draft.stamp = "end" if form in ("clock_end", "clock_24", "hour_1") else "start"
    judge_time(draft, stamp_told=form in ("range", "clock_24", "hour_0", "hour_1"))
    dates, clocks = starts, [_clock(draft, start) for start in starts]
    head = draft.header("date", used)
    if form == "range":
        clocks = [f"{start:%H:%M}-{end:%H:%M}" for start, end in zip(starts, ends, strict=True)]
    elif form == "clock_end":
        dates, clocks = ends, [_clock(draft, end) for end in ends]
    elif form == "clock_24":
        dates = [end - timedelta(days=1) if end.time() == time(0) else end for end in ends]
        clocks = ["24:00" if end.time() == time(0) else f"{end:%H:%M}" for end in ends]
    elif form in ("hour_0", "hour_1"):
        clocks = [str(start.hour + (form == "hour_1")) for start in starts]
    clock_head = draft.header("hour" if form.startswith("hour") else "clock", used)
    return [
        Column("time", head, [draft.style.date(_day(day)) for day in dates]),
        Column("time", clock_head, list(clocks)),
    ]


def _clock(draft: Draft, shown: datetime) -> Cell:
    if draft.style.is_typed and not draft.style.has_serials:
        return shown.time()
    return shown.strftime("%H.%M" if draft.style.stamp_form == "clock_dot" else "%H:%M")


def _day(shown: datetime) -> datetime:
    return datetime(shown.year, shown.month, shown.day)


def _dates(draft: Draft, rows: Sequence[int], used: set[str]) -> Column:
    """Whole days by date, or months by one of their many names."""
    shown = [draft.truth.label(draft.truth.starts[n]) for n in rows]
    if draft.truth.minutes == 0:
        at_midnight = not draft.style.is_typed and draft.chance(0.2)
        written = [
            draft.style.stamp(draft.truth.starts[n], d) if at_midnight else draft.style.date(d)
            for n, d in zip(rows, shown, strict=True)
        ]
        return Column("time", draft.header("date", used), written)
    form = draft.rng.choice(MONTH_FORMS)
    draft.mutations.add(f"months as {form}")
    return Column("time", draft.header("month", used), [month(draft, form, day) for day in shown])


MONTH_FORMS = ("2024-01", "202401", "2024-01-01", "januari 2024", "jan 2024", "01/2024", "2024-01-31", "2024 januari")


def month(draft: Draft, form: str, first: datetime) -> Cell:
    """A month in the given form."""
    name = words(draft.language, "months")[first.month - 1]
    short = words(draft.language, "short_months")[first.month - 1]
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if draft.style.is_typed and form in ("2024-01-01", "2024-01-31"):
        return first if form == "2024-01-01" else last
    return {
        "2024-01": f"{first:%Y-%m}",
        "202401": f"{first:%Y%m}",
        "2024-01-01": f"{first:%Y-%m-%d}",
        "januari 2024": f"{name} {first.year}",
        "jan 2024": f"{short} {first.year}",
        "01/2024": f"{first:%m/%Y}",
        "2024-01-31": f"{last:%Y-%m-%d}",
        "2024 januari": f"{first.year} {name}",
    }[form]


def year_month_columns(draft: Draft, rows: Sequence[int], used: set[str]) -> list[Column]:
    """The year in one column, the month's name or number in another."""
    shown = [draft.truth.label(draft.truth.starts[n]) for n in rows]
    kind = draft.rng.choice(["months", "short_months", "number"])
    draft.mutations.add(f"year and month as {kind}")
    months: list[Cell] = [str(d.month) if kind == "number" else words(draft.language, kind)[d.month - 1] for d in shown]
    return [
        Column("time", draft.header("year", used), [str(d.year) for d in shown]),
        Column("time", draft.header("month", used), months),
    ]
