"""Dates and times as portals write them, read a whole column at a time.

Does not belong here: which zone the stamps are in and whether they mark start or end (time_basis.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import polars as pl

from pipelines.ingest.date_order import FORMS_BY_ORDER, is_order_open, order_of
from pipelines.ingest.months import month_number
from pipelines.ingest.repeated import distinct, is_repeated, spread_values

LABEL = pl.Datetime("us")
FIRST_YEAR, LAST_YEAR = 1900, 2200
FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000
"""Days since 1899-12-30, as spreadsheets count them: 1954 to 2119."""

FIRST_EPOCH_S, LAST_EPOCH_S = 600_000_000, 1_990_000_000

_SAMPLE = 1_000
MOST = 0.5
"""Share of the stamps that must be counts: a sum row at the end is no stamp."""

_OFFSET = r"(Z|z|[+-]\d{2}:?\d{2}|[+-]\d{2})$"
_TIME_THEN_OFFSET = r"[T\s]\d{2}:?\d{2}(:?\d{2})?(\.\d+)?\s?(Z|z|[+-]\d{2}:?\d{2}|[+-]\d{2})$"
_WEEKDAY_FIRST = r"^\p{L}{2,}\.?,?\s+(\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}\.?\s\p{L}{3,})"
_ZONE_NAME = r"\s?\(?\b(CEST|CET|EEST|EET|UTC|GMT)\)?$"
_ZONE_OFFSETS = {"CEST": "+02:00", "CET": "+01:00", "EEST": "+03:00", "EET": "+02:00", "UTC": "Z", "GMT": "Z"}
_DAY_OF_RANGE = r"(?:(?:\p{L}+\.?\s)?\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|\d{1,2}\.?\s\p{L}{3,}\.?\s\d{4}),?"
_CLOCK_OF_RANGE = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[AaPp][Mm])?"
_END_OF_RANGE = rf"{_DAY_OF_RANGE}(?:[ T]{_CLOCK_OF_RANGE})?|{_CLOCK_OF_RANGE}"
_RANGE = (
    rf"^({_DAY_OF_RANGE}(?:[ T](?:kl\.?\s)?{_CLOCK_OF_RANGE})?|\d{{8}}\s?\d{{4}})"
    r"\s*(?:-|–|—|/|\btill\b|\bto\b|\btil\b)\s*"
    rf"({_END_OF_RANGE})$"
)
_DATE = re.compile(
    r"^(?:(?P<y>\d{4})(?P<s>[-/.])\d{1,2}(?P=s)\d{1,2}"
    r"|\d{1,2}(?P<t>[-/. ])\d{1,2}(?P=t)(?P<late>\d{4}|\d{2})|(?P<compact>\d{8}))(?P<gap>[ T]?)(?P<clock>.*)$"
)
_CLOCK = re.compile(r"^\d{1,2}:\d{2}(?P<seconds>:\d{2}(?P<dust>\.\d+)?)?(?P<half>\s?[AaPp]\.?[Mm]\.?)?$")
_MONTH = re.compile(r"^(?:(?P<y>\d{4})(?P<s>[-/.]?)\d{2}|\d{1,2}(?P<t>[-/.])\d{4})$")


@dataclass(frozen=True)
class Stamps:
    """A column of stamps; the series have the length of the column."""

    label: pl.Series  # naive Datetime as written; null where nothing could be read
    end_label: pl.Series | None  # where each cell holds both ends of its period
    offset_minutes: pl.Series  # Int32; null where the stamp states none
    grain: str  # time | day | month: the finest that is written anywhere in the column
    open_orders: tuple[str, ...] = ()  # dmy, mdy, ymd: the orders that the dates allow, where they allow several


def read_stamps(text: pl.Series, *, order: str | None = None, has_clock: bool = False) -> Stamps:
    """Read a column of stamps; 24:00 is midnight that ends the day, a date alone is its midnight.

    Parameters
    ----------
    order: dmy, mdy or ymd where it is known from elsewhere; else the column's own dates decide.
    has_clock: a clock stands in another column, so that the dates are days that follow one another.
    """
    if is_repeated(text):
        return _spread(read_stamps(distinct(text), order=order, has_clock=has_clock), text)
    text = text.cast(pl.String).str.strip_chars()
    sample = _sample(text)
    offset = pl.Series(values=[None], dtype=pl.Int32).new_from_index(0, len(text))
    if len(sample) == 0:
        return Stamps(_nothing(len(text)), None, offset, "time")
    if (counted := _counted(text, sample)) is not None:
        return counted
    end: Stamps | None = None
    if sample.str.contains(_RANGE).mean() > 0.5:  # type: ignore[operator]
        text, end_text = _split(text)
        end = read_stamps(end_text, order=order)
        sample = _sample(text)
    text = _plain(text, sample)
    sample = _sample(text)
    if sample.str.contains(_TIME_THEN_OFFSET).any():
        text, offset = _without_offset(text)
        sample = _sample(text)
    orders: tuple[str, ...] = (order,) if order else order_of(text, sample, has_clock=has_clock)
    label, grains = _parsed(text, orders[0])
    unread = label.is_null() & text.is_not_null()
    if unread.any():
        label, more = _with_midnights(label, text, unread, orders[0])
        grains |= more
    grain = "time" if "time" in grains else "day" if "day" in grains else "month"
    is_open = is_order_open(orders)
    return Stamps(label, end.label if end else None, offset, grain, orders if is_open else ())


def _spread(stamps: Stamps, text: pl.Series) -> Stamps:
    """The stamps of each distinct text as those of every row."""
    offset = stamps.offset_minutes
    has_one_offset = offset.null_count() in (0, len(offset)) and offset.n_unique() == 1
    end = stamps.end_label
    return replace(
        stamps,
        label=spread_values(text, stamps.label),
        end_label=spread_values(text, end) if end is not None else None,
        offset_minutes=offset.head(1).new_from_index(0, len(text))
        if has_one_offset and not text.null_count()
        else spread_values(text, offset),
    )


def _sample(text: pl.Series) -> pl.Series:
    known = text.drop_nulls() if text.null_count() else text
    known = known if len(known) <= 2 * _SAMPLE else known.head(_SAMPLE).append(known.tail(_SAMPLE))
    return known.filter(known != "")


def _nothing(length: int) -> pl.Series:
    return pl.Series(values=[None], dtype=LABEL).new_from_index(0, length)


def _counted(text: pl.Series, sample: pl.Series) -> Stamps | None:
    """Stamps that are counts: days since 1899-12-30 (spreadsheets), seconds or milliseconds since 1970 (UTC)."""
    no_offset = pl.Series(values=[None], dtype=pl.Int32).new_from_index(0, len(text))
    if sample.str.contains(r"^\d{5}([.,]\d+)?$").mean() > MOST:  # type: ignore[operator]
        days = text.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
        is_day = days.is_between(FIRST_SERIAL, LAST_SERIAL)
        if is_day.mean() < MOST:  # type: ignore[operator]
            return None
        days = pl.select(pl.when(is_day).then(days)).to_series()
        minutes = (days * 1440).round().cast(pl.Int64)  # the dust of binary fractions goes
        label = pl.select(pl.datetime(1899, 12, 30) + pl.duration(minutes=pl.lit(minutes))).to_series().cast(LABEL)
        return Stamps(label, None, no_offset, "day" if (minutes % 1440 == 0).all() else "time")
    if sample.str.contains(r"^\d{10}(\.0)?$|^\d{13}$").mean() > MOST:  # type: ignore[operator]
        number = text.str.replace(r"\.0$", "").cast(pl.Int64, strict=False)
        seconds = pl.select(pl.when(number > 10**11).then(number // 1000).otherwise(number)).to_series()
        is_instant = seconds.is_between(FIRST_EPOCH_S, LAST_EPOCH_S)
        if is_instant.mean() < MOST:  # type: ignore[operator]
            return None
        seconds = pl.select(pl.when(is_instant).then(seconds)).to_series()
        label = (seconds * 1_000_000).cast(LABEL)
        zero = pl.select(pl.when(label.is_not_null()).then(pl.lit(0, pl.Int32))).to_series()
        return Stamps(label, None, zero, "time")
    return None


def _split(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    """First and second stamp of cells that hold a period; a bare clock takes the day of the first."""
    parts = text.str.extract_groups(_RANGE)
    start, end = parts.struct[0].str.strip_chars(), parts.struct[1].str.strip_chars()
    day = pl.select(
        pl.coalesce(
            pl.lit(start).str.extract(rf"^(.*\d)[ T](?:kl\.?\s)?{_CLOCK_OF_RANGE}$", 1),
            pl.lit(start).str.extract(r"^(\d{8})\s?\d{4}$", 1),
        )
    ).to_series()
    is_clock = end.str.contains(rf"^{_CLOCK_OF_RANGE}$")
    is_midnight = end.str.contains(r"^0{1,2}[:.]00([:.]00)?$|^12[:.]00\s?[Aa][Mm]$")
    clock = pl.select(pl.when(is_midnight).then(pl.lit("24:00")).otherwise(end)).to_series()
    whole = pl.select(pl.when(is_clock).then(day + " " + clock).otherwise(end)).to_series()
    first = pl.select(pl.coalesce(start, text)).to_series()
    return first, whole


def _plain(text: pl.Series, sample: pl.Series) -> pl.Series:
    """Words and signs that carry no order out of the way: weekdays, `kl`, month names, names of zones."""
    if sample.str.contains(_WEEKDAY_FIRST).any():
        text = text.str.replace(_WEEKDAY_FIRST, "$1")
    if sample.str.contains(r"(?i)\bkl\.?\s|\bklo\s|,\s|\bh$|\s{2,}|\d\.\s\d").any():
        text = text.str.replace(r"(?i)\s+(klo|kl\.?)\s*", " ").str.replace(r",\s+", " ").str.replace(r"\s?h$", "")
        text = text.str.replace_all(r"(\d\.)\s(\d)", "$1$2").str.replace_all(r"\s{2,}", " ")
    if sample.str.contains(_ZONE_NAME).any():
        zone = text.str.extract(_ZONE_NAME, 1).replace_strict(_ZONE_OFFSETS, default="", return_dtype=pl.String)
        text = text.str.replace(_ZONE_NAME, "") + zone.fill_null("")
    if sample.str.contains(r"\p{L}{3,}").any():
        text = _with_month_numbers(text)
    if sample.str.contains(r"[ T]\d{1,2}\.\d{2}(\.\d{2})?$").any():
        text = text.str.replace(r"([ T]\d{1,2})\.(\d{2})(?:\.(\d{2}))?$", "$1:$2")
    if sample.str.contains(r"^\d{12}$|^\d{14}$|^\d{8}[T ]\d{4}(\d{2})?$").any():
        text = text.str.replace(r"^(\d{8})[T ]?(\d{2})(\d{2})(?:\d{2})?$", "$1 $2:$3")
    if sample.str.contains(r"^\d{10}$").any():
        text = text.str.replace(r"^(\d{8})(\d{2})$", "$1 $2:00")
    if sample.str.contains(r"\d[-./]\d{1,4}[ T]\d{1,2}$").any():
        text = text.str.replace(r"(\d[-./]\d{1,4}[ T]\d{1,2})$", "$1:00")
    return text


def _with_month_numbers(text: pl.Series) -> pl.Series:
    """Month names as numbers: `5 mars 2024`, `Mar 5 2024` and `mars 2024` in forms that are read."""
    names = text.str.extract(r"(\p{L}{3,})", 1)
    numbers = {name: number for name in names.drop_nulls().unique() if (number := month_number(name)) is not None}
    if not numbers:
        return text
    month = names.replace_strict({name: f"{n:02}" for name, n in numbers.items()}, default=None, return_dtype=pl.String)
    day_first = text.str.extract_groups(r"^(\d{1,2})\.?[\s\-/]*\p{L}{3,}\.?[\s\-/']*(\d{4}|\d{2})\b(.*)$")
    name_first = text.str.extract_groups(r"^\p{L}{3,}\.?\s+(\d{1,2}),?\s+(\d{4})(.*)$")
    year_first = text.str.extract_groups(r"^(\d{4})[\s\-/]*\p{L}{3,}\.?[\s\-/]+(\d{1,2})\b(.*)$")
    month_only = text.str.extract(r"^(?:\p{L}{3,}\.?[\s\-/'’]*)?(\d{4}|\d{2})(?:[\s\-/]*\p{L}{3,}\.?)?$", 1)
    year = (
        pl.when(pl.lit(month_only).str.len_chars() == 2).then("20" + pl.lit(month_only)).otherwise(pl.lit(month_only))
    )

    def dated(groups: pl.Series, day: int, year: int) -> pl.Expr:
        whole = pl.lit(groups.struct[year]).str.replace(r"^(\d\d)$", "20$1")
        return whole + "-" + pl.lit(month) + "-" + pl.lit(groups.struct[day]) + pl.lit(groups.struct[2])

    forms = (dated(day_first, 0, 1), dated(name_first, 0, 1), dated(year_first, 1, 0), year + "-" + pl.lit(month))
    return pl.select(pl.coalesce(*forms, pl.lit(text))).to_series()


def _parsed(text: pl.Series, order: str) -> tuple[pl.Series, set[str]]:
    """Labels by the forms that the column uses, most common first, each only on what is still unread."""
    label = _nothing(len(text))
    grains: set[str] = set()
    unread = text.is_not_null()
    while unread.any():
        rest = text.filter(unread)
        form, grain = _form_of(rest, order)
        if form is None:
            break
        found = _by_form(rest, form, grain)
        if found.is_null().all():
            break
        grains.add(grain)
        label = found if len(found) == len(label) else label.scatter(unread.arg_true(), found)
        unread = label.is_null() & text.is_not_null()
    return label, grains


def _form_of(text: pl.Series, order: str) -> tuple[str | None, str]:
    """The form of the first stamp that any form can read."""
    for one in text.head(_SAMPLE).unique(maintain_order=True).head(50):
        form, grain = form_of(one, order)
        if form is not None and _by_form(pl.Series([one]), form, grain)[0] is not None:
            return form, grain
    return None, ""


def form_of(one: str, order: str) -> tuple[str | None, str]:
    """The strptime form of a stamp and its grain (time, day, month); (None, "") when it is no stamp."""
    if (month := _MONTH.match(one)) is not None:
        return (f"%Y{month['s']}%m" if month["y"] else f"%m{month['t']}%Y"), "month"
    found = _DATE.match(one)
    if found is None:
        return None, ""
    if found["compact"]:
        day = "%Y%m%d"
    elif found["y"]:
        day = found["s"].join(("%Y", "%m", "%d"))
    else:
        parts = FORMS_BY_ORDER[order]
        year = "%Y" if len(found["late"]) == 4 else "%y"
        parts = ("%d", "%m", "%Y") if order == "ymd" and year == "%Y" else parts
        day = found["t"].join(parts).replace("%Y", year)
    if not found["clock"]:
        return (day, "day") if not found["gap"] else (None, "")
    clock = _CLOCK.match(found["clock"])
    if clock is None:
        return None, ""
    hour = "%I" if clock["half"] else "%H"
    seconds = ":%S%.f" if clock["dust"] else ":%S" if clock["seconds"] else ""
    half = ("" if not clock["half"] else " %p" if clock["half"][0].isspace() else "%p").replace(".", "")
    return f"{day}{found['gap']}{hour}:%M{seconds}{half}", "time"


def _by_form(text: pl.Series, form: str, grain: str) -> pl.Series:
    label = _by_form_any_year(text, form, grain)
    year = label.dt.year()
    # Years that no calendar of ours has (`-024`) are misprints, and Python cannot hold some of them.
    is_sound = year.is_between(FIRST_YEAR, LAST_YEAR)
    return label if is_sound.all() else pl.select(pl.when(is_sound).then(label)).to_series()


def _by_form_any_year(text: pl.Series, form: str, grain: str) -> pl.Series:
    if grain == "month":
        is_late = form.startswith("%m")
        with_day, day_form = ("01/" + text, "%d/" + form) if is_late else (text + "-01", form + "-%d")
        return with_day.str.to_date(day_form, strict=False).cast(LABEL)
    if grain == "day":
        return text.str.to_date(form, strict=False).cast(LABEL)
    if "%p" in form:
        text = text.str.replace_all(r"(?i)([ap])\.m\.", "${1}m").str.to_uppercase()
    label = text.str.to_datetime(form, strict=False, time_unit="us").cast(LABEL)
    # Fractions of a second are the dust of spreadsheet serial numbers.
    return label.dt.round("1m") if form.endswith("%.f") else label


def _without_offset(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The stamps without `Z` or `+01:00`, and the offsets in minutes."""
    mark = text.str.extract(_OFFSET, 1)
    has_time = text.str.contains(_TIME_THEN_OFFSET)
    mark = pl.select(pl.when(has_time).then(mark)).to_series()
    plain = pl.select(pl.when(has_time).then(text.str.replace(r"\s?" + _OFFSET, "")).otherwise(text)).to_series()
    minutes = {one: _offset_minutes(one) for one in mark.drop_nulls().unique()}
    return plain, mark.replace_strict(minutes, default=None, return_dtype=pl.Int32)


def _offset_minutes(mark: str) -> int:
    if mark in "Zz":
        return 0
    digits = mark[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return -minutes if mark[0] == "-" else minutes


def _with_midnights(label: pl.Series, text: pl.Series, unread: pl.Series, order: str) -> tuple[pl.Series, set[str]]:
    """Second try for stamps with 24:00, which no calendar library takes."""
    hard = text.filter(unread)
    ends_day = hard.str.contains(r"[\sT]24:?00(:?00)?$")
    if not ends_day.any():
        return label, set()
    midnight, _ = _parsed(hard.str.replace(r"[\sT]24:?00(:?00)?$", ""), order)
    following = pl.select(pl.when(ends_day).then(midnight.dt.offset_by("1d"))).to_series()
    return label.scatter(unread.arg_true(), following), {"time"}
