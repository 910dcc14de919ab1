"""Tables that are read aloud in order and show names as text."""

from dashboards import tables
from dashboards.tables import Column
from tests.dashboards.small_home import HOSTILE


def test_a_table_has_a_caption_headings_and_escaped_cells() -> None:
    html = tables.table("Fil <b>", [Column("Namn"), Column("Antal", is_number=True)], [[HOSTILE, "1"]])
    assert "Fil &lt;b&gt;</caption>" in html
    assert '<th scope="col">Namn</th>' in html
    assert '<th scope="row">&lt;img src=x' in html
    assert '<td class="spark-number">1</td>' in html
    assert "<img" not in html


def test_a_link_cannot_leave_its_attribute() -> None:
    cell = tables.link('"><script>', 'kommun?x="><script>')
    assert "<script>" not in cell.html


def test_a_trend_says_in_words_what_it_shows_and_leaves_holes() -> None:
    cell = tables.trend([-0.05, None, 0.02], "Först <, sedan mer")
    assert 'alt="Först &lt;, sedan mer"' in cell.html
    assert tables.trend([None, None], "x").html == "–"


def test_a_change_within_the_uncertainty_has_no_colour() -> None:
    assert tables.change("−1 %", -0.01, is_certain=False).style == ""
    assert tables.change("−9 %", -0.09, is_certain=True).style == "spark-saved"
    assert tables.change("+9 %", 0.09, is_certain=True).style == "spark-more"
