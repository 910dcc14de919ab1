"""Tables as plain HTML with a caption and row headings: read aloud in order, and nothing in them is Markdown.

Does not belong here: fetching and Streamlit. Every value is escaped unless it is a Cell made here.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.text import _, escape_html

TREND_WIDTH_PX = 96
TREND_HEIGHT_PX = 24
SAVED_COLOUR = "#1B7F79"
USED_MORE_COLOUR = "#B35C00"


@dataclass(frozen=True)
class Cell:
    """HTML that was made and escaped here."""

    html: str
    style: str = ""


@dataclass(frozen=True)
class Column:
    """A column heading; numbers stand to the right, and what is short (a date) stays on one line."""

    title: str
    is_number: bool = False
    is_short: bool = False


def link(text: object, address: str, *, before: str = "") -> Cell:
    """A link inside the dashboard, with a few words (a rank) before it."""
    start = f"{escape_html(before)} " if before else ""
    return Cell(f'{start}<a href="{escape_html(address)}" target="_self">{escape_html(text)}</a>')


def change(text: str, change_share: float, *, is_certain: bool) -> Cell:
    """A change in the colour of its direction; what is within the uncertainty stays in the text's colour."""
    if not is_certain:
        return Cell(escape_html(text))
    return Cell(escape_html(text), "spark-saved" if change_share < 0 else "spark-more")


def cannot_tell(reason: str) -> Cell:
    """The outlined cell for what cannot be told yet, with its reason in small."""
    title = escape_html(_("går inte att avgöra än"))
    return Cell(f'<span class="spark-unknown">{title}</span> <small>{escape_html(reason)}</small>')


def trend(values: Sequence[float | None], description: str) -> Cell:
    """A small bar chart of changes: teal below the zero line, ochre above it, a hole where there is no answer.

    The picture is an image with `description` as its text, so that it is read aloud.
    """
    known = [value for value in values if value is not None]
    if not known:
        return Cell(escape_html("–"))
    reach = max(max(abs(value) for value in known), 0.02)
    step = TREND_WIDTH_PX / len(values)
    middle = TREND_HEIGHT_PX / 2
    bars = []
    for place, value in enumerate(values):
        if value is None:
            continue
        height = max(abs(value) / reach * (middle - 1), 0.5)
        top = middle if value < 0 else middle - height
        colour = SAVED_COLOUR if value < 0 else USED_MORE_COLOUR
        left, width = place * step + 0.5, step - 1
        bars.append(f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>')
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{TREND_WIDTH_PX}" height="{TREND_HEIGHT_PX}">'
        f'<path d="M0 {middle}H{TREND_WIDTH_PX}" stroke="#5F6B76" stroke-width="0.5"/>{"".join(bars)}</svg>'
    )
    data = base64.b64encode(svg.encode()).decode()
    return Cell(
        f'<img src="data:image/svg+xml;base64,{data}" width="{TREND_WIDTH_PX}" height="{TREND_HEIGHT_PX}" '
        f'alt="{escape_html(description)}">'
    )


def table(
    caption: str, columns: Sequence[Column], rows: Sequence[Sequence[object]], *, is_caption_hidden: bool = False
) -> str:
    """An HTML table; the first column heads its row. Values that are not a Cell are escaped."""
    head = "".join(f'<th scope="col"{_number_class(c)}>{escape_html(c.title)}</th>' for c in columns)
    body = []
    for row in rows:
        cells = []
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            content = value.html if isinstance(value, Cell) else escape_html(value)
            style = value.style if isinstance(value, Cell) else ""
            if place == 0:
                cells.append(f'<th scope="row"{_number_class(column, style)}>{content}</th>')
            else:
                cells.append(f"<td{_number_class(column, style)}>{content}</td>")
        body.append(f"<tr>{''.join(cells)}</tr>")
    said = escape_html(caption)
    # The caption that is seen stands outside the table, so that it does not scroll sideways with it on a small screen.
    seen = "" if is_caption_hidden else f'<p class="spark-caption" aria-hidden="true">{said}</p>'
    return (
        f'{seen}<div class="spark-table" role="region" tabindex="0" aria-label="{said}"><table>'
        f'<caption class="spark-unseen">{said}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def _number_class(column: Column, style: str = "") -> str:
    short = "spark-short" if column.is_short else ""
    names = " ".join(filter(None, ["spark-number" if column.is_number else "", short, style]))
    return f' class="{names}"' if names else ""
