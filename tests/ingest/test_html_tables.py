"""Tables of web pages as sheets."""

from __future__ import annotations

import pytest

from pipelines.errors import BadInput
from pipelines.ingest.html_tables import recognises, sheets


def text_of(page: str) -> str:
    (sheet,) = sheets(page).visible.values()
    return sheet.text


def test_cells_are_on_one_line_with_entities_and_line_breaks_resolved() -> None:
    page = "<html><body><table><tr><th>Förbruk<b>ning</b><br>(kWh)<th>Tid</tr><tr><td>1&nbsp;234,5<td>&#8722;</table>"
    assert text_of(page) == "Förbrukning (kWh);Tid\n1 234,5;−\n"


def test_cells_that_span_stand_in_the_first_place() -> None:
    page = (
        "<table><tr><th rowspan=2>Tid</th><th colspan=2>Skolan</th></tr><tr><td>El</td><td>Värme</td></tr>"
        "<tr><td>2024</td><td>1</td><td>2</td></tr></table>"
    )
    assert text_of(page) == "Tid;Skolan;\n;El;Värme\n2024;1;2\n"


def test_table_that_lays_out_the_page_is_passed_over_and_others_keep_their_order() -> None:
    page = (
        "<table><tr><td><table><caption>El</caption><tr><td>1<td>2</table></td>"
        "<td><table><tr><td>3<td>4<tr><td>5<td>6</table></td></tr></table>"
    )
    assert {name: sheet.text for name, sheet in sheets(page).visible.items()} == {
        "El": "1;2\n",
        "Tabell 2": "3;4\n5;6\n",
    }


@pytest.mark.parametrize(
    "start",
    [
        "<!DOCTYPE html><html>",
        '<?xml version="1.0"?>\n<html xmlns="x">',
        "\n<table>",
        "<!-- x --><TABLE border=1>",
        "<meta charset=x>",
    ],
)
def test_web_page_is_recognised_by_how_it_begins(start: str) -> None:
    assert recognises(start + "<tr>")


def test_other_xml_is_no_web_page() -> None:
    assert not recognises('<?xml version="1.0"?><feed xmlns="x"><table/></feed>')


@pytest.mark.parametrize(
    ("page", "word"),
    [
        ("<html><body><p>Logga in</p></body></html>", "utan någon tabell"),
        ("<table><tr><td>1</td></tr>", "avkortad"),
        ("<table><tr><td>1</td></tr></table>" + "<div>" * 3_000, "nästlad"),
        ("<table><tr><td>" + "x" * 11_000_000 + "</td></tr></table>", "nästlad"),
        ('<!DOCTYPE html [<!ENTITY a "b">]><table><tr><td>&a;</td></tr></table>', "dokumenttypsdeklaration"),
    ],
)
def test_page_without_a_whole_table_is_refused(page: str, word: str) -> None:
    with pytest.raises(BadInput, match=word):
        sheets(page)


def test_cell_that_claims_to_span_everything_is_bounded() -> None:
    page = "<table>" + "<tr>" + "<td colspan=999999>1</td>" * 5_000 + "</tr></table>"
    with pytest.raises(BadInput, match="orimligt många"):
        sheets(page)
