"""ODS workbooks as sheets."""

from __future__ import annotations

import pytest

from pipelines.errors import BadInput
from pipelines.ingest.open_document import sheets
from tests.ingest.made_up_binary_workbooks import ods


def table(rows: str, name: str = "Blad1", style: str = "") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{rows}</table:table>'


def cell(kind: str, value: str, shown: str = "visas", more: str = "") -> str:
    attribute = {"float": "value", "date": "date-value", "time": "time-value", "boolean": "boolean-value"}.get(kind)
    given = f' office:{attribute}="{value}"' if attribute else ""
    return f'<table:table-cell office:value-type="{kind}"{given} {more}><text:p>{shown}</text:p></table:table-cell>'


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def text_of(rows: str) -> str:
    return sheets(ods(table(rows))).visible["Blad1"].text


def test_cells_of_each_kind() -> None:
    cells = (
        cell("float", "0.333333333333333333", "0,33"),
        cell("date", "2024-01-01T00:59:59.998"),
        cell("time", "PT13H15M00S"),
        cell("time", "PT25H30M00S"),
        cell("string", "", "1.234"),
        cell("boolean", "true", "SANT"),
    )
    assert text_of(row(*cells)) == "0,333333333333333;2024-01-01 01:00;13:15;25:30;1.234;true\n"


def test_repeated_cells_and_rows_are_written_out_and_empty_ones_take_no_place() -> None:
    empty = '<table:table-cell table:number-columns-repeated="16383"/>'
    rows = (
        row(cell("float", "1", more='table:number-columns-repeated="2"'), empty)
        + row(empty, more='table:number-rows-repeated="2"')
        + row(cell("string", "", "slut"))
        + row(empty, more='table:number-rows-repeated="1048572"')
    )
    assert text_of(rows) == "1;1\n;\n;\nslut;\n"


def test_hidden_sheets_are_kept_apart() -> None:
    style = '<style:style style:name="dold"><style:table-properties table:display="false"/></style:style>'
    content = table(row(cell("float", "1"))) + table(row(cell("float", "2")), "Dold", "dold")
    found = sheets(ods(content, styles=style))
    assert (list(found.visible), list(found.hidden)) == (["Blad1"], ["Dold"])


def test_formula_that_was_never_computed_is_told_of() -> None:
    rows = row('<table:table-cell table:formula="of:=1+1"/>', cell("float", "1"))
    assert "1 celler har formler som aldrig räknats ut" in sheets(ods(table(rows))).warnings[0]


def test_sheet_that_spans_everything_is_refused() -> None:
    wide = '<table:table-cell table:number-columns-repeated="16383"/>'
    rows = row(cell("float", "1")) + row(more='table:number-rows-repeated="1048574"') + row(wide, cell("float", "1"))
    with pytest.raises(BadInput, match="orimligt många rader"):
        text_of(rows)


def test_filled_cell_repeated_over_everything_is_refused() -> None:
    repeated = cell("float", "1", more='table:number-columns-repeated="16384"')
    with pytest.raises(BadInput, match="orimligt många rader"):
        text_of(row(repeated, more='table:number-rows-repeated="1048576"'))


def test_workbook_with_a_password_is_refused() -> None:
    with pytest.raises(BadInput, match="lösenord"):
        sheets(ods(table(""), encrypted=True))


def test_truncated_content_is_refused() -> None:
    with pytest.raises(BadInput, match="skadad"):
        sheets(ods("<table:table><table:table-row>"))
