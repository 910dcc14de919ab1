"""In which order day, month and year stand in a column of dates, from all its dates together.

`03/04/2024` alone says nothing; beside `03/25/2024`, or as one of days that follow one another, it does.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

import polars as pl

from pipelines.ingest.canonical import Question

FORMS_BY_ORDER = {"dmy": ("%d", "%m", "%Y"), "mdy": ("%m", "%d", "%Y"), "ymd": ("%Y", "%m", "%d")}
ORDER_BY_ANSWER = {"yes": "dmy", "no": "mdy", "year": "ymd"}
_LABELS = {"dmy": "Dag först (31/12)", "mdy": "Månad först (12/31)", "ymd": "År först (24-12-31)"}

_LATE_YEAR = r"^(\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))(?:[ T]|$)"
_PARTS = re.compile(r"^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4}|\d{2})$")
MOST_DAYS = 2_000
MUCH_DENSER = 3.0


def order_of(text: pl.Series, sample: pl.Series, *, has_clock: bool = False) -> tuple[str, ...]:
    """The orders that the dates allow, likeliest first: dmy, mdy, ymd. One when they settle it.

    Parameters
    ----------
    text: the whole column; sample: some of it, by which the kind of date is told.
    has_clock: the dates are days with a clock each, so that they follow one another.
    """
    dated = sample.str.extract(_LATE_YEAR, 1).drop_nulls()
    if dated.is_empty() or dated.str.contains(r"\d\.\d{1,2}\.\d{4}$").all():
        return ("dmy",)  # points with a full year last: day first everywhere
    days = text.str.extract(_LATE_YEAR, 1).drop_nulls().unique().head(MOST_DAYS).to_list()
    possible = {order: found for order in _likely_orders(dated[0]) if (found := _dates(days, order)) is not None}
    if len(possible) <= 1:
        return tuple(possible) or ("dmy",)
    has_clock = has_clock or sample.str.extract(r"\d[ T](\d{1,2}[:.]\d{2})", 1).n_unique() > 1
    density = {order: _density(found, has_clock=has_clock) for order, found in possible.items()}
    best = max(density, key=lambda order: density[order])
    others = [value for order, value in density.items() if order != best]
    if len(days) > 1 and density[best] >= MUCH_DENSER * max(others):
        return (best,)
    likely = [order for order in possible if density[order] * MUCH_DENSER >= density[best]]
    is_usual = likely[0] == "dmy" and ("." in dated[0] or "-" in dated[0])  # slashes are written both ways
    return (likely[0],) if is_usual else tuple(likely)


def is_order_open(orders: tuple[str, ...]) -> bool:
    """Whether the dates allow more than one order."""
    return len(orders) > 1


def order_question(orders: tuple[str, ...]) -> Question:
    """What has to be asked about dates that can be read in several ways."""
    answers = {order: answer for answer, order in ORDER_BY_ANSWER.items()}
    return Question(
        "day_first",
        "Filens datum kan läsas på flera sätt. Vad står först i dem?",
        {answers[order]: _LABELS[order] for order in orders},
    )


def _likely_orders(example: str) -> tuple[str, ...]:
    found = _PARTS.match(example)
    if found is None:
        return ("dmy",)
    if len(found[4]) == 4:
        return ("dmy", "mdy")
    return ("ymd", "dmy") if found[2] == "-" else ("dmy", "mdy", "ymd") if found[2] == "/" else ("dmy", "ymd")


def _dates(days: list[str], order: str) -> list[date] | None:
    """The days read in an order; None when any of them is no day then."""
    read = []
    for day in days:
        found = _PARTS.match(day)
        if found is None:
            return None
        first, second, third = int(found[1]), int(found[3]), int(found[4])
        year, month, number = {
            "dmy": (third, second, first),
            "mdy": (third, first, second),
            "ymd": (first, second, third),
        }[order]
        try:
            read.append(date(year + 2000 if year < 100 else year, month, number))
        except ValueError:
            return None
    return sorted(read)


def _density(days: list[date], *, has_clock: bool) -> float:
    """How much of its span the days fill: 1 for days without a gap, or for month after month without one."""
    span = (days[-1] - days[0]).days + 1
    ends_months = all((day + timedelta(days=1)).day == 1 for day in days)
    if not has_clock and len(days) > 1 and (ends_months or len({day.day for day in days}) == 1):
        months = (days[-1].year - days[0].year) * 12 + days[-1].month - days[0].month + 1
        return max(len(days) / months, len(days) / span)
    return len(days) / span
