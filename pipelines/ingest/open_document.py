"""ODS, the workbook of LibreOffice and Google (OpenDocument 1.3, part 3), as sheets.

Not read by the library for Excel files: that one allocates what a sheet claims to span, and loses times of day.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from typing import IO

from lxml import etree

from pipelines.errors import BadInput
from pipelines.ingest.precheck import EXPORT_AGAIN
from pipelines.ingest.sheets import Grid, Sheets, all_text, clock_text, date_text, named, number_text
from pipelines.ingest.workbook_precheck import (
    DAMAGED,
    PROTECTED,
    WITHOUT_PASSWORD,
    ZIP_ERRORS,
    cell_warnings,
    check_zip_sizes,
)
from pipelines.ingest.xml_stream import elements

CONTENT = "content.xml"

_OFFICE, _TABLE, _TEXT, _STYLE = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{part}:1.0}}" for part in ("office", "table", "text", "style")
)
_TAGS = (f"{_STYLE}style", f"{_TABLE}table-row", f"{_TABLE}table")
_NUMBER_TYPES = ("float", "percentage", "currency")
_DURATION = re.compile(r"P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?")


def sheets(data: bytes) -> Sheets:
    """All sheets of an ODS workbook, hidden ones apart. Raises BadInput when it is damaged or protected."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_zip_sizes(archive, len(data))
            if b"encryption-data" in archive.open("META-INF/manifest.xml").read(1_000_000):
                raise BadInput(PROTECTED, fix_sv=WITHOUT_PASSWORD)
            with archive.open(CONTENT) as content:
                return _Reader().read(content)
    except (*ZIP_ERRORS, KeyError) as error:
        raise BadInput(DAMAGED, fix_sv=EXPORT_AGAIN) from error


class _Reader:
    """Fills sheets from the elements of a document, in its order."""

    def __init__(self) -> None:
        self.hidden_styles: set[str] = set()
        self.visible: list[Grid] = []
        self.hidden: list[Grid] = []
        self.grid = Grid("")
        self.row = 0
        self.uncomputed = 0

    def read(self, content: IO[bytes]) -> Sheets:
        for element in elements(content, _TAGS):
            if element.tag == f"{_STYLE}style":
                if any(one.get(f"{_TABLE}display") == "false" for one in element):
                    self.hidden_styles.add(element.get(f"{_STYLE}name", ""))
            elif element.tag == f"{_TABLE}table-row":
                self._take_row(element)
            else:
                self._end_table(element)
        return Sheets(named(self.visible), named(self.hidden), cell_warnings(self.uncomputed, 0))

    def _end_table(self, table: etree._Element) -> None:
        self.grid.title = table.get(f"{_TABLE}name", "Blad")
        is_hidden = table.get(f"{_TABLE}style-name") in self.hidden_styles
        (self.hidden if is_hidden else self.visible).append(self.grid)
        self.grid, self.row = Grid(""), 0

    def _take_row(self, row: etree._Element) -> None:
        cells: list[tuple[int, str]] = []
        column = 0
        for cell in row:
            count = _count(cell, "number-columns-repeated")
            if text := self._text(cell):
                # The grid refuses what is too wide, so no more than one cell beyond its limit is written out.
                cells += [(place, text) for place in range(column, column + min(count, 20_000))]
            column += count
        repeats = _count(row, "number-rows-repeated")
        if cells:
            for place in range(self.row, self.row + repeats):
                for column, text in cells:
                    self.grid.put(place, column, text)
        self.row += repeats

    def _text(self, cell: etree._Element) -> str:
        kind = cell.get(f"{_OFFICE}value-type")
        if kind is None and cell.get(f"{_TABLE}formula"):
            self.uncomputed += 1
        if kind in _NUMBER_TYPES:
            return number_text(cell.get(f"{_OFFICE}value", ""))
        if kind == "date":
            return date_text(cell.get(f"{_OFFICE}date-value", ""))
        if kind == "time":
            return _clock(cell.get(f"{_OFFICE}time-value", ""))
        if kind == "boolean":
            return cell.get(f"{_OFFICE}boolean-value", "")
        return " ".join(all_text(part) for part in cell if part.tag == f"{_TEXT}p")


def _count(element: etree._Element, name: str) -> int:
    written = element.get(f"{_TABLE}{name}", "1")
    return max(1, int(written)) if written.isdecimal() and len(written) < 9 else 1


def _clock(written: str) -> str:
    """A duration such as PT13H30M00S as 13:30."""
    if (found := _DURATION.fullmatch(written)) is None:
        return written
    days, hours, minutes = (int(one or 0) for one in found.groups()[:3])
    seconds = float((found[4] or "0").replace(",", "."))
    return clock_text(timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds + 30))
