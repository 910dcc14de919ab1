"""The layout of a table, found by scoring header and body together: which line is the header, what each column is.

Time down the rows (rows_csv.py) or time across the columns (across_csv.py). Every likely header line is tried; the
reading in which headers and cells agree best is taken.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from pipelines.domain.units import canonical_unit
from pipelines.errors import BadInput
from pipelines.ingest import across_csv, rows_csv, serie_sheet
from pipelines.ingest.across_plan import AcrossPlan, across_plan
from pipelines.ingest.canonical import MeterFile
from pipelines.ingest.columns_profile import Column, is_missing, is_number, profile
from pipelines.ingest.headers import is_total, plain, says
from pipelines.ingest.identity_columns import IdentityColumn, identity_column
from pipelines.ingest.intervals import Context
from pipelines.ingest.preamble import preamble_of
from pipelines.ingest.rows_plan import RowsPlan
from pipelines.ingest.stamps import read_stamps
from pipelines.ingest.tables import CsvText, sample_rows
from pipelines.ingest.text import SEPARATORS
from pipelines.ingest.time_columns import time_plan
from pipelines.ingest.value_columns import value_columns

BODY_ROWS, LAST_ROWS = 200, 60
HEADER_LINES = 45
LIKELY_HEADERS = 6
NEARLY_ALL = 0.8
LONGEST_VALUE = 9
"""Digits of a value; a longer number in a header is an id."""

MOST_WORTH_FACILITIES = 4
"""Columns of facilities that add to the score of a header: more of them make it no likelier."""

_SLOT_OR_DATE = re.compile(r"\d{1,4}|\d{5}([.,]\d+)?|(19|20)\d\d(0[1-9]|1[0-2])([0-3]\d)?")
"""Figures that stand in headers: numbers of hours, spreadsheet days, 202401 and 20240105."""

_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}:\d{2}")
CROWDED = 1.5
"""Rows per label from which there must be several facilities in the rows."""


def read_table_file(csv_text: CsvText, context: Context) -> MeterFile | None:
    """Read the meter values of a CSV file or a sheet; None when no layout fits.

    Raises BadInput with a Swedish explanation when a layout fits but the values cannot be used.
    """
    if csv_text.title:
        rows = serie_sheet.rows_of(csv_text)
        if (found := serie_sheet.recognises(rows)) is not None:
            return serie_sheet.read(csv_text, rows, *found, context)
    plan = best_plan(csv_text, context.assumptions)
    if plan is None:
        for separator in SEPARATORS:
            other = CsvText.split_at(csv_text.source, separator, csv_text.title)
            if separator != csv_text.separator and (plan := best_plan(other, context.assumptions)) is not None:
                csv_text = other
                break
        else:
            return None
    if isinstance(plan, AcrossPlan):
        return across_csv.read(csv_text, plan, context)
    return rows_csv.read(csv_text, plan, context)


def best_plan(csv_text: CsvText, answers: Mapping[str, str]) -> RowsPlan | AcrossPlan | None:
    """The best reading of a table; None when none fits."""
    rows = sample_rows(csv_text)
    found: list[tuple[float, RowsPlan | AcrossPlan]] = []
    refusals: list[BadInput] = []
    refused_lines: list[int] = []
    likely = _likely_header_lines(rows)
    for line in likely:
        try:
            scored = _tried(csv_text, rows, line, answers)
        except BadInput as refusal:
            refusals.append(refusal)
            refused_lines.append(line)
            continue
        if scored is not None:
            found.append(scored)
    best = max(found, key=lambda one: one[0])[1] if found else None
    # A header that says what the columns are, and that none is energy, is not set aside for a guess without it.
    is_guess = best is not None and likely[0] in refused_lines and not 0 <= best.header_line < likely[0]
    if best is not None and not is_guess:
        return best
    if refusals:
        raise refusals[0]
    if _is_only_headers(rows):
        raise BadInput(
            "Inga mätvärden kunde läsas i filen.",
            fix_sv="Kontrollera att filen innehåller värden och exportera den på nytt.",
        )
    return None


def _is_only_headers(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the last rows are a header of meter values with nothing below."""
    last = next((row for row in reversed(rows[:HEADER_LINES]) if any(row)), [])
    said = [says(cell) for cell in last if cell.strip()]
    has_time = any(one.role in ("time", "start", "end") for one in said)
    return has_time and any(one.quantity or one.identity for one in said)


def _tried(
    csv_text: CsvText, rows: Sequence[Sequence[str]], line: int, answers: Mapping[str, str]
) -> tuple[float, RowsPlan | AcrossPlan] | None:
    """The reading with a line as header (-1: none), and its score; None when it is no table then."""
    so_far = [row for row in rows[: line + 1] if len(row) > 1]
    again = next((n for n, row in enumerate(rows[line + 1 :], line + 1) if row in so_far), len(rows))
    body = [list(row) for row in rows[line + 1 : again] if any(row)]
    width = max((len(row) for row in body[:50]), default=0)
    first = list(rows[line]) if line >= 0 else []
    header = first if line >= 0 else [f"Kolumn {place + 1}" for place in range(width)]
    while (
        header
        and not header[-1].strip()
        and not any(len(row) >= len(header) and row[len(header) - 1] for row in body[:50])
    ):
        header = header[:-1]
    above = [list(row) for row in rows[max(0, line - 30) : max(line, 0)]]
    preamble = preamble_of(above, csv_text.title)
    if (across := across_plan(header, above, body, line, preamble, answers)) is not None:
        return across
    head_length = next((n for n, row in enumerate(body[:12]) if _is_data(row)), 0)
    between, body = body[:head_length], [row for row in body[head_length:] if not _is_note(row)]
    body = [*body[:BODY_ROWS], *body[BODY_ROWS:][-LAST_ROWS:]]
    if not body or len(header) < 2:
        return None
    columns = profile(header, body)
    if line >= 0 and any(c.kind == "number" and is_number(c.name) and not c.says.identity for c in columns):
        return None  # a row of values and no header
    if line >= 0 and any(column.is_time and _is_stamp(column.name) for column in columns):
        return None
    columns = _described(columns, above, between)
    plan = time_plan(columns, preamble.year)
    if plan is None:
        return None
    sample = pl.DataFrame(
        [[*row[: len(header)], *[""] * (len(header) - len(row))] for row in body],
        schema=[f"{place}" for place in range(len(header))],
        orient="row",
    )
    identity = identity_column(columns, plan.places, answers)
    if preamble.identity and identity.place is not None and _is_vague(columns[identity.place]):
        identity = IdentityColumn(None, meter_place=identity.meter_place)
    strong = identity.place if identity.place is not None and not identity.questions else None
    used = [*plan.places, *([strong] if strong is not None else [])]
    values = value_columns(columns, used, sample, answers)
    if values is None:
        return None
    is_named = identity.place is not None and columns[identity.place].says.role == "place"
    if (identity.questions and (values.are_facilities or not _is_crowded(body, plan.places))) or (
        is_named and preamble.identity is not None
    ):
        identity = IdentityColumn(None, meter_place=identity.meter_place)
    score = _score(columns) + 0.001 * line - (4 if values.is_doubtful else 0) - (3 if line < 0 else 0)
    layout = fingerprint(header)
    return score, RowsPlan(line, tuple(header), tuple(columns), plan, values, identity, preamble, layout)


def _is_stamp(name: str) -> bool:
    """Whether a header cell is itself a stamp: then the row is one of values."""
    return _STAMP.search(name) is not None or read_stamps(pl.Series([name])).label[0] is not None


def _is_vague(column: Column) -> bool:
    """Whether a column of ids is named by nothing and tells nothing apart: an id above the table is better."""
    return column.distinct <= 1 and column.says.role != "metering_point_id"


def _likely_header_lines(rows: Sequence[Sequence[str]]) -> list[int]:
    """Lines that may be the header, likeliest first; -1 stands for none."""
    scores = []
    for line, row in enumerate(rows[:HEADER_LINES]):
        filled = [cell for cell in row if cell.strip()]
        if len(filled) >= 2 and row not in rows[:line] and not _is_reading(row):
            scores.append((sum(map(_header_worth, filled)), -line))
    likely = [-line for score, line in sorted(scores, reverse=True)[:LIKELY_HEADERS] if score > 0]
    first = next((line for line, row in enumerate(rows) if any(row)), None)
    has_no_header = first is not None and _is_data(rows[first])
    return [*likely, *([-1] if has_no_header or not likely else [])]


def _header_worth(cell: str) -> float:
    """How much a cell looks like a header and not like a value."""
    said = says(cell)
    if said.identity and (len(said.identity) > LONGEST_VALUE or not is_number(cell)):
        return 1.0
    if is_missing(cell):
        return 0.0
    if is_number(cell):
        return 0.2 if _SLOT_OR_DATE.fullmatch(cell.strip()) else -1.0
    if said.role or said.quantity or said.unit:
        return 2.0
    return 0.3 if not any(sign.isdigit() for sign in cell) else 0.6 if len(cell) <= 25 else 0.0


def _is_data(row: Sequence[str]) -> bool:
    """Whether a row below a header holds values: a number in it that is no id, and no word of a header."""
    filled = [cell for cell in row if cell.strip()]
    numbers = [cell for cell in filled if is_number(cell) and says(cell).identity is None]
    first = next(iter(filled), "")
    said = says(first)
    is_heading = (said.role is not None or said.unit is not None) and not any(sign.isdigit() for sign in first)
    missing = [cell for cell in filled if is_missing(cell)]
    return (
        (bool(numbers) or bool(missing) or len(filled) >= 3)
        and not is_heading
        and any(any(sign.isdigit() for sign in cell) for cell in filled)
    )


def _is_reading(row: Sequence[str]) -> bool:
    """Whether a row is plainly a stamp with a value and no header."""
    filled = [cell for cell in row if cell.strip()]
    stamps = [cell for cell in filled if _STAMP.search(cell)]
    values = [cell for cell in filled if is_number(cell) or cell in stamps]
    return len(stamps) in (1, 2) and len(values) > len(stamps) and len(values) >= 0.5 * len(filled)


def _is_note(row: Sequence[str]) -> bool:
    """Whether a row is a sum or a mean by a word in any of its cells."""
    return any(is_total(cell) for cell in row if cell.strip() and not is_number(cell))


def _described(
    columns: Sequence[Column], above: Sequence[Sequence[str]], between: Sequence[Sequence[str]]
) -> list[Column]:
    """Columns of numbers with what the rows around the header say of them: ids above, units below."""

    values = [number for number, row in enumerate(above) if sum(1 for cell in row if cell and says(cell).role) >= 2]
    own = [row for number, row in enumerate(above) if number - 1 not in values]  # no values of a table above this one
    lined_up = [row for row in [*own[-12:], *between] if _tells_of_columns(row, columns)]
    if not lined_up:
        return list(columns)
    described = []
    for column in columns:
        said = column.says
        if column.kind in ("number", "empty") and not column.is_time:
            for row in lined_up:
                cell = row[column.place].strip() if column.place < len(row) else ""
                more = says(cell) if cell else None
                if more is None:
                    continue
                said = replace(
                    said,
                    identity=said.identity or more.identity,
                    unit=said.unit or (more.unit if not is_number(cell) else None),
                    carrier=said.carrier or more.carrier,
                    quantity=said.quantity or (more.quantity if more.quantity and not is_number(cell) else None),
                    direction=said.direction or more.direction,
                )
        described.append(replace(column, says=said))
    return described


def _tells_of_columns(row: Sequence[str], columns: Sequence[Column]) -> bool:
    """Whether a row near the header has an id or a unit for nearly every column of numbers, and no words of its own."""
    labels = sum(1 for cell in row if cell.strip() and says(cell).role)
    if labels >= 2 or (labels == 1 and sum(1 for cell in row if cell.strip()) == 2):
        return False  # a header of its own, or a name and its value
    named = [column.place for column in columns if column.says.identity]
    numbers = [column.place for column in columns if column.kind in ("number", "empty") and not column.says.is_total]
    places = named or numbers
    cells = [row[place].strip() for place in places if place < len(row)]
    telling = [cell for cell in cells if cell and (says(cell).identity or says(cell).unit or says(cell).carrier)]
    elsewhere = [cell for place, cell in enumerate(row) if cell.strip() and place not in places]
    return len(telling) >= max(1, NEARLY_ALL * len(places)) and len(elsewhere) <= 2


def _is_crowded(body: Sequence[Sequence[str]], places: Sequence[int]) -> bool:
    """Whether rows share their time, so that something else must tell them apart."""
    stamps = [tuple(row[place] if place < len(row) else "" for place in places) for row in body]
    return len(stamps) > 3 and len(stamps) >= CROWDED * len(set(stamps))


def _score(columns: Sequence[Column]) -> float:
    """How well headers and cells agree."""
    score, facilities = 0.0, 0
    for column in columns:
        said, kind = column.says, column.kind
        if kind == "empty" or not column.name.strip():
            continue
        if said.role in ("time", "start", "end", "applies_to"):
            score += 2 if column.is_time else -2 if not said.quantity else 0
        elif said.role in ("metering_point_id", "weak_id"):
            score += (
                -3 if column.is_time and kind != "ordinal" else 2 if kind in ("id", "number", "ordinal", "text") else 0
            )
        elif said.role in ("unit", "carrier", "direction"):
            score += 2 if kind == said.role else -0.5
        elif said.role is not None:
            score += 1 if kind in ("text", "quality", "number", "id", "ordinal") else 0
        elif said.identity:
            facilities += 1
            score += 3 if kind in ("number", "empty") and facilities <= MOST_WORTH_FACILITIES else 0
        elif canonical_unit(column.name.strip("()[] ")) and kind == "number":
            score += 1
        elif said.quantity:
            score += 2 if kind == "number" else -2 if column.is_time or kind in ("id", "unit") else 0
        elif column.is_time or kind in ("id", "unit"):
            score -= 0.5
        is_value = is_number(column.name) or _STAMP.search(column.name) is not None
        if said.role is None and said.quantity is None and is_value and said.identity is None:
            score -= 2
    return score


def fingerprint(header: Sequence[str]) -> str:
    """Six signs that stand for a layout: the same for headers of the same words, whatever ids and years they hold."""
    words = sorted({re.sub(r"\d+", "#", plain(name)) for name in header if name.strip()})
    return hashlib.blake2b("|".join(words).encode("utf-8"), digest_size=3).hexdigest()
