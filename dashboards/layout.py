"""The parts that every page is made of: lead, figure with its words and table, empty and wrong states, footer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import plotly.graph_objects as go
import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards import periods
from dashboards.figures.theme import CONFIG
from dashboards.tables import Column, table
from dashboards.text import _, escape_html, language
from pipelines.settings import load_settings

STYLE = Path(__file__).parent / "style.css"


def page_frame() -> None:
    """Style and the document's language (Streamlit writes `en`, which a screen reader would follow)."""
    upload = escape_html(_("Välj filer"))
    st.html(
        f"<style>{STYLE.read_text(encoding='utf-8')}\n"
        f'[data-testid="stFileUploaderDropzone"] button p::after {{ content: "{upload}"; font-size: 1rem; }}</style>'
    )
    st.html(f"<script>document.documentElement.lang = '{language()}'</script>", unsafe_allow_javascript=True)


def demonstration_banner() -> None:
    """Says that nothing on the page is real."""
    said = escape_html(_("Demonstration: byggnader, mätare och siffror på den här sidan är påhittade."))
    st.html(f'<div class="spark-banner" role="note">{said}</div>')


def heading_place() -> DeltaGenerator:
    """Room for the heading above a selector that decides what it says."""
    return st.empty()


def heading(title: str, *, place: DeltaGenerator | None = None) -> None:
    """The page's one main heading. Not st.title: its Markdown makes links of addresses in names, escaped or not."""
    (place or st).html(f'<h1 class="spark-heading">{escape_html(title)}</h1>')


def section(title: str) -> None:
    """A heading inside the page."""
    st.html(f'<h2 class="spark-section">{escape_html(title)}</h2>')


def lead(sentence: str) -> None:
    """The answer, first on the page."""
    st.html(f'<p class="spark-lead">{escape_html(sentence)}</p>')


def quiet(*sentences: str) -> None:
    """What the answer rests on, in smaller type; nothing at all when there is nothing to say."""
    if not sentences:
        return
    st.html("".join(f'<p class="spark-quiet">{escape_html(sentence)}</p>' for sentence in sentences if sentence))


def show_table(
    caption: str, columns: Sequence[Column], rows: Sequence[Sequence[object]], *, is_caption_hidden: bool = False
) -> None:
    """A table, or one line that says that there is nothing in it."""
    if rows:
        st.html(table(caption, columns, rows, is_caption_hidden=is_caption_hidden))
    else:
        quiet(_("{what}: inget att visa.").format(what=caption))


def show_figure(
    chart: go.Figure,
    *,
    key: str,
    finding: str,
    subtitle: str,
    legend: str = "",
    source: str = "",
    columns: Sequence[Column] = (),
    rows: Sequence[Sequence[object]] = (),
) -> None:
    """A figure whose title says the finding, with what is shown, its legend, its source and its table.

    `legend` is HTML from dashboards.figures; the other texts are escaped here.
    """
    st.html(
        f'<p class="spark-finding">{escape_html(finding)}</p><p class="spark-quiet">{escape_html(subtitle)}</p>{legend}'
    )
    st.plotly_chart(chart, theme=None, config=CONFIG, key=key, alt=f"{finding} {subtitle}")
    if source:
        quiet(source)
    if columns:
        with st.expander(_("Visa som tabell")):
            show_table(finding, columns, rows, is_caption_hidden=True)


def facts_with_link(sentence: str, link_text: str, address: str) -> None:
    """A line of facts that ends with a way on."""
    st.html(
        f'<p class="spark-quiet">{escape_html(sentence)} '
        f'<a href="{escape_html(address)}" target="_self">{escape_html(link_text)}</a></p>'
    )


def sums(entries: Sequence[tuple[str, str]]) -> None:
    """A row of numbers with their words."""
    body = "".join(f"<div><dt>{escape_html(word)}</dt><dd>{escape_html(value)}</dd></div>" for word, value in entries)
    st.html(f'<dl class="spark-sums">{body}</dl>')


def empty(what: str, to_do: str, *, address: str | None = None, link_text: str = "") -> None:
    """An empty page: what will be here and the one thing to do."""
    link = f'<p><a href="{escape_html(address)}" target="_self">{escape_html(link_text)}</a></p>' if address else ""
    st.html(f'<div class="spark-empty"><p>{escape_html(what)}</p><p>{escape_html(to_do)}</p>{link}</div>')


def wrong(what_happened: str, to_do: str) -> None:
    """Something went wrong: in the reader's words, that nothing was lost, and what to do."""
    st.html(
        f'<div class="spark-empty" role="alert"><p><strong>{escape_html(what_happened)}</strong></p>'
        f"<p>{escape_html(to_do)}</p></div>"
    )


def expected_explained() -> str:
    """What `väntat` means; once on each page that uses it."""
    return _(
        "Väntat är den energi som byggnaderna skulle ha använt med samma väder om inget hade ändrats sedan basåret. "
        "Talen inom parentes är 90 % osäkerhet."
    )


def footer(publication: pl.DataFrame) -> None:
    """How far the data reach, when they were published and by which version."""
    row = publication.row(0, named=True)
    zone = ZoneInfo(load_settings().time_zone)
    published = row["published_utc"].astimezone(zone)
    said = _("Data till och med {day}. Publicerat {published}. Sparkraft {version}.").format(
        day=periods.day_text(row["data_through_day"]),
        published=f"{periods.day_text(published.date())} {published:%H.%M}"
        if language() == "sv"
        else f"{periods.day_text(published.date())} {published:%H:%M}",
        version=row["version"],
    )
    st.html(f'<p class="spark-footer">{escape_html(said)}</p>')
