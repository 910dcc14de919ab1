"""Tables with time across the columns: hours of a day, months of a year, or a stamp above each column of values.

Finds which columns those are and what the columns before them say. Does not belong here: reading them (across_csv.py).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

import polars as pl

from pipelines.ingest.clocks import SLOT_MINUTES, Clock, clock_of, is_clock, numbered
from pipelines.ingest.columns_profile import MOST, Column, is_missing, is_number, profile
from pipelines.ingest.headers import NOT_ENERGY, is_total, says, without_unit
from pipelines.ingest.identity_columns import IdentityColumn, identity_column
from pipelines.ingest.months import FIRST_YEAR, LAST_YEAR, month_number, month_of
from pipelines.ingest.preamble import Preamble
from pipelines.ingest.stamps import read_stamps
from pipelines.ingest.time_columns import Moment, TimePlan, time_plan

FEWEST_SLOTS = 23
"""Hours of the shortest day: fewer columns with a clock in the header are something else."""

BODY_ROWS, LAST_ROWS = 100, 50
WORTH_OF_LAYOUT = 6.0
MOST_WORTH = 14


@dataclass(frozen=True)
class AcrossPlan:
    """How a table with time across its columns is read."""

    header_line: int
    header: tuple[str, ...]
    kind: str  # slots | labels | months | years
    slots: Mapping[int, Clock] = field(default_factory=dict)  # slots: column → time of day
    labels: Mapping[int, datetime] = field(default_factory=dict)  # labels: column → its stamp
    end_labels: Mapping[int, datetime] = field(default_factory=dict)
    offsets: Mapping[int, int] = field(default_factory=dict)  # labels: column → minutes from UTC, where it is written
    numbers: Mapping[int, int] = field(default_factory=dict)  # months, years: column → number of month, or year
    grain: str = "time"
    hint: str = "unknown"
    step: int | None = None  # minutes of counted slots
    is_elapsed: bool = False  # slots are counted from midnight, so that the long day has more of them
    time: TimePlan | None = None  # the columns before that tell the day, the year or the month
    columns: tuple[Column, ...] = ()  # those that hold no values
    identity: IdentityColumn = field(default_factory=lambda: IdentityColumn(None))
    preamble: Preamble = field(default_factory=Preamble)
    layout: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def places(self) -> list[int]:
        """The columns of values, from left to right."""
        return sorted({*self.slots, *self.labels, *self.numbers})


def across_plan(
    header: Sequence[str],
    above: Sequence[Sequence[str]],
    body: Sequence[Sequence[str]],
    line: int,
    preamble: Preamble,
    answers: Mapping[str, str],
) -> tuple[float, AcrossPlan] | None:
    """The plan of a table whose header holds time, and its score; None when it does not.

    Parameters
    ----------
    above, body: rows over and under the header. line: its number from 0.
    """
    found = _slots(header) or _labels(header) or _months(header, above) or _years(header)
    if found is None:
        return None
    places = found.places
    some = [*body[:BODY_ROWS], *body[BODY_ROWS:][-LAST_ROWS:]]
    rows = [row for row in some if any(row) and not any(map(is_total, filter(None, row)))]
    cells = [row[place] for row in rows for place in places if place < len(row)]
    filled = [cell for cell in cells if not is_missing(cell)]
    if not filled or sum(map(is_number, filled)) < MOST * len(filled):
        return None
    others = [place for place in range(len(header)) if place not in places]
    skipped = [place for place in others if header[place] in found.left_out]
    columns = [column for column in profile(header, rows) if column.place in others and column.place not in skipped]
    if any(is_number(column.name.strip("' ")) for column in columns if column.kind != "empty"):
        return None  # a row of values and no header
    plan = _time_of_rows(found, columns, preamble)
    if plan is None:
        return None
    time_places = plan.time.places if plan.time else ()
    totals = tuple(c.name for c in columns if c.kind == "number" and (c.says.is_total or c.says.quantity))
    identity = identity_column([c for c in columns if c.name not in totals], time_places, answers)
    is_named = identity.place is not None and says(identity.name).role == "place"
    if (identity.questions or is_named) and (preamble.identity or not _has_several(rows, plan, time_places, identity)):
        identity = IdentityColumn(None, meter_place=identity.meter_place)
    if found.kind == "labels" and len(places) < 2 and identity.place is None:
        return None
    stub = [re.sub(r"\d+", "#", column.name.lower()) for column in columns]
    key = f"{found.kind}{len(places) if found.kind == 'slots' else ''}|{'|'.join(sorted(stub))}"
    score = WORTH_OF_LAYOUT + min(len(places), MOST_WORTH) + sum(1 for column in columns if column.says.role)
    return score, _with(
        plan,
        header_line=line,
        header=tuple(header),
        columns=tuple(columns),
        identity=identity,
        preamble=preamble,
        layout=hashlib.blake2b(key.encode("utf-8"), digest_size=3).hexdigest(),
    )


def _with(plan: AcrossPlan, **changes: object) -> AcrossPlan:
    return replace(plan, **changes)  # type: ignore[arg-type]


def _time_of_rows(found: AcrossPlan, columns: Sequence[Column], preamble: Preamble) -> AcrossPlan | None:
    """Add the columns that tell the day, the year or the month of each row; None when they are needed and missing."""
    if found.kind == "labels":
        return found
    if found.kind == "months":
        year = next((column for column in columns if column.kind == "year"), None)
        if year is None and preamble.year is None:
            return None
        if year is None:
            labels = {p: datetime(preamble.year or 0, month, 1) for p, month in found.numbers.items()}
            return _with(found, kind="labels", labels=labels, numbers={}, grain="month")
        return _with(found, time=TimePlan(_year_moment(year), None, "unknown", None), grain="month")
    if found.kind == "years":
        month = next((column for column in columns if column.kind == "month_name"), None)
        return _with(found, time=TimePlan(_year_moment(month), None, "unknown", None), grain="month") if month else None
    time = time_plan([c for c in columns if c.kind in ("day", "stamp", "year", "ordinal", "month_name")], preamble.year)
    return _with(found, time=time) if time is not None else None


def _year_moment(column: Column) -> Moment:

    return Moment(stamp=column.place)


def _slots(header: Sequence[str]) -> AcrossPlan | None:
    """Columns for the hours, half-hours or quarters of a day, by their clock or by their number."""
    clocks = {p: clock for p, name in enumerate(header) if is_clock(_bare(name)) and (clock := clock_of(_bare(name)))}
    if len(clocks) >= FEWEST_SLOTS:
        clocks = _with_midnight_last(clocks)
        has_ends = all(clock.end_minute is not None for clock in clocks.values())
        return AcrossPlan(0, (), "slots", slots=clocks, hint="start" if has_ends else "unknown")
    groups: dict[str, dict[int, int]] = {}
    for place, name in enumerate(header):
        counted = numbered(_bare(name)) if says(name).identity is None else None
        if counted is not None and not any(sign.isdigit() for sign in counted[0]):
            groups.setdefault(counted[0], {})[place] = counted[1]
    runs = {prefix: run for prefix, run in groups.items() if _is_day(list(run.values()))}
    energy = [prefix for prefix in runs if says(prefix).quantity not in NOT_ENERGY]
    if not energy:
        return None
    best = min(energy, key=lambda prefix: (says(prefix).quantity is None, min(runs[prefix])))
    run = runs[best]
    first = min(run.values())
    step = SLOT_MINUTES[len(run)]
    left = tuple(header[place] for prefix, other in runs.items() if prefix != best for place in other)
    slots = {place: Clock((number - first) * step, (number - first + 1) * step) for place, number in run.items()}
    is_long = len(run) * step > 1440
    return AcrossPlan(0, (), "slots", slots=slots, hint="start", step=step, is_elapsed=is_long, left_out=left)


def _with_midnight_last(clocks: Mapping[int, Clock]) -> dict[int, Clock]:
    """A midnight after all other clocks of the day is the one that ends it."""
    ordered = sorted(clocks)
    last = ordered[-1]
    if clocks[last].minute == 0 and clocks[last].end_minute is None and clocks[ordered[0]].minute > 0:
        return {**clocks, last: Clock(1440)}
    return dict(clocks)


def _is_day(numbers: Sequence[int]) -> bool:
    """Whether numbers count the intervals of a day: 24, 48 or 96 of them, or those of the long day, from 0 or 1."""
    return (
        len(numbers) in SLOT_MINUTES
        and list(numbers) == list(range(numbers[0], numbers[0] + len(numbers)))
        and numbers[0] in (0, 1)
    )


def _labels(header: Sequence[str]) -> AcrossPlan | None:
    """A month with its year, a day or a stamp above each column of values."""
    bare = [_bare(name) for name in header]
    months = {place: month for place, name in enumerate(bare) if (month := month_of(name)) is not None}
    texts = {place: name for place, name in enumerate(bare) if _may_be_stamp(name)}
    if len(texts) >= 2 and len(texts) >= 0.9 * len({*texts, *months}):
        read = read_stamps(pl.Series(list(texts.values())))
        stamps = {p: label for p, label in zip(texts, read.label.to_list(), strict=True) if label is not None}
        ends = read.end_label.to_list() if read.end_label is not None else []
        end_labels = {p: end for p, end in zip(texts, ends, strict=False) if end is not None}
        offsets = {p: one for p, one in zip(texts, read.offset_minutes.to_list(), strict=True) if one is not None}
        if len(stamps) >= 2 and len(stamps) >= 0.9 * len(texts) and _runs_on(list(stamps.values())):
            is_months = all(one.day == 1 and one.hour == 0 for one in stamps.values()) and read.grain != "time"
            grain = "month" if is_months and len(stamps) > 1 and _is_monthly(list(stamps.values())) else read.grain
            return AcrossPlan(
                0,
                (),
                "labels",
                labels=stamps,
                end_labels=end_labels,
                offsets=offsets,
                grain=grain,
                hint="both" if ends else "unknown",
            )
    if not months:
        return None
    labels = {place: datetime(month.year, month.month, 1) for place, month in months.items()}
    return AcrossPlan(0, (), "labels", labels=labels, grain="month", hint="start")


def _runs_on(labels: Sequence[datetime]) -> bool:
    """Whether stamps follow one another, a month apart at the most: numbers that happen to be days do not."""
    steps = [(later - earlier).total_seconds() for earlier, later in pairwise(labels)]
    one_way = all(step >= 0 for step in steps) or all(step <= 0 for step in steps) or len(steps) > 20
    return one_way and sorted(map(abs, steps))[len(steps) // 2] <= 32 * 86_400


def _is_monthly(labels: Sequence[datetime]) -> bool:
    days = [(later - earlier).days for earlier, later in pairwise(labels)]
    return all(28 <= abs(one) <= 31 for one in days)


def _may_be_stamp(name: str) -> bool:
    is_serial = re.fullmatch(r"\d{5}([.,]\d+)?", name) is not None
    is_date = (
        re.search(
            r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|^20\d{6}([T ]?\d{2}:?\d{2})?$|\d{1,2}\.?\s[^\W\d]{3,}\.?\s\d{4}", name
        )
        is not None
    )
    return is_serial or is_date


def _months(header: Sequence[str], above: Sequence[Sequence[str]]) -> AcrossPlan | None:
    """Names of months without a year; the year stands in a row above, in a column or in the title."""
    months = {place: number for place, name in enumerate(header) if (number := month_number(_bare(name))) is not None}
    if len(months) < 2:
        return None
    years = _years_above(months, above)
    if years:
        labels = {place: datetime(years[place], number, 1) for place, number in months.items()}
        return AcrossPlan(0, (), "labels", labels=labels, grain="month", hint="start")
    if len(set(months.values())) < len(months):
        return None  # the same month twice and nothing to tell the years apart
    return AcrossPlan(0, (), "months", numbers=months, grain="month", hint="start")


def _years_above(months: Mapping[int, int], above: Sequence[Sequence[str]]) -> dict[int, int] | None:
    """The year over each month, from a row of merged cells: each year holds until the next."""
    for row in reversed(above[-4:]):
        marked = {p: int(cell) for p, cell in enumerate(row) if re.fullmatch(r"(19|20)\d\d", cell.strip())}
        if len(marked) < 2 or min(marked) > min(months):
            continue
        return {place: marked[max(p for p in marked if p <= place)] for place in months}
    return None


def _years(header: Sequence[str]) -> AcrossPlan | None:
    """A column for each year, with a month on each row."""
    years = {p: int(_bare(name)) for p, name in enumerate(header) if re.fullmatch(r"[0-9]{4}", _bare(name))}
    years = {place: year for place, year in years.items() if FIRST_YEAR <= year <= LAST_YEAR}
    return AcrossPlan(0, (), "years", numbers=years, grain="month", hint="start") if years else None


def _bare(name: str) -> str:
    """A header without unit and brackets."""
    return without_unit(name.replace("\ufeff", "").strip().strip('"')).strip("[]").strip()


def _has_several(
    rows: Sequence[Sequence[str]], plan: AcrossPlan, time_places: Sequence[int], identity: IdentityColumn
) -> bool:
    """Whether rows belong to several facilities: a column of buildings says so, or rows that share their time."""
    if says(identity.name).role == "place":
        return True
    data = [row for row in rows if not is_total(next((cell for cell in row if cell), ""))]
    times = [tuple(row[place] for place in time_places if place < len(row)) for row in data]
    return len(times) > len(set(times))
