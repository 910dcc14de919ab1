"""Which sheets of a workbook count, and what is said of the others."""

from __future__ import annotations

import io

import xlsxwriter

from tests.ingest.made_up_files import SCHOOL, read_meter, refusal_of, total_kwh, workbook

HEADER = ["Anläggnings-id", "Starttid", "kWh"]


def rows(month: int) -> list[list]:
    return [HEADER, *([SCHOOL, f"2024-0{month}-01T0{hour}:00Z", 1.5] for hour in range(2))]


def with_hidden(visible: list[list] | None, hidden: list[list]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, cells in (("Syns", visible or [["Se nästa blad"]]), ("Dold", hidden)):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(cells):
                sheet.write_row(number, 0, row)
        book.get_worksheet_by_name("Dold").hide()
    return out.getvalue()


def test_sheets_with_values_are_read_together_and_others_passed_over() -> None:
    content = workbook({"Om filen": [["Mätvärden", "2024"]], "Jan": rows(1), "Feb": rows(2)})
    assert total_kwh(read_meter(content, "x.xlsx")) == 6.0


def test_hidden_sheet_is_left_and_named_when_it_has_values() -> None:
    file = read_meter(with_hidden(rows(1), rows(2)), "x.xlsx")
    assert total_kwh(file) == 3.0
    assert "dolda bladet Dold har mätvärden" in file.warnings[-1]


def test_hidden_sheet_without_values_is_not_spoken_of() -> None:
    assert not read_meter(with_hidden(rows(1), [["Hjälptabell"]]), "x.xlsx").warnings


def test_hidden_sheet_is_read_when_no_other_can_be() -> None:
    file = read_meter(with_hidden(None, rows(1)), "x.xlsx")
    assert total_kwh(file) == 3.0
    assert "dolda blad" in file.warnings[-1]


def test_sheet_that_is_a_form_without_values_is_named_and_does_not_stop_the_others() -> None:
    file = read_meter(workbook({"2024": rows(1), "2025": [HEADER]}), "x.xlsx")
    assert total_kwh(file) == 3.0
    assert file.warnings[-1].startswith("Bladet 2025 lästes inte: Inga mätvärden")


def test_workbook_with_only_a_form_is_refused_with_its_reason() -> None:
    refused = refusal_of(workbook({"2025": [HEADER]}))
    assert refused is not None
    assert "Inga mätvärden" in refused.message_sv
