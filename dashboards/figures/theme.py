"""One visual language for all figures (design: look.md): colours by meaning, type, axes and their words.

Texts from data that go into a figure pass through `label`, since Plotly reads HTML in titles, ticks and hovers.
"""

from __future__ import annotations

from datetime import date, timedelta

import plotly.graph_objects as go

from dashboards.periods import add_months, month_name, month_start
from dashboards.text import escape_html, language

MEASURED = "#1F4E79"
EXPECTED = "#5F6B76"
BAND = "#D7DEE5"
SAVED = "#1B7F79"
USED_MORE = "#B35C00"
SAVED_AREA = "rgba(27,127,121,0.45)"
USED_MORE_AREA = "rgba(179,92,0,0.45)"
MISSING = "#8A949E"
PATH = "#000000"
TEXT = "#1B2127"
AXIS_TEXT = "#3D4852"
GRID = "#E9EDF0"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
CARRIERS = {
    "electricity": "#C79A00",
    "district_heating": "#A23B5E",
    "district_cooling": "#3E8FC4",
    "gas": "#6B5B95",
    "oil": "#4A4A4A",
    "pellets": "#8A5A2B",
    "wood_chips": "#5B7F3A",
}
"""One colour for each carrier, the same on every page."""

CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
"""Plotly's own buttons are English and not needed: every figure has its table."""


def label(value: object) -> str:
    """Text from data for a figure."""
    return escape_html(value)


def figure(height: int = 320) -> go.Figure:
    """An empty figure in the house's style; `height` in pixels."""
    blank = go.Figure()
    blank.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="white",
        plot_bgcolor="white",
        font={"family": FONT, "size": 13, "color": TEXT},
        separators=",\u00a0" if language() == "sv" else ".,",
        hoverlabel={"bgcolor": "white", "bordercolor": EXPECTED, "font": {"family": FONT, "size": 13, "color": TEXT}},
        showlegend=False,
        dragmode=False,
        hovermode="closest",
    )
    axis = {
        "automargin": True,
        "gridcolor": GRID,
        "zeroline": False,
        "linecolor": EXPECTED,
        "tickfont": {"color": AXIS_TEXT, "size": 13},
        "title": {"font": {"color": AXIS_TEXT, "size": 13}},
        "fixedrange": True,
    }
    blank.update_xaxes(**axis, showgrid=False, showline=True, ticks="outside", tickcolor=EXPECTED, ticklen=4)
    blank.update_yaxes(**axis)
    return blank


def date_axis(chart: go.Figure, first: date, last: date) -> None:
    """Years under a long time, months under a short one, in the page's language (Plotly's own are English)."""
    month_count = (last.year - first.year) * 12 + last.month - first.month + 1
    if (last - first).days <= 75:
        step_days = 7 if (last - first).days > 10 else 2
        days = [first + timedelta(days=offset) for offset in range(0, (last - first).days + 1, step_days)]
        texts = [f"{day.day} {month_name(day)[:3]}" + (f"<br>{day.year}" if day == first else "") for day in days]
    elif month_count > 30:
        days = [date(year, 1, 1) for year in range(first.year, last.year + 2)]
        texts = [str(day.year) for day in days]
    else:
        step = 1 if month_count <= 7 else 2 if month_count <= 14 else 3
        start = month_start(first)
        days = [add_months(start, offset) for offset in range(0, month_count + 1, step)]
        texts = [
            month_name(day)[:3] + (f"<br>{day.year}" if place == 0 or day.month <= step else "")
            for place, day in enumerate(days)
        ]
    shown = [(day, text) for day, text in zip(days, texts, strict=True) if first <= day <= last]
    chart.update_xaxes(
        type="date",
        tickmode="array",
        tickvals=[day.isoformat() for day, _text in shown],
        ticktext=[text for _day, text in shown],
        range=[first.isoformat(), last.isoformat()],
        tickangle=0,
    )


def key(entries: list[tuple[str, str]]) -> str:
    """A legend in HTML: pairs of (CSS of the mark, words)."""
    marks = "".join(f'<span><i style="{style}"></i>{escape_html(words)}</span>' for style, words in entries)
    return f'<p class="spark-key">{marks}</p>'


def line_mark(colour: str, style: str = "solid", width: int = 3) -> str:
    """The mark of a line in a legend."""
    return f"border:0;border-top:{width}px {style} {colour};height:0;margin-bottom:.25rem"


def field_mark(colour: str) -> str:
    """The mark of a filled area in a legend."""
    return f"background:{colour}"


HATCHED_MARK = f"background:repeating-linear-gradient(135deg,#fff 0 3px,{MISSING} 3px 4px);border-color:{MISSING}"
"""The mark of what is missing in a legend."""
