"""Receipts to take away: every table as a sheet, and no cell that a spreadsheet would run."""

from __future__ import annotations

import io
from typing import Any

import fastexcel
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import receipt_files, text
from dashboards.preview import Preview, of_receipt
from tests.dashboards.made_up_receipt import RECEIPT

EVIL = '=HYPERLINK("http://elak.example","klicka")'
METER = "735999000000000011"
FOUND = RECEIPT | {
    "file": EVIL,
    "rows": {"read": 749, "used": 745, "superseded": 0, "held": 2, "rejected": 2},
    "energy_kwh": {"read": 52004.5, "used": 52000.0, "superseded": 0.0, "held": 4.5, "rejected": 0.0},
    "months": [
        {
            "metering_point_id": METER,
            "direction": "consumption",
            "month": "2026-10",
            "rows": 745,
            "energy_kwh": 52000.0,
            "missing": 2,
            "estimated": 3,
        }
    ],
    "comparison": [
        {
            "metering_point_id": METER,
            "direction": "consumption",
            "month": "2026-10",
            "change": "changed",
            "energy_before_kwh": 51000.0,
            "energy_in_file_kwh": 52000.0,
            "energy_after_kwh": 52000.0,
        }
    ],
    "rejected": [
        {"row": 17, "reason": "Värdet kan inte läsas som ett tal.", "fix": "Rätta cellen."},
        {"row": 18, "reason": "@SUM(A1)", "fix": "+1"},
    ],
    "unknown_meters": [
        {"metering_point_id": "-1+cmd", "reason": "unknown_meter", "rows": 2, "energy_kwh": 4.5, "suggestions": []}
    ],
}


def _found(**more: Any) -> Preview:
    return of_receipt(FOUND | more)


def _sheets(content: bytes) -> dict[str, list[tuple]]:
    book = fastexcel.read_excel(content)
    return {
        name: book.load_sheet(name, header_row=None, dtypes="string").to_polars().rows() for name in book.sheet_names
    }


def test_the_workbook_has_a_sheet_for_each_table() -> None:
    sheets = _sheets(receipt_files.workbook(_found()))
    assert list(sheets) == [
        "Sammanfattning",
        "Serier",
        "Månader",
        "Ändringar",
        "Avvisade rader",
        "Väntande rader",
        "Frågor",
    ]
    assert sheets["Månader"][0] == ("Mätare", "Månad", "Riktning", "Värden", "Energi (kWh)", "Saknas", "Uppskattade")
    assert sheets["Månader"][1] == (METER, "2026-10", "förbrukning", "745", "52000", "2", "3")
    assert ("Väntar", "2", "4.5") in sheets["Sammanfattning"]
    assert sheets["Frågor"][1][:2] == ("Enhet", "kWh")


def test_no_cell_of_the_workbook_is_a_formula_or_a_link() -> None:
    sheets = _sheets(receipt_files.workbook(_found()))
    assert sheets["Sammanfattning"][1][:2] == ("Fil", "'" + EVIL)
    assert sheets["Avvisade rader"][2] == ("18", "'@SUM(A1)", "'+1")
    import zipfile

    with zipfile.ZipFile(io.BytesIO(receipt_files.workbook(_found()))) as archive:
        parts = b"".join(archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets"))
    assert b"<f>" not in parts
    assert b"hyperlink" not in parts.lower()


def test_the_csv_has_the_mark_of_utf_8_semicolons_and_decimal_commas() -> None:
    content = receipt_files.unused_rows_csv(_found())
    assert content.startswith(b"\xef\xbb\xbf")
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines[:3] == [
        "Rad;Skäl;Gör så här",
        "17;Värdet kan inte läsas som ett tal.;Rätta cellen.",
        "18;'@SUM(A1);'+1",
    ]
    assert lines[4] == "Mätare;Skäl;Gör så här;Värden;Energi (kWh)"
    assert lines[5].startswith("'-1+cmd;mätaren finns inte i registret;")
    assert lines[5].endswith(";2;4,5")


@given(st.text())
def test_no_text_becomes_a_formula(cell: str) -> None:
    assert not receipt_files.safe_cell(cell).startswith(receipt_files.FORMULA_STARTS)


def test_a_file_made_on_another_thread_speaks_the_language_of_the_page() -> None:
    text.use("en")
    make = receipt_files._made(receipt_files.unused_rows_csv, _found())
    text.use("sv")
    assert b"Reason" in make()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_sheet_names_are_names_that_excel_takes(language: str) -> None:
    text.use(language)
    names = [table.sheet for table in receipt_files.tables(_found())]
    assert len({name.lower() for name in names}) == len(names)
    assert all(0 < len(name) <= 31 and not set(name) & set(r"[]:*?/\\") for name in names)
