"""What the cells of a column are, from a sample of its rows: stamps, clocks, numbers, ids, units, words of quality.

A header may say anything; the cells show what it is. Does not belong here: which columns are used (layouts.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.domain.gsrn import has_valid_check_digit, is_spreadsheet_damaged, without_spaces
from pipelines.domain.units import canonical_unit
from pipelines.ingest.clocks import is_clock
from pipelines.ingest.headers import HeaderSays, carrier_of, direction_of, is_quality_word, says
from pipelines.ingest.months import month_number
from pipelines.ingest.numbers import MISSING_WORDS, UNIT_BESIDE
from pipelines.ingest.stamps import read_stamps

MOST = 0.8
"""Share of the filled cells that must be of a kind for the column to be of it."""

ENOUGH = 0.5
"""The same where the header agrees."""

TIME_KINDS = ("stamp", "day", "month", "clock", "month_name", "year", "ordinal", "week")

_NUMBER = re.compile(
    r"^[-+−]?\s*(\d{1,3}([ \u00a0\u202f\u2009'’.,]\d{3})+|\d+)?([.,]\d*)?(e[+-]?\d+)?-?\s*"
    r"(\*+|\(?(ber|upp|est|prel)[^\W\d]*\.?\)?)?$",
    re.IGNORECASE,
)
_UNIT_BESIDE = re.compile(UNIT_BESIDE)
_WEEK = re.compile(
    r"^(\d{4}[-\s]?(w|v|vecka|uge|uke|week|vk|kw)\.?\s?\d{1,2}|(v|w|vecka|uge|uke|week|vk)\.?\s?\d{1,2}([-\s]\d{4})?)$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"^(ei|ingen|inga|intet|inget|no|not|ikke)\s", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """One column: what its header says and what its cells are."""

    place: int
    name: str
    says: HeaderSays
    kind: str  # stamp, day, month, clock, month_name, year, ordinal, week, number, id, unit, quality, …, text, empty
    filled: float  # share of cells that hold something that is no word for missing
    distinct: int
    words: tuple[str, ...] = ()  # distinct cells where they are few

    @property
    def is_time(self) -> bool:
        """Whether the cells tell time, in whole or in part."""
        return self.kind in TIME_KINDS


def profile(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Column]:
    """The columns of a table from some of its rows."""
    return [
        _column(place, name, [row[place].strip() if place < len(row) else "" for row in rows])
        for place, name in enumerate(header)
    ]


def is_number(text: str) -> bool:
    """Whether a cell is a number, with a mark or a unit beside it or not."""
    bare = _UNIT_BESIDE.sub("", text.strip())
    return _NUMBER.match(bare) is not None and any(sign.isdigit() for sign in bare)


def is_missing(text: str) -> bool:
    """Whether a cell is empty or a word for missing."""
    return text.strip().lower() in MISSING_WORDS or _SENTENCE.match(text.strip()) is not None


def _column(place: int, name: str, cells: list[str]) -> Column:
    said = says(name)
    known = [cell for cell in cells if not is_missing(cell)]
    distinct = list(dict.fromkeys(known))
    kind = _kind(said, known, distinct) if known else "empty"
    return Column(
        place,
        name,
        said,
        kind,
        len(known) / len(cells) if cells else 0.0,
        len(distinct),
        tuple(distinct[:40]) if len(distinct) <= 40 else (),
    )


def _kind(said: HeaderSays, known: list[str], distinct: list[str]) -> str:
    is_time_header = said.role in ("time", "start", "end", "applies_to")
    is_value_header = said.quantity is not None or said.identity is not None
    if _share(known, is_number) >= (ENOUGH if is_value_header and not is_time_header else MOST):
        if is_time_header and (kind := _numeric_time(said, distinct)) is not None:
            return kind
        has_decimals = any(re.search(r"\d[.,]\d", cell) and "E+" not in cell.upper() for cell in distinct)
        if said.role in ("metering_point_id", "weak_id", "meter_number") and not said.quantity and not has_decimals:
            return "id"
        if _share(distinct, _is_gsrn) >= MOST:
            return "id"
        if said.quantity or said.unit:
            return "number"
        if (kind := _numeric_time(said, distinct, only_plain=True)) is not None:
            return kind
        return "id" if all(re.fullmatch(r"\d{9,}", cell.strip()) for cell in distinct) else "number"
    units = [cell for cell in distinct if canonical_unit(cell) is not None]
    if len(units) >= MOST * len(distinct) or (said.role == "unit" and units):
        return "unit"
    if _share(known, lambda cell: _WEEK.match(cell) is not None) >= MOST:
        return "week"
    if _share(known, is_clock) >= MOST:
        return "clock"
    if _share(distinct, lambda cell: month_number(cell) is not None) >= MOST:
        return "month_name"
    if (kind := _stamp_kind(known, ENOUGH if is_time_header else MOST)) is not None:
        return kind
    for kind, test in (("direction", direction_of), ("carrier", carrier_of)):
        if _share(distinct, lambda cell, test=test: test(cell) is not None) >= MOST:
            return kind
    if said.role == "quality" or _share(distinct, is_quality_word) >= MOST:
        return "quality"
    is_named = said.role in ("metering_point_id", "weak_id", "meter_number") and _share(distinct, _is_one_word) >= MOST
    is_id = is_named or _share(distinct, _is_gsrn) >= MOST
    return "id" if is_id else "text"


def _numeric_time(said: HeaderSays, distinct: list[str], *, only_plain: bool = False) -> str | None:
    """Time in figures: spreadsheet days, epochs, 20240105, 2024, and numbers of months, days, hours or quarters."""
    plain = [cell.replace("\u00a0", "").strip() for cell in distinct]
    if all(re.match(r"^(19[89]|20\d)\d(0[1-9]|1[0-2])([0-3]\d([0-2]\d([0-5]\d(00)?)?)?)?$", cell) for cell in plain):
        return _stamp_kind(plain)
    if all(re.match(r"^(19[89]|20\d)\d$", cell) for cell in plain) and (not only_plain or 1 < len(plain) <= 15):
        return "year"
    if only_plain:
        return None
    if all(re.match(r"^\d{1,3}$", cell) and int(cell) <= 100 for cell in plain):
        return "ordinal"
    if all(re.match(r"^[01]?[.,]\d+$|^[01]$", cell) for cell in plain):
        return "clock"
    if all(re.match(r"^([01]\d|2[0-4])[.,]?[0-5]\d(00)?$", cell) for cell in plain):
        return "clock"
    return _stamp_kind(plain)


def _stamp_kind(known: list[str], enough: float = MOST) -> str | None:
    stamps = read_stamps(pl.Series(known, dtype=pl.String))
    if stamps.label.null_count() > (1 - enough) * len(known):
        return None
    return {"time": "stamp"}.get(stamps.grain, stamps.grain)


def _is_gsrn(cell: str) -> bool:
    bare = without_spaces(cell)
    return (
        len(bare) == 18 and bare.isdigit() and (has_valid_check_digit(bare) or bare[:2] in ("73", "57", "70", "64"))
    ) or ("E+" in bare.upper() and is_spreadsheet_damaged(bare))


def _is_one_word(cell: str) -> bool:
    """Whether a cell has no blanks but those between groups of figures: an id, and not an address."""
    return not re.search(r"\s", re.sub(r"(?<=\d)\s(?=\d)", "", cell.strip()))


def _share(cells: list[str], test) -> float:  # type: ignore[no-untyped-def]
    return sum(1 for cell in cells if test(cell)) / len(cells) if cells else 0.0
