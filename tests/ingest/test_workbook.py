"""Workbooks of Excel in each of their forms give the same text."""

from __future__ import annotations

import io
from datetime import datetime, time
from typing import Any

import pytest
import xlsxwriter

from pipelines.errors import BadInput
from pipelines.ingest import workbook_precheck
from pipelines.ingest.workbook import sheets
from tests.ingest.made_up_binary_workbooks import Date, xls, xlsb
from tests.ingest.made_up_files import SCHOOL


def xlsx(rows: list[list[Any]], **options: Any) -> bytes:
    """One sheet, with dates and clocks in cells of those kinds."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm", **options}) as book:
        clock = book.add_format({"num_format": "hh:mm"})
        sheet = book.add_worksheet("Blad1")
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, time):
                    sheet.write_datetime(row, column, cell, clock)
                elif isinstance(cell, str) and not cell.startswith("="):
                    sheet.write_string(row, column, cell)
                elif cell is not None:
                    sheet.write(row, column, cell)
    return out.getvalue()


def text_of(content: bytes) -> str:
    return sheets(content).visible["Blad1"].text


def test_numbers_keep_all_digits_and_texts_stand_as_typed() -> None:
    content = xlsx([["1.234", 1 / 3], [SCHOOL, 1.234], ["0,5", 0.1 + 0.2], ["007", 5]])
    assert text_of(content) == f"1.234;0,333333333333333\n{SCHOOL};1,2340\n0,5;0,3\n007;5\n"


def test_a_point_typed_as_text_beside_number_cells_is_a_decimal_mark() -> None:
    assert text_of(xlsx([[1.5], ["15.226"], ["15,226 *"]])) == '1,5\n15,226\n"15,226 *"\n'.replace('"', "")


def test_long_number_shows_that_excel_has_rounded_it() -> None:
    assert text_of(xlsx([[735999000000000013]])) == "7,35999E+17\n"


@pytest.mark.parametrize("is_1904", [False, True])
def test_dates_and_clocks_are_the_same_in_both_date_systems(is_1904: bool) -> None:
    content = xlsx([[datetime(2024, 3, 31, 1, 0), time(13, 15)]], date_1904=is_1904)
    assert text_of(content) == "2024-03-31 01:00;13:15\n"


def test_dates_of_a_whole_sheet_without_time_of_day_are_dates() -> None:
    assert text_of(xlsx([[datetime(2024, 3, 1)], [datetime(2024, 3, 2)]])) == "2024-03-01\n2024-03-02\n"


def test_rows_keep_their_numbers_and_cells_stay_on_one_line() -> None:
    assert text_of(xlsx([[], [], ["a\nb\u00a0 c"]])).split("\n")[2] == "a b c"


def test_merged_headers_stand_in_the_first_of_their_cells() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Blad1")
        sheet.write(0, 0, "Tid")
        sheet.merge_range(0, 1, 0, 2, "Skolan")
        sheet.write_row(1, 1, ["El", "Värme"])
    assert text_of(out.getvalue()) == "Tid;Skolan;\n;El;Värme\n"


def test_cached_values_of_formulas_are_used_and_error_values_are_missing() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Blad1")
        sheet.write_formula(0, 0, "=1+1", None, 7)
        sheet.write_formula(1, 0, "=NA()", None, "#N/A")
        sheet.write_formula(2, 0, "=1+1", None, "")
        sheet.write(3, 0, 1)
    content = out.getvalue()
    assert [line.strip('"') for line in text_of(content).split("\n")] == ["7", "", "", "1", ""]
    said = workbook_precheck.check_zip_workbook(content)
    assert [one.split(" celler")[0] for one in said] == ["1", "1"]
    assert "aldrig räknats ut" in said[0]
    assert "felvärde" in said[1]


def test_hidden_and_very_hidden_sheets_are_kept_apart() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name in ("Syns", "Dold", "Helt dold"):
            book.add_worksheet(name).write(0, 0, name)
        book.get_worksheet_by_name("Dold").hide()
        book.get_worksheet_by_name("Helt dold").very_hidden()
    found = sheets(out.getvalue())
    assert (list(found.visible), list(found.hidden)) == (["Syns"], ["Dold", "Helt dold"])


def test_xls_gives_the_same_text_as_xlsx() -> None:
    content = xls({"Blad1": [["Tid", "kWh"], [Date(45292.0416666), 1.234]], "Dold": [["x"]]}, hidden=["Dold"])
    assert text_of(content) == "Tid;kWh\n2024-01-01 01:00;1,2340\n"
    assert list(sheets(content).hidden) == ["Dold"]


def test_xlsb_is_read() -> None:
    assert text_of(xlsb([(0, [(0, 1.5)]), (1, [(1, 3.512)])])) == "1,5;\n;3,5120\n"


def test_damaged_workbook_is_refused() -> None:
    with pytest.raises(BadInput, match="går inte att läsa"):
        sheets(b"PK\x03\x04 no workbook")
