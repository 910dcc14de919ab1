"""From a finished draft to the bytes of a file: separated text, workbook, web page; packed or not."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from datetime import datetime, time
from html import escape

import xlsxwriter

from tests.mutation.draft import HINTED, OPEN, Draft
from tests.mutation.style import Cell

SEPARATORS = (";", ";", ";", "\t", "|", ",")
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-8-sig", "utf-16", "cp1252", "cp1252")


def workbook_bytes(draft: Draft) -> bytes:
    """A workbook whose first sheet holds the table; sometimes a sheet of explanations beside it."""
    out = io.BytesIO()
    of_mac = draft.style.is_typed and not draft.style.has_serials and draft.chance(0.1)
    options = {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm", "date_1904": of_mac}
    draft.mutations.update(["days counted from 1904"] if of_mac else [])
    book = xlsxwriter.Workbook(out, options)
    clock = book.add_format({"num_format": "hh:mm"})
    sheet = book.add_worksheet(draft.rng.choice(["Data", "Blad1", "Sheet1", "Export"]))
    for row_number, row in enumerate(_rows(draft)):
        for column, cell in enumerate(row):
            if isinstance(cell, time):
                sheet.write_datetime(row_number, column, cell, clock)
            elif isinstance(cell, str):
                if cell:
                    sheet.write_string(row_number, column, cell)
            elif cell is not None:
                sheet.write(row_number, column, cell)
    if draft.chance(0.2):
        draft.mutations.add("second sheet with words")
        book.add_worksheet("Info").write_string(0, 0, "Export")
    if draft.chance(0.1):
        draft.mutations.add("hidden sheet")
        hidden = book.add_worksheet("Lista")
        hidden.write_column(0, 0, ["kWh", "MWh", 1, 2])
        hidden.hide()
    book.close()
    return out.getvalue()


def web_page_bytes(draft: Draft) -> bytes:
    """A web page with one table, as portals call `.xls`."""
    rows = "".join("<tr>" + "".join(f"<td>{escape(_text(c))}</td>" for c in row) + "</tr>\n" for row in _rows(draft))
    page = f'<html><head><meta charset="utf-8"></head><body><table border="1">\n{rows}</table></body></html>'
    return page.encode("utf-8")


def text_bytes(draft: Draft) -> bytes:
    """Separated text with the habits of the program that wrote it."""
    rng = draft.rng
    separator = rng.choice(SEPARATORS)
    draft.mutations.add(f"separator {separator!r}")
    if (
        separator == ","
        and draft.style.decimal == "."
        and draft.truth.decimals
        and draft.facts.get("decimal_mark") == OPEN
    ):
        draft.facts["decimal_mark"] = HINTED  # where commas part the fields, the point is the decimal mark
    rows = [[_text(cell) for cell in row] for row in _rows(draft)]
    if "trailing separators" in draft.mutations:
        rows = [[*row, ""] for row in rows]
    quoting = csv.QUOTE_ALL if rng.random() < 0.15 else csv.QUOTE_MINIMAL
    if quoting == csv.QUOTE_ALL:
        draft.mutations.add("all fields quoted")
    out = io.StringIO()
    line_end = "\r\n" if rng.random() < 0.5 else "\n"
    writer = csv.writer(out, delimiter=separator, quoting=quoting, lineterminator=line_end)
    writer.writerows(rows)
    text = out.getvalue()
    if rng.random() < 0.05 and separator in ";,":
        draft.mutations.add("sep= line")
        text = f"sep={separator}{line_end}" + text
    return text.encode(_encoding(draft, text))


def _encoding(draft: Draft, text: str) -> str:
    encoding = "cp1252" if "saved again by Excel" in draft.mutations else draft.rng.choice(ENCODINGS)
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        encoding = "utf-8-sig"
    draft.mutations.add(encoding)
    return encoding


def packed(draft: Draft, data: bytes, name: str) -> tuple[bytes, str]:
    """The bytes as they are, or in an archive."""
    pick = draft.rng.random()
    if pick < 0.06:
        draft.mutations.add("gzip")
        return gzip.compress(data, mtime=0), name + ".gz"
    if pick < 0.12:
        draft.mutations.add("zip")
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data)
        return out.getvalue(), name.rsplit(".", 1)[0] + ".zip"
    return data, name


def _rows(draft: Draft) -> list[list[Cell]]:
    return [*draft.preamble, *draft.header_rows, *draft.body, *draft.footer]


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    return str(cell)
