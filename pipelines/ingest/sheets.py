"""Sheets of a workbook, whatever its kind, as the CSV that they would be saved as: one set of table readers serves all.

Line n of a sheet's text is its row n. A number cell has a decimal comma and never exactly three decimals, so that no
reader takes its mark for one of thousands; text cells stand as they were typed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from lxml import etree

from pipelines.ingest.precheck import LAST_COLUMN, MAX_GRID_CELLS, MAX_SHEETS, refuse_wide_span
from pipelines.ingest.tables import HEADER_SEARCH_LINES, CsvText

SEPARATOR = ";"
EXCEL_DIGITS = 15
CLOCK_EPOCHS = (datetime(1899, 12, 31), datetime(1904, 1, 1))
"""Day nought of the two date systems of Excel; a time of day is a date on it, a duration one soon after."""
LONGEST_DURATION = timedelta(days=366)
IS_STAMP, MIDNIGHT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d"), " 00:00"
"""A date cell as date_text writes it."""

_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)\d*)?Z?")


@dataclass(frozen=True)
class Sheets:
    """The sheets of a workbook by name, in order, and what should be said about them (Swedish)."""

    visible: Mapping[str, CsvText]
    hidden: Mapping[str, CsvText] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


class Grid:
    """A sheet that is filled cell by cell; refuses to grow beyond what any export needs."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._rows: list[list[str]] = []
        self._width = 0

    def put(self, row: int, column: int, cell: str) -> None:
        """Set a cell, counted from 0. An empty one takes no place. Raises BadInput when the sheet spans too much."""
        if not cell:
            return
        if row >= len(self._rows) or column >= self._width:
            self._width = max(self._width, column + 1)
            row_count = max(row + 1, len(self._rows))
            refuse_wide_span(row_count, self._width, max_cells=MAX_GRID_CELLS if column < LAST_COLUMN else 0)
            self._rows += [[] for _ in range(row + 1 - len(self._rows))]
        line = self._rows[row]
        if column >= len(line):
            line += [""] * (column + 1 - len(line))
        line[column] = cell

    @property
    def cell_count(self) -> int:
        """Rows times columns of what is filled."""
        return len(self._rows) * self._width

    def as_csv(self) -> CsvText:
        """The sheet as CSV, all rows of the same width; where every date is a midnight, none has a time of day."""
        stamps = {cell for row in self._rows for cell in row if IS_STAMP.fullmatch(cell)}
        if all(stamp.endswith(MIDNIGHT) for stamp in stamps):
            self._rows = [
                [cell.removesuffix(MIDNIGHT) if cell in stamps else cell for cell in row] for row in self._rows
            ]
        return csv_of([row + [""] * (self._width - len(row)) for row in self._rows], self.title)


def csv_of(rows: Sequence[Sequence[str]], title: str) -> CsvText:
    """Rows of cells as the CSV of a sheet called `title`."""
    out = io.StringIO()
    csv.writer(out, delimiter=SEPARATOR, lineterminator="\n").writerows(rows)
    return CsvText(out.getvalue(), SEPARATOR, [list(row) for row in rows[:HEADER_SEARCH_LINES]], title=title)


def named(grids: Sequence[Grid]) -> dict[str, CsvText]:
    """Filled sheets by name; a name that returns gets a number. Only the first MAX_SHEETS are taken."""
    found: dict[str, CsvText] = {}
    for grid in grids[:MAX_SHEETS]:
        if grid.cell_count:
            name = grid.title if grid.title not in found else f"{grid.title} ({len(found) + 1})"
            found[name] = grid.as_csv()
    return found


def all_text(element: etree._Element) -> str:
    """All text inside an element, on one line."""
    if len(element) == 0:
        return one_line(element.text or "")
    return one_line("".join(str(part) for part in element.itertext()))


def one_line(text: str) -> str:
    """Text of a cell without line breaks and runs of blanks."""
    return " ".join(text.split())


def number_text(number: str) -> str:
    """A number cell, given as any program writes a float, as text: 15 digits as Excel holds it, decimal comma.

    Text that is no finite number is given back as it is.
    """
    try:
        exact = Decimal(number)
        if not exact.is_finite():
            return number
    except InvalidOperation:
        return number
    digits = len(exact.as_tuple().digits)
    if digits > EXCEL_DIGITS:
        exact = Decimal(f"{exact:.{EXCEL_DIGITS - 1}e}")
    text = format(exact.normalize() + 0, "f") if abs(exact.adjusted()) < 40 else f"{exact:e}"
    whole, _, decimals = text.partition(".")
    return f"{whole},{decimals}{'0' if len(decimals) == 3 else ''}" if decimals else whole


def date_text(stamp: str) -> str:
    """A date cell in ISO form to the minute, `2024-01-01 13:00`; a time of day or a duration as `13:00`, `25:30`.

    Serial numbers carry dust, so seconds are rounded away. Text of another form is given back as it is.
    """
    found = _STAMP.fullmatch(stamp.strip())
    if found is None:
        return stamp
    try:
        instant = datetime.fromisoformat(f"{found[1]} {found[2] or '00:00'}") + timedelta(seconds=30)
    except (ValueError, OverflowError):
        return stamp
    for epoch in CLOCK_EPOCHS:
        if timedelta(0) <= instant - epoch < LONGEST_DURATION:
            return clock_text(instant - epoch)
    return instant.strftime("%Y-%m-%d %H:%M")


def clock_text(since_midnight: timedelta) -> str:
    """A time of day or a duration as hours and minutes; the whole day is 24:00."""
    minutes = since_midnight // timedelta(minutes=1)
    return f"{minutes // 60:02}:{minutes % 60:02}"
