"""Months as headers and cells name them, in Swedish, English, Norwegian, Danish and Finnish, in figures or in words.

Does not belong here: stamps with a day or a clock (stamps.py).
"""

from __future__ import annotations

import re
from datetime import date

FIRST_YEAR, LAST_YEAR = 1980, 2100

_STEMS = (
    "jan tam",
    "feb hel",
    "mar maa mrs mrt",
    "apr huh",
    "maj may mai tou",
    "jun kes",
    "jul hei",
    "aug elo",
    "sep syy",
    "okt oct lok",
    "nov marr",
    "dec des joul",
)
_MONTH_BY_STEM = {stem: number for number, stems in enumerate(_STEMS, 1) for stem in stems.split()}
_NAMES = (
    r"jan(?:uar[yi]?i?)?|feb(?:ruar[yi]?i?)?|mar(?:s|ts|ch)?|apr(?:il)?|maj|may|mai|june?i?|jul[iy]?|aug(?:ust[i]?)?"
    r"|sept?(?:ember)?|o[kc]t(?:ober)?|nov(?:ember)?|de[cs](?:ember)?|tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys"
    r"|loka|marras|joulu"
)
NAME = re.compile(rf"^(?:{_NAMES})(?:kuu(?:ta|n|ssa)?)?$", re.IGNORECASE)
"""A whole word that is the name of a month, short or long."""

_YEAR = r"(\d{4}|['’]?\d{2})"
_NUMERIC = re.compile(r"^(\d{4})[-/. ]?(\d{2})(?:-01)?(?:[ T]00:00(?::00)?)?$")
_NUMERIC_M = re.compile(r"^(\d{4})\s?[mM](\d{1,2})$")
_NUMERIC_LAST = re.compile(r"^(\d{1,2})[-/. ](\d{4})$")
_NAMED = re.compile(rf"^([^\W\d_]{{3,12}})\.?(?:[\s\-/'’_]*{_YEAR})?$")
_YEAR_FIRST = re.compile(rf"^{_YEAR}[\s\-/_]*([^\W\d_]{{3,12}})\.?$")


def month_number(word: str) -> int | None:
    """1 to 12 for the name of a month in any of the languages, short or long; None for any other word."""
    word = word.strip().lower().rstrip(".")
    if NAME.match(word) is None:
        return None
    return _MONTH_BY_STEM.get(word[:4]) or _MONTH_BY_STEM.get(word[:3])


def month_of(text: str, year: int | None = None) -> date | None:
    """The month that a text names: `2023-01`, `01/2023`, `jan 2023`, `2023 januari`, or `jan` with a year given."""
    text = text.strip()
    if (found := _NUMERIC.match(text) or _NUMERIC_M.match(text)) is not None:
        return _date(int(found.group(1)), int(found.group(2)))
    if (found := _NUMERIC_LAST.match(text)) is not None:
        return _date(int(found.group(2)), int(found.group(1)))
    if (found := _NAMED.match(text)) is not None:
        written = found.group(2)
        number = _full_year(written) if written else year
        return _date(number, month_number(found.group(1))) if number else None
    if (found := _YEAR_FIRST.match(text)) is not None:
        return _date(_full_year(found.group(1)), month_number(found.group(2)))
    return None


def _full_year(written: str) -> int:
    digits = written.lstrip("'’")
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _date(year: int, month: int | None) -> date | None:
    return date(year, month, 1) if month and 1 <= month <= 12 and FIRST_YEAR <= year <= LAST_YEAR else None
