"""Which columns tell the time of a row, and the labels they make together.

One stamp, a start and an end, a date and a clock, or year, month, day and hour in columns of their own.
Does not belong here: what clock the labels follow (time_basis.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from pipelines.errors import BadInput
from pipelines.ingest.canonical import Question
from pipelines.ingest.clocks import read_clocks
from pipelines.ingest.columns_profile import Column
from pipelines.ingest.date_order import ORDER_BY_ANSWER, is_order_open, order_question
from pipelines.ingest.months import month_number
from pipelines.ingest.repeated import as_text
from pipelines.ingest.stamps import LABEL, Stamps, read_stamps

_PARTS = {
    "year": ("year", "år", "vuosi", "yr"),
    "month": ("mån", "month", "kuukausi", "kk", "mnd", "måned", "mth", "md"),
    "day": ("dag", "day", "päivä", "pv", "dygn", "døgn"),
    "clock": (
        "tim",
        "hour",
        "tunti",
        "tunnin",
        "kl",
        "time",
        "hr",
        "tid",
        "kvart",
        "interval",
        "period",
        "jakso",
        "quarter",
        "slot",
    ),
}
_HOURS = ("timme", "time", "timn", "hour", "tunti", "tunnin", "kl.")
_COUNTS = ("kvart", "interval", "period", "jakso", "quarter", "slot", "half")


@dataclass(frozen=True)
class Moment:
    """The columns that make one label: a stamp, or a day with a clock, or parts of a date. None where there is none."""

    stamp: int | None = None  # also a day or a month
    clock: int | None = None
    year: int | None = None
    month: int | None = None
    day: int | None = None
    fixed_year: int | None = None

    @property
    def places(self) -> tuple[int, ...]:
        """The columns used."""
        parts = (self.stamp, self.clock, self.year, self.month, self.day)
        return tuple(place for place in parts if place is not None)


@dataclass(frozen=True)
class TimePlan:
    """How the time of each row is read."""

    start: Moment
    end: Moment | None
    hint: str  # start | end | both | unknown: what the headers say of the label
    basis: str | None  # the clock that a header names

    @property
    def places(self) -> tuple[int, ...]:
        """All columns used for time."""
        return self.start.places + (self.end.places if self.end else ())


@dataclass(frozen=True)
class Labels:
    """Labels of rows; series of the table's length."""

    label: pl.Series
    end_label: pl.Series | None
    offset_minutes: pl.Series
    grain: str
    hint: str
    questions: tuple[Question, ...] = ()


WEEK_REFUSAL = BadInput(
    "Filens tid är veckonummer, som inte kan delas in i dygn och månader.",
    fix_sv="Exportera dygns-, tim- eller månadsvärden.",
)


def time_plan(columns: Sequence[Column], year: int | None) -> TimePlan | None:
    """The columns that tell the time of a row; None when there are none. `year`: the one that a title names."""
    not_time = ("other", "metering_point_id")
    times = [c for c in columns if c.is_time and c.says.role not in not_time and not c.says.is_total]
    dated = [column for column in times if column.kind in ("stamp", "day", "month")]
    clocks = [column for column in times if column.kind == "clock" or _is_hour_number(column)]
    starts, ends = ([c for c in dated if c.says.role == role] for role in ("start", "end"))
    basis = next((column.says.basis for column in times if column.says.basis), None)
    if starts and ends:
        start, end = starts[0], ends[0]
        return TimePlan(
            _with_clock(start, [c for c in clocks if c.says.role == "start"]),
            _with_clock(end, [c for c in clocks if c.says.role == "end"]),
            "both",
            basis,
        )
    if dated:
        best = max(dated, key=_worth)
        hint = best.says.role if best.says.role in ("start", "end") else "unknown"
        from_clock, to_clock = ([c for c in clocks if c.says.role == role] for role in ("start", "end"))
        if best.kind == "day" and from_clock and to_clock:
            day = best.place
            return TimePlan(Moment(day, from_clock[0].place), Moment(day, to_clock[0].place), "both", basis)
        if best.kind == "day" and clocks and hint == "unknown" and clocks[0].says.role in ("start", "end"):
            hint = clocks[0].says.role
        return TimePlan(_with_clock(best, clocks), None, hint or "unknown", basis)
    if (parts := _parts(times, year)) is not None:
        return TimePlan(parts, None, "unknown", basis)
    if any(column.kind == "week" for column in columns):
        raise WEEK_REFUSAL
    return None


def labels(frame: pl.DataFrame, plan: TimePlan, names: Sequence[str], answers: Mapping[str, str]) -> Labels:
    """The labels of all rows.

    Parameters
    ----------
    names: the columns of the frame by place. answers: day_first settles dates that can be read in two ways.
    """
    order = ORDER_BY_ANSWER.get(answers.get("day_first", ""))
    start = _moment(frame, plan.start, names, order)
    end = _moment(frame, plan.end, names, order) if plan.end else None
    stamps = start[0]
    questions: tuple[Question, ...] = ()
    orders = stamps.open_orders
    if end is not None and orders:
        shared = tuple(one for one in orders if one in end[0].open_orders) or _settled(end[0], frame, plan, names)
        if shared != orders:
            start, end = (_moment(frame, moment, names, shared[0]) for moment in (plan.start, plan.end or plan.start))
            stamps, orders = start[0], shared
    if is_order_open(orders):
        questions = (order_question(orders),)
    end_label = end[0].label if end is not None else start[1]
    if (
        end_label is not None
        and end is not None
        and plan.end
        and plan.end.clock is not None
        and plan.end.stamp == plan.start.stamp
    ):
        end_label = _after(stamps.label, end_label)
    if end_label is not None and end is not None and end[0].offset_minutes.null_count() < len(end_label):
        end_label = _on_clock_of_start(end_label, end[0].offset_minutes, stamps.offset_minutes)
    if end_label is not None and stamps.grain == "day":
        end_label = _beyond_included_days(stamps.label, end_label)
    hint = "both" if end_label is not None else plan.hint
    if hint == "unknown":
        hint = start[2]
    return Labels(stamps.label, end_label, stamps.offset_minutes, stamps.grain, hint, questions)


def _settled(end: Stamps, frame: pl.DataFrame, plan: TimePlan, names: Sequence[str]) -> tuple[str, ...]:
    """The order of the end stamps, where these settle what the start stamps leave open."""
    for order in ("dmy", "mdy", "ymd"):
        tried = _moment(frame, plan.end or plan.start, names, order)[0]
        if tried.label.null_count() == end.label.null_count() and (tried.label == end.label).all():
            return (order,)
    return ("dmy",)


def _moment(
    frame: pl.DataFrame, moment: Moment, names: Sequence[str], order: str | None
) -> tuple[Stamps, pl.Series | None, str]:
    """Stamps of a moment, the ends that a clock column holds, and what numbers of hours say of the label."""
    if moment.stamp is None:
        stamps = _from_parts(frame, moment, names)
    else:
        stamps = read_stamps(frame[names[moment.stamp]], order=order, has_clock=moment.clock is not None)
    if moment.clock is None:
        return stamps, stamps.end_label, "unknown"
    text = as_text(frame[names[moment.clock]])
    counts = any(word in names[moment.clock].lower() for word in _COUNTS)
    clocks = read_clocks(text, counts_intervals=counts)
    if clocks is None:
        nothing = pl.Series(values=[None], dtype=LABEL).new_from_index(0, len(text))
        return replace(stamps, label=nothing, grain="time"), None, "unknown"
    day = stamps.label.dt.truncate("1d")
    label = pl.select(pl.lit(day) + pl.duration(minutes=pl.lit(clocks.minute))).to_series().cast(LABEL)
    ends = None
    if clocks.end_minute is not None:
        ends = pl.select(pl.lit(day) + pl.duration(minutes=pl.lit(clocks.end_minute))).to_series().cast(LABEL)
    return replace(stamps, label=label, grain="time"), ends, clocks.hint


def _from_parts(frame: pl.DataFrame, moment: Moment, names: Sequence[str]) -> Stamps:
    """Stamps from columns of year, month and day."""

    def number(place: int | None, otherwise: int) -> pl.Series:
        if place is None:
            return pl.Series(values=[otherwise], dtype=pl.Int32).new_from_index(0, frame.height)
        text = as_text(frame[names[place]]).str.strip_chars()
        return text.cast(pl.Int32, strict=False)

    year = number(moment.year, moment.fixed_year or 0)
    month = number(moment.month, 1)
    if moment.month is not None and month.null_count() == len(month):
        text = as_text(frame[names[moment.month]])
        known = {one: month_number(one) for one in text.unique().drop_nulls()}
        month = text.replace_strict(known, default=None, return_dtype=pl.Int32)
    day = number(moment.day, 1)
    text = pl.select(
        pl.format(
            "{}-{}-{}",
            pl.lit(year),
            pl.lit(month).cast(pl.String).str.zfill(2),
            pl.lit(day).cast(pl.String).str.zfill(2),
        )
    ).to_series()
    label = text.str.to_date("%Y-%m-%d", strict=False).cast(LABEL)
    offset = pl.Series(values=[None], dtype=pl.Int32).new_from_index(0, frame.height)
    return Stamps(label, None, offset, "day" if moment.day is not None else "month")


def _after(start: pl.Series, end: pl.Series) -> pl.Series:
    """Ends whose clock stands beside the day of the start: those half a day before it belong to the day after."""
    return pl.select(
        pl.when(pl.lit(start) - pl.lit(end) > pl.duration(hours=12))
        .then(pl.lit(end).dt.offset_by("1d"))
        .otherwise(pl.lit(end))
    ).to_series()


def _on_clock_of_start(end: pl.Series, end_offset: pl.Series, start_offset: pl.Series) -> pl.Series:
    """Ends that state an offset of their own, as the clock with the offset of the start would show them."""
    moved = pl.lit(end) - pl.duration(minutes=pl.lit(end_offset) - pl.lit(start_offset))
    return pl.select(pl.coalesce(moved, pl.lit(end))).to_series()


def _beyond_included_days(start: pl.Series, end: pl.Series) -> pl.Series:
    """Ends given as dates that are included in their period (1–7 January) as the day after them."""
    pairs = pl.DataFrame({"start": start, "end": end}).drop_nulls().unique().sort("start")
    same_day = (pairs["start"] == pairs["end"]).any()
    follows = (pairs["start"].shift(-1) - pairs["end"]).dt.total_days().drop_nulls()
    is_included = same_day or (len(follows) > 0 and (follows == 1).mean() > 0.5)  # type: ignore[operator]
    return end.dt.offset_by("1d") if is_included else end


def _worth(column: Column) -> tuple:
    """How good a column is as the label of the row."""
    role = column.says.role
    return (
        role == "applies_to",
        column.distinct > 1,
        role in ("time", "start", "end"),
        column.kind == "stamp",
        column.distinct,
        -column.place,
    )


def _with_clock(day: Column, clocks: Sequence[Column]) -> Moment:
    """A day with the first clock column; a whole stamp needs none."""
    return Moment(day.place, clocks[0].place if day.kind == "day" and clocks else None)


def _part_of(column: Column) -> str | None:
    """year, month, day or clock: by the first such word in the header."""
    low = column.name.lower()
    if column.kind == "ordinal" and any(word in low for word in _HOURS):
        return "clock"
    found = [(low.find(word), -len(word), part) for part, words in _PARTS.items() for word in words if word in low]
    return min(found)[2] if found else None


def _is_hour_number(column: Column) -> bool:
    return column.kind == "ordinal" and _part_of(column) == "clock"


def _parts(times: Sequence[Column], year: int | None) -> Moment | None:
    """Year, month, day and hour in columns of their own; the year may stand in a title."""
    by_part: dict[str, int] = {}
    for column in times:
        part = {"year": "year", "month_name": "month", "clock": "clock"}.get(column.kind) or _part_of(column)
        if column.kind in ("year", "month_name", "ordinal", "clock") and part:
            by_part.setdefault(part, column.place)
    period = next(
        (
            c
            for c in times
            if c.place == by_part.get("clock") and any(word in c.name.lower() for word in ("period", "jakso"))
        ),
        None,
    )
    if "year" in by_part and "month" not in by_part and period is not None:
        by_part["month"] = by_part.pop("clock")
    if "month" not in by_part or ("year" not in by_part and year is None):
        return None
    return Moment(
        clock=by_part.get("clock"),
        year=by_part.get("year"),
        month=by_part["month"],
        day=by_part.get("day"),
        fixed_year=year,
    )
