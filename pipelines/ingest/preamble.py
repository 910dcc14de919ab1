"""What stands above a table: whose values, in what unit, of which carrier, in which clock and year.

Either as a small table of its own (a row of headers and a row of values), as pairs (`Anläggning: 735…`), or in a title.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.domain.gsrn import has_valid_check_digit, without_spaces
from pipelines.domain.units import KWH_PER_UNIT, canonical_unit
from pipelines.ingest.headers import basis_of, carrier_in_compound, carrier_of, direction_of, is_code, says, unit_of
from pipelines.ingest.vocabulary import CARRIERS

_GSRN = re.compile(r"(?<!\d)\d(?:[ \u00a0]?\d){17}(?!\d)")
_LETTERS = re.compile(r"(?<!\w)[A-Z]{2}\d{14,31}[A-Z]{0,2}(?!\w)")
_YEAR = re.compile(r"(?<![\d-])20\d{2}(?![\d-])")
_PAIR = re.compile(r"^([^:=]{2,60}?)\s*[:=]\s*(\S.*)$")
_WORD = re.compile(r"[^\W\d_]+(?:[_ ][^\W\d_]+)?")
_MULTI_WORD_CARRIERS = tuple(word for known in CARRIERS.values() for word in known if len(word) > 3)


@dataclass(frozen=True)
class Preamble:
    """What the rows above a table say; None where they say nothing or several things."""

    identity: str | None = None
    unit: str | None = None
    carrier: str | None = None
    direction: str | None = None
    basis: str | None = None
    year: int | None = None
    text: str = ""


def preamble_of(rows: Sequence[Sequence[str]], title: str = "") -> Preamble:
    """Read the rows above a header and the name of the sheet."""
    pairs = _pairs(rows)
    text = " ".join([title, *(cell for row in rows for cell in row if cell)])
    years = set(_YEAR.findall(text))
    carriers = [
        carrier for name, value in pairs if says(name).role in ("carrier", "product") and (carrier := carrier_of(value))
    ]
    directions = [d for name, value in pairs if says(name).role == "direction" and (d := direction_of(value))]
    units = {unit for name, value in pairs if says(name).role == "unit" and (unit := canonical_unit(value))}
    units = units or {unit for name, value in pairs if says(name).quantity and (unit := unit_of(name)) in KWH_PER_UNIT}
    return Preamble(
        identity=_identity(pairs, text),
        unit=next(iter(units)) if len(units) == 1 else unit_in(text),
        carrier=carriers[0] if len(set(carriers)) == 1 else carrier_in(text),
        direction=directions[0] if len(set(directions)) == 1 else None,
        basis=basis_of(text) if _names_a_clock(text) else None,
        year=int(years.pop()) if len(years) == 1 else None,
        text=text,
    )


def carrier_in(title: str) -> str | None:
    """The carrier that a title names; None when it names none or several."""
    low = title.lower()
    words = {carrier_of(word) or carrier_in_compound(word) for word in _WORD.findall(low)}
    words |= {carrier_of(word) for word in _MULTI_WORD_CARRIERS if re.search(rf"(?<![^\W\d_]){re.escape(word)}", low)}
    words.discard(None)
    return words.pop() if len(words) == 1 else None


def unit_in(title: str) -> str | None:
    """The energy unit that a title names; None when it names none or several."""
    found = {unit_of(word) for word in re.findall(r"\b[kMG]?Wh\b|\b[GM]J\b", title)}
    return found.pop() if len(found) == 1 else None


def _names_a_clock(text: str) -> bool:
    """Whether the text speaks of the clock of the values, and not of when the file was made."""
    return re.search(r"(?i)tid|time|zon|aika|klock", text) is not None or re.search(r"\bUTC\b", text) is not None


def _pairs(rows: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """Names and values: beside one another, in one cell with a colon, or a row of names above a row of values."""
    found = []
    for number, row in enumerate(rows):
        cells = [cell.strip() for cell in row]
        filled = [cell for cell in cells if cell]
        for place, cell in enumerate(cells):
            if not cell:
                continue
            if (pair := _PAIR.match(cell)) is not None:
                found.append((pair[1], pair[2]))
            name = cell.rstrip(":= ")
            beside = next((one for one in cells[place + 1 :] if one), "")
            if beside and (len(filled) <= 4 or cell.endswith(":")):
                found.append((name, beside))
        below = rows[number + 1] if number + 1 < len(rows) else ()
        if len(filled) >= 2 and sum(1 for cell in filled if says(cell).role) >= 2:
            found += [(cell, below[place].strip()) for place, cell in enumerate(cells) if cell and place < len(below)]
    return found


def _identity(pairs: Sequence[tuple[str, str]], text: str) -> str | None:
    named = [
        without_spaces(value)
        for name, value in pairs
        if says(name).role == "metering_point_id" and any(sign.isdigit() for sign in value) and not says(value).role
    ]
    named = [one for one in named if _is_identity(one)]
    whole = {one for one in named if len(one) == 18 and one.isdigit()}
    anywhere = {without_spaces(one) for one in _GSRN.findall(text)}
    for found in (whole, set(named), anywhere, set(_LETTERS.findall(text))):
        if len(found) == 1:
            return next(iter(found))
        if found:
            return None
    return None


def _is_identity(text: str) -> bool:
    is_number = re.fullmatch(r"\d{4,34}|\d[.,]\d+E\+?\d+", text, re.IGNORECASE) is not None
    return (
        is_number or has_valid_check_digit(text) or is_code(text) or re.fullmatch(r"[A-Z]{2}\w{8,31}", text) is not None
    )
