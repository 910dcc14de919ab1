"""Tables of a web page as sheets: what many portals send as .xls."""

from __future__ import annotations

import re

from lxml import etree, html

from pipelines.errors import BadInput
from pipelines.ingest.precheck import EXPORT_AGAIN, check_markup
from pipelines.ingest.sheets import Grid, Sheets, all_text, named

MAX_TABLES = 20
LARGEST_COLSPAN = 1_000
UNREADABLE = "Webbsidan är avkortad, eller så nästlad att den inte kan läsas."
_OPENED, _CLOSED = re.compile(r"<table\b", re.I), re.compile(r"</table\b", re.I)
_START = re.compile(
    r"\s*(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype\s+html|html|head|body|table|meta|style|div|center|font)\b",
    re.I | re.S,
)
_DOCUMENT_TYPE = re.compile(r"<!doctype[^>\[]*\[|<!entity", re.I)


def recognises(text: str) -> bool:
    """Whether a text begins as a web page or as a table of one does."""
    return _START.match(text[:4096]) is not None


def sheets(text: str) -> Sheets:
    """The largest tables of a page, in its order. Tables that only hold other tables are passed over.

    Raises BadInput when there is none, or when the page declares entities or is nested beyond reason.
    """
    check_markup(text)
    if _DOCUMENT_TYPE.search(text[:65_536]):
        raise BadInput("Filen har en dokumenttypsdeklaration och läses inte.", fix_sv=EXPORT_AGAIN)
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        page = html.document_fromstring(text.encode("utf-8", errors="replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise BadInput(UNREADABLE, fix_sv=EXPORT_AGAIN) from error
    is_cut_off = len(_OPENED.findall(text)) > len(_CLOSED.findall(text))
    if is_cut_off or any(fault.level_name == "FATAL" for fault in parser.error_log):
        raise BadInput(UNREADABLE, fix_sv=EXPORT_AGAIN)  # the parser goes on with what it has got so far
    for line_break in page.iter("br"):
        line_break.tail = f" {line_break.tail or ''}"
    tables = [table for table in page.iter("table") if next(table.iterdescendants("table"), None) is None]
    grids = [_grid(table, f"Tabell {number}") for number, table in enumerate(tables, 1)]
    largest = sorted((grid for grid in grids if grid.cell_count > 1), key=lambda grid: -grid.cell_count)[:MAX_TABLES]
    if not largest:
        raise BadInput("Filen är en webbsida utan någon tabell.", fix_sv="Exportera som CSV eller XLSX i stället.")
    return Sheets(named([grid for grid in grids if grid in largest]))


def _grid(table: etree._Element, name: str) -> Grid:
    """A table cell by cell; what spans several rows or columns stands in the first, as when it is opened in Excel."""
    caption = table.find("caption")
    grid = Grid(all_text(caption) if caption is not None else name)
    taken: dict[int, int] = {}  # column -> the last row that a cell from above reaches
    for row, line in enumerate(table.iter("tr")):
        column = 0
        for cell in line.iterchildren("td", "th"):
            while taken.get(column, -1) >= row:
                column += 1
            width, height = _span(cell, "colspan"), _span(cell, "rowspan")
            grid.put(row, column, all_text(cell))
            if height > 1:
                taken |= dict.fromkeys(range(column, column + width), row + height - 1)
            column += width
    return grid


def _span(cell: etree._Element, name: str) -> int:
    written = cell.get(name)
    if written is None:
        return 1
    written = written.strip()
    return min(max(1, int(written)), LARGEST_COLSPAN) if written.isdecimal() and len(written) < 7 else 1
