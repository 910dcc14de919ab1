"""XML workbooks of Excel 2003 as sheets."""

from __future__ import annotations

import pytest

from pipelines.errors import BadInput
from pipelines.ingest.xml_workbook import recognises, sheets

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
ACROSS, THIRD, LAST = 'ss:MergeAcross="1"', 'ss:Index="3"', 'ss:Index="16384"'


def workbook(rows: str, *, more: str = "", name: str = "Blad1") -> str:
    return (
        f'<?xml version="1.0" encoding="ISO-8859-1"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        f'<Workbook xmlns="{NAMESPACE}" xmlns:ss="{NAMESPACE}"><Worksheet ss:Name="{name}"><Table>{rows}</Table>'
        f"{more}</Worksheet></Workbook>"
    )


def cell(kind: str, text: str, more: str = "") -> str:
    return f'<Cell {more}><Data ss:Type="{kind}">{text}</Data></Cell>'


def text_of(rows: str) -> str:
    return sheets(workbook(rows)).visible["Blad1"].text


def test_cells_of_each_kind() -> None:
    cells = cell("String", "Mängd\n(kWh)") + cell("Number", "0.30000000000000004") + cell("Boolean", "1")
    cells += cell("DateTime", "2024-01-01T00:59:59.999") + cell("DateTime", "1899-12-31T13:15:00.000")
    assert text_of(f"<Row>{cells}</Row>") == "Mängd (kWh);0,3;true;2024-01-01 01:00;13:15\n"


def test_rows_and_cells_stand_where_they_say_and_merged_cells_take_their_room() -> None:
    rows = f'<Row ss:Index="2">{cell("String", "a", ACROSS)}{cell("String", "b")}</Row>'
    rows += f"<Row>{cell('String', 'c', THIRD)}</Row>"
    assert text_of(rows) == ";;\na;;b\n;;c\n"


def test_errors_and_formulas_that_were_never_computed_are_missing_and_told_of() -> None:
    found = sheets(workbook(f'<Row>{cell("Error", "#N/A")}<Cell ss:Formula="=1"/>{cell("Number", "1")}</Row>'))
    assert found.visible["Blad1"].text == ";;1\n"
    assert len(found.warnings) == 2


def test_hidden_sheet_is_kept_apart() -> None:
    space = "urn:schemas-microsoft-com:office:excel"
    options = f'<WorksheetOptions xmlns="{space}"><Visible>SheetHidden</Visible></WorksheetOptions>'
    assert list(sheets(workbook(f"<Row>{cell('Number', '1')}</Row>", more=options)).hidden) == ["Blad1"]


def test_recognised_by_its_name_space() -> None:
    assert recognises(workbook(""))
    assert not recognises("<a/>")


@pytest.mark.parametrize(
    ("document", "word"),
    [
        (
            workbook(f'<Row>{cell("Number", "1")}</Row><Row ss:Index="1048576">{cell("Number", "1", LAST)}</Row>'),
            "orimligt",
        ),
        (workbook("<Row>")[:-30], "skadad"),
        ('<!DOCTYPE a [<!ENTITY x "y">]>' + workbook("").split("?>")[2], "dokumenttypsdeklaration"),
    ],
)
def test_harmful_document_is_refused(document: str, word: str) -> None:
    with pytest.raises(BadInput, match=word):
        sheets(document)
