"""Readings with their holes: a line that breaks, hatched fields where values are missing, open marks if estimated."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import plotly.graph_objects as go
import polars as pl

from dashboards import number_format
from dashboards.figures import theme
from dashboards.periods import day_text
from dashboards.text import _
from dashboards.words import day_status

HALF_DAY = timedelta(hours=12)
"""A field lies around the point of its day."""


def fields(days: list[date]) -> list[tuple[date, date]]:
    """Days that follow each other joined to fields (first, last); `days` in order."""
    joined: list[tuple[date, date]] = []
    for day in days:
        if joined and day - joined[-1][1] == timedelta(days=1):
            joined[-1] = (joined[-1][0], day)
        else:
            joined.append((day, day))
    return joined


def figure(rows: pl.DataFrame, *, height: int = 240) -> go.Figure:
    """Draw rows of `day_local, energy_kwh, day_status`; a day that has no row is missing too."""
    chart = theme.figure(height)
    if rows.is_empty():
        return chart
    first, last = rows["day_local"].min(), rows["day_local"].max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    calendar = pl.DataFrame({"day_local": pl.date_range(first, last, "1d", eager=True)})
    every = calendar.join(rows, on="day_local", how="left").with_columns(pl.col("day_status").fill_null("missing"))
    shown = every.with_columns(
        energy_kwh=pl.when(pl.col("day_status") == "missing").then(None).otherwise(pl.col("energy_kwh"))
    )
    highest = shown["energy_kwh"].max()
    top = 1.08 * float(highest) if isinstance(highest, (int, float)) and highest > 0 else 1.0
    _add_fields(chart, every, "missing", top, "/")
    _add_fields(chart, every, "partial", top, ".")
    whole = shown.with_columns(
        energy_kwh=pl.when(pl.col("day_status") == "partial").then(None).otherwise(pl.col("energy_kwh"))
    )
    days = whole["day_local"].to_list()
    chart.add_scatter(
        x=days,
        y=whole["energy_kwh"].to_list(),
        mode="lines",
        line={"color": theme.MEASURED, "width": 1.25},
        connectgaps=False,
        hoverinfo="skip",
    )
    for status, mark in (
        ("estimated", {"symbol": "circle-open", "size": 5, "color": theme.MEASURED}),
        ("measured", None),
    ):
        part = shown.filter(pl.col("day_status") == status)
        chart.add_scatter(
            x=part["day_local"].to_list(),
            y=part["energy_kwh"].to_list(),
            mode="markers",
            hoverinfo="text",
            marker=mark or {"size": 8, "opacity": 0},
            text=[
                f"{day_text(day)}<br>{number_format.energy(energy)}, {day_status(status)}"
                for day, energy in part.select("day_local", "energy_kwh").iter_rows()
            ],
        )
    chart.update_yaxes(range=[0, top], ticksuffix=" kWh", tickformat=",~f")
    theme.date_axis(chart, first, last)
    chart.update_layout(bargap=0, barmode="overlay")
    return chart


def _add_fields(chart: go.Figure, every: pl.DataFrame, status: str, top: float, pattern: str) -> None:
    """Hatched fields over the days of one status; one bar for each field."""
    spans = fields(every.filter(pl.col("day_status") == status)["day_local"].to_list())
    if not spans:
        return
    milliseconds = 86_400_000
    lengths = [(end - start).days + 1 for start, end in spans]
    chart.add_bar(
        x=[(datetime.combine(start, time.min) - HALF_DAY).isoformat() for start, _end in spans],
        y=[top] * len(spans),
        offset=0,
        width=[length * milliseconds for length in lengths],
        hoverinfo="text",
        hovertext=[f"{_span(start, end)}: {day_status(status)}" for start, end in spans],
        marker={
            "color": "#FFFFFF",
            "line": {"width": 0},
            "pattern": {"shape": pattern, "fgcolor": theme.MISSING, "bgcolor": "#F7F8F9", "size": 6, "solidity": 0.2},
        },
    )


def _span(start: date, end: date) -> str:
    return day_text(start) if start == end else f"{day_text(start)} – {day_text(end)}"


def legend() -> str:
    """The words for the marks, as HTML."""
    open_dot = f"border:1.5px solid {theme.MEASURED};border-radius:50%;width:.6rem;height:.6rem"
    dotted = f"background:radial-gradient({theme.MISSING} 1px,#fff 1.5px) 0 0/5px 5px;border-color:{theme.MISSING}"
    return theme.key(
        [
            (theme.line_mark(theme.MEASURED, width=2), _("uppmätt")),
            (open_dot, _("uppskattat")),
            (dotted, _("ofullständigt dygn")),
            (theme.HATCHED_MARK, _("saknas")),
        ]
    )
