"""A receipt to take away: a workbook with all its tables, and the rows that are not used as CSV.

Cells come from files of others: none of them may become a formula, a link or a command where it is opened.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st
import xlsxwriter

from dashboards import receipt_tables, text
from dashboards.preview import Preview
from dashboards.receipt_tables import ReceiptTable, Value
from dashboards.text import _

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\x00")
LONGEST_CELL = 32_000
LAST_ROW = 1_048_000
WIDTH_CHARACTERS = 24


def tables(found: Preview) -> list[ReceiptTable]:
    """All tables of a receipt, in the order of the workbook's sheets."""
    return [
        receipt_tables.summary(found),
        receipt_tables.series(found),
        receipt_tables.months(found),
        receipt_tables.changes(found),
        receipt_tables.rejected(found),
        receipt_tables.waiting(found),
        receipt_tables.questions(found),
    ]


def workbook(found: Preview) -> bytes:
    """The receipt as XLSX: a sheet for each table, texts as texts and numbers as numbers; energy in kWh."""
    buffer = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True})
        for table in tables(found):
            sheet = book.add_worksheet(table.sheet)
            sheet.set_column(0, len(table.columns) - 1, WIDTH_CHARACTERS)
            sheet.freeze_panes(1, 0)
            for place, title in enumerate(_titles(table)):
                sheet.write_string(0, place, title, bold)
            for number, row in enumerate(table.rows[:LAST_ROW], start=1):
                for place, value in enumerate(row):
                    if isinstance(value, (int, float)):
                        sheet.write_number(number, place, value)
                    elif value:
                        sheet.write_string(number, place, safe_cell(value)[:LONGEST_CELL])
    return buffer.getvalue()


def unused_rows_csv(found: Preview) -> bytes:
    """Rejected rows and meters that wait, as CSV in UTF-8 with its mark, semicolons and decimal commas."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    parts = [table for table in (receipt_tables.rejected(found), receipt_tables.waiting(found)) if table.rows]
    for place, table in enumerate(parts):
        if place:
            writer.writerow([])
        writer.writerow([safe_cell(title) for title in _titles(table)])
        writer.writerows([_csv_cell(value) for value in row] for row in table.rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def safe_cell(value: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe before what could begin one."""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def _csv_cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",")
    return safe_cell(value) if isinstance(value, str) else str(value)


def _titles(table: ReceiptTable) -> Sequence[str]:
    """Column headings; energy says its unit, since a number stands alone in a file."""
    energies = (_("Energi"), _("Före"), _("I filen"), _("Efter"))
    return [f"{column.title} (kWh)" if column.title in energies else column.title for column in table.columns]


def show_buttons(found: Preview, key: str) -> None:
    """Buttons for the files, which are made when they are asked for."""
    name = _("kvitto_{fingerprint}").format(fingerprint=found.sha256[:12])
    with st.container(horizontal=True):
        st.download_button(
            _("Ladda ner kvittot (XLSX)"),
            _made(workbook, found),
            file_name=f"{name}.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            on_click="ignore",
            key=f"xlsx_{key}",
        )
        if receipt_tables.rejected(found).rows or receipt_tables.waiting(found).rows:
            st.download_button(
                _("Ladda ner rader som inte används (CSV)"),
                _made(unused_rows_csv, found),
                file_name=f"{name}.csv",
                mime="text/csv",
                on_click="ignore",
                key=f"csv_{key}",
            )


def _made(make: Callable[[Preview], bytes], found: Preview) -> Callable[[], bytes]:
    """`make` for another thread, which does not know the language of this page."""
    return partial(_in_language, text.language(), make, found)


def _in_language(language: str, make: Callable[[Preview], bytes], found: Preview) -> bytes:
    text.use(language)
    return make(found)
