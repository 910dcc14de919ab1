"""XML workbooks of Excel 2003 (SpreadsheetML), which many systems send as .xls, as sheets."""

from __future__ import annotations

import io

from lxml import etree

from pipelines.ingest.precheck import check_markup
from pipelines.ingest.sheets import Grid, Sheets, all_text, date_text, named, number_text
from pipelines.ingest.workbook_precheck import cell_warnings
from pipelines.ingest.xml_stream import HEAD_BYTES, elements

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_SHEET, _EXCEL = f"{{{NAMESPACE}}}", "{urn:schemas-microsoft-com:office:excel}"
_TAGS = (f"{_SHEET}Row", f"{_SHEET}Worksheet")


def recognises(text: str) -> bool:
    """Whether a text is XML that speaks of the name space of Excel 2003 at its start."""
    return text.lstrip()[:1] == "<" and NAMESPACE in text[:HEAD_BYTES]


def sheets(text: str) -> Sheets:
    """All sheets of a workbook in XML, hidden ones apart. Raises BadInput when it is broken or spans too much."""
    check_markup(text)
    visible: list[Grid] = []
    hidden: list[Grid] = []
    grid, row, uncomputed, errors = Grid(""), 0, 0, 0
    # The encoding that the declaration names is not that of these bytes.
    source = io.BytesIO(text[text.find("?>") + 2 if text.lstrip().startswith("<?xml") else 0 :].lstrip().encode())
    for element in elements(source, _TAGS):
        if element.tag == f"{_SHEET}Worksheet":
            grid.title = element.get(f"{_SHEET}Name", "Blad")
            shown = element.findtext(f"{_EXCEL}WorksheetOptions/{_EXCEL}Visible")
            (hidden if shown else visible).append(grid)
            grid, row = Grid(""), 0
            continue
        row = _place(element, row)
        column = 0
        for cell in element.iterchildren(f"{_SHEET}Cell"):
            column = _place(cell, column)
            content = cell.find(f"{_SHEET}Data")
            if content is None:
                uncomputed += cell.get(f"{_SHEET}Formula") is not None
            elif content.get(f"{_SHEET}Type") == "Error":
                errors += 1
            else:
                grid.put(row, column, _text(content))
            across = cell.get(f"{_SHEET}MergeAcross", "0")
            column += 1 + (int(across) if across.isdecimal() and len(across) < 7 else 0)
        row += 1
    return Sheets(named(visible), named(hidden), cell_warnings(uncomputed, errors))


def _place(element: etree._Element, following: int) -> int:
    """Where a row or a cell stands, from 0: as it says itself, else after the one before."""
    written = element.get(f"{_SHEET}Index", "")
    return int(written) - 1 if written.isdecimal() and len(written) < 9 and int(written) > 0 else following


def _text(content: etree._Element) -> str:
    text = all_text(content)
    kind = content.get(f"{_SHEET}Type")
    if kind == "Number":
        return number_text(text)
    if kind == "DateTime":
        return date_text(text)
    if kind == "Boolean":
        return "true" if text == "1" else "false"
    return text
