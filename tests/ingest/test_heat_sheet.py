"""Monthly sheets: one row a facility, one column a month."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from pipelines.ingest.heat_sheet import month_of
from tests.ingest.made_up_files import LIBRARY, SCHOOL, read_meter, starts, total_kwh, workbook

TITLE: list[list[Any]] = [["Fjärrvärme – månadsvärden"], ["Utskrivet 2024-05-02"], []]
HEADER = ["Anläggnings-id", "Anläggning", "Adress", "Enhet", "2024-01", "2024-02", "2024-03"]


def sheet(*rows: list[Any], header: list[Any] | None = None) -> bytes:
    return workbook({"Månadsvärden": [*TITLE, header or HEADER, *rows]})


def test_rows_of_facilities_become_local_calendar_months() -> None:
    file = read_meter(sheet([SCHOOL, "Skolan", "Storgatan 1", "MWh", 12.5, 11, 9.25]), "x.xlsx")
    assert (file.format, file.id_source, file.questions) == ("monthly-sheet", "column", ())
    assert file.readings["energy_kwh"].to_list() == [12_500.0, 11_000.0, 9_250.0]
    assert starts(file) == ["2023-12-31 23:00", "2024-01-31 23:00", "2024-02-29 23:00"]
    ends = file.readings["period_end_utc"].dt.strftime("%Y-%m-%d %H:%M").to_list()
    assert ends == ["2024-01-31 23:00", "2024-02-29 23:00", "2024-03-31 22:00"]
    row = file.readings.row(0, named=True)
    assert (row["carrier"], row["resolution"], row["unit"], row["source_row"]) == ("district_heating", "P1M", "MWh", 5)


def test_sum_row_is_left_out_and_empty_cells_are_missing() -> None:
    rows = [
        [SCHOOL, "Skolan", "", "MWh", 10, None, 0],
        [LIBRARY, "Biblioteket", "", "MWh", 5, 4, 3],
        ["Summa", "", "", "MWh", 15, 4, 3],
    ]
    file = read_meter(sheet(*rows), "x.xlsx")
    assert file.readings["metering_point_id"].unique(maintain_order=True).to_list() == [SCHOOL, LIBRARY]
    assert file.readings["energy_kwh"].to_list()[:3] == [10_000.0, None, 0.0]
    assert file.readings["quality"].to_list()[:3] == ["measured", "missing", "measured"]
    assert (total_kwh(file), file.rejected.height) == (22_000.0, 0)


@pytest.mark.parametrize("mark", ["11,5*", "11,5 *", "11,5 (beräknat)", "11,5 beräknad"])
def test_marked_value_is_estimated(mark: str) -> None:
    file = read_meter(sheet([SCHOOL, "", "", "MWh", 10, mark, 9]), "x.xlsx")
    assert file.readings["quality"].to_list() == ["measured", "estimated", "measured"]
    assert file.readings["energy_kwh"][1] == 11_500.0


def test_numbers_of_three_decimals_beside_typed_text_are_not_thousands() -> None:
    file = read_meter(sheet([SCHOOL, "", "", "MWh", 36.876, "15,226 *", 9.125]), "x.xlsx")
    assert file.readings["energy_kwh"].to_list() == pytest.approx([36_876.0, 15_226.0, 9_125.0])


def test_status_column_beside_a_month_or_for_the_row() -> None:
    beside = ["Anläggnings-id", "Enhet", "2024-01", "Status", "2024-02", "Status"]
    file = read_meter(sheet([SCHOOL, "MWh", 10, "Uppmätt", 9, "Beräknat"], header=beside), "x.xlsx")
    assert file.readings["quality"].to_list() == ["measured", "estimated"]
    whole = ["Anläggnings-id", "Enhet", "2024-01", "2024-02", "Status"]
    file = read_meter(sheet([SCHOOL, "MWh", 10, 9, "Beräknat"], header=whole), "x.xlsx")
    assert file.readings["quality"].to_list() == ["estimated", "estimated"]


def test_months_written_as_excel_dates() -> None:
    header = ["Anläggnings-id", "Enhet", datetime(2024, 1, 1), datetime(2024, 2, 1)]
    assert starts(read_meter(sheet([SCHOOL, "MWh", 1, 2], header=header), "x.xlsx"))[1] == "2024-01-31 23:00"


def test_value_without_facility_is_rejected() -> None:
    file = read_meter(sheet([SCHOOL, "", "", "MWh", 1, 1, 1], [None, "Okänd", "", "MWh", 7, None, None]), "x.xlsx")
    assert file.rejected.rows()[0][:2] == (6, "Anläggnings-id saknas på en rad med värden.")


def test_same_table_as_csv() -> None:
    content = f"Fjärrvärme\n\nAnläggnings-id;Enhet;jan 2024;feb 2024\n{SCHOOL};MWh;1 200,5;3\nSumma;;1 200,5;3\n"
    assert total_kwh(read_meter(content)) == 1_203_500.0


def test_a_sheet_for_each_year_is_one_file() -> None:
    sheets = {
        year: [["Anläggnings-id", "Enhet", f"{year}-01"], [SCHOOL, "MWh", value]]
        for year, value in (("2023", 1), ("2024", 2))
    }
    file = read_meter(workbook(sheets), "x.xlsx")
    assert file.readings["energy_kwh"].to_list() == [1000.0, 2000.0]


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2024-03", "2024-03"),
        ("202403", "2024-03"),
        ("mars 2024", "2024-03"),
        ("Maj 24", "2024-05"),
        ("okt-2024", "2024-10"),
        ("2024 december", "2024-12"),
        ("2024-13", None),
        ("Summa", None),
        ("735999", None),
    ],
)
def test_month_is_read_from_a_header(text: str, month: str | None) -> None:
    found = month_of(text)
    assert (f"{found:%Y-%m}" if found else None) == month
