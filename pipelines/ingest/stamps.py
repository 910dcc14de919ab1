"""Dates and times as portals write them, read a whole column at a time.

Does not belong here: which zone the stamps are in and whether they mark start or end (time_basis.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

LABEL = pl.Datetime("us")

TIME_FORMS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%d-%m-%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y%m%d %H%M",
    "%Y%m%d %H:%M",
    "%Y%m%d%H%M",
    "%Y%m%dT%H%M",
    "%d %b %Y %H:%M:%S",
    "%d %b %Y %H:%M",
)
DAY_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y", "%Y/%m/%d", "%Y%m%d")
MONTH_FORMS = ("%Y-%m", "%Y%m", "%Y/%m", "%m/%Y")

_OFFSET = r"(Z|z|[+-]\d{2}:?\d{2}|[+-]\d{2})$"
_TIME_THEN_OFFSET = r"[T\s]\d{2}:?\d{2}(:?\d{2})?(\.\d+)?\s?(Z|z|[+-]\d{2}:?\d{2}|[+-]\d{2})$"
_WEEKDAY_FIRST = r"^\p{L}{3,}\.?,?\s+(\d{1,2}[./-]\d{1,2}[./-]\d{4})"
_SAMPLE = 2_000
FIRST_YEAR, LAST_YEAR = 1900, 2200


@dataclass(frozen=True)
class Stamps:
    """A column of stamps; the series have the length of the column."""

    label: pl.Series  # naive Datetime as written; null where nothing could be read
    offset_minutes: pl.Series  # Int32; null where the stamp states none
    grain: str  # time | day | month: the finest that is written anywhere in the column
    is_american: bool  # day and month stand in American order somewhere


def read_stamps(text: pl.Series) -> Stamps:
    """Read a column of stamps; 24:00 is midnight that ends the day, a date alone is its midnight."""
    text = text.cast(pl.String).str.strip_chars()
    sample = text.drop_nulls().head(_SAMPLE)
    offset = pl.Series(values=[None], dtype=pl.Int32).new_from_index(0, len(text))
    if len(sample) and sample.str.contains(_TIME_THEN_OFFSET).any():
        text, offset = _without_offset(text)
    if len(sample) and sample.str.contains(_WEEKDAY_FIRST).any():
        text = text.str.replace(_WEEKDAY_FIRST, "$1")
    label, grains = _parsed(text)
    unread = label.is_null() & text.is_not_null()
    if unread.any():
        label, more = _with_hard_rows(label, text, unread)
        grains |= more
    grain = "time" if "time" in grains else "day" if "day" in grains else "month"
    return Stamps(label, offset, grain, _is_american(label, text))


def _parsed(text: pl.Series) -> tuple[pl.Series, set[str]]:
    """Labels by the forms that the column uses, most common first, each only on what is still unread."""
    label = pl.Series(values=[None], dtype=LABEL).new_from_index(0, len(text))
    grains: set[str] = set()
    unread = text.is_not_null()
    while unread.any():
        rest = text.filter(unread)
        form, grain = _form_of(rest)
        if form is None:
            break
        found = _by_form(rest, form, grain)
        if found.is_null().all():
            break
        grains.add(grain)
        label = found if len(found) == len(label) else label.scatter(unread.arg_true(), found)
        unread = label.is_null() & text.is_not_null()
    return label, grains


def _form_of(text: pl.Series) -> tuple[str | None, str]:
    """The form of the first stamp that any form can read."""
    for one in text.head(_SAMPLE).unique(maintain_order=True).head(50):
        single = pl.Series([one])
        for forms, grain in ((TIME_FORMS, "time"), (DAY_FORMS, "day"), (MONTH_FORMS, "month")):
            for form in forms:
                if _by_form(single, form, grain)[0] is not None:
                    return form, grain
    return None, ""


def _by_form(text: pl.Series, form: str, grain: str) -> pl.Series:
    label = _by_form_any_year(text, form, grain)
    year = label.dt.year()
    # Years that no calendar of ours has (`-024`) are misprints, and Python cannot hold some of them.
    is_sound = year.is_between(FIRST_YEAR, LAST_YEAR)
    return label if is_sound.all() else pl.select(pl.when(is_sound).then(label)).to_series()


def _by_form_any_year(text: pl.Series, form: str, grain: str) -> pl.Series:
    if grain == "month":
        with_day, day_form = ("01/" + text, "%d/" + form) if form == "%m/%Y" else (text + "-01", form + "-%d")
        return with_day.str.to_date(day_form, strict=False).cast(LABEL)
    if grain == "day":
        return text.str.to_date(form, strict=False).cast(LABEL)
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


def _with_hard_rows(label: pl.Series, text: pl.Series, unread: pl.Series) -> tuple[pl.Series, set[str]]:
    """Second try for stamps with 24:00, which no calendar library takes."""
    hard = text.filter(unread)
    ends_day = hard.str.contains(r"\s24:?00(:?00)?$|T24:?00(:?00)?$")
    if not ends_day.any():
        return label, set()
    midnight, _ = _parsed(hard.str.replace(r"[\sT]24:?00(:?00)?$", ""))
    following = pl.select(pl.when(ends_day).then(midnight.dt.offset_by("1d"))).to_series()
    return label.scatter(unread.arg_true(), following), {"time"}


def _is_american(label: pl.Series, text: pl.Series) -> bool:
    unread = text.filter(label.is_null() & text.is_not_null())
    return bool(unread.str.contains(r"^(0?[1-9]|1[0-2])/(1[3-9]|2\d|3[01])/\d{4}").any()) if len(unread) else False
