"""Readings with their holes: a line that breaks, hatched fields where values are missing, open marks if estimated."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboards import number_format
from dashboards.figures import theme
from dashboards.periods import day_text, month
from dashboards.text import _
from dashboards.words import day_status

HALF_DAY = timedelta(hours=12)
"""A field lies around the point of its day."""
DAY_MILLISECONDS = 86_400_000
MISSING_MARK: dict[str, Any] = {
    "color": "#FFFFFF",
    "line": {"width": 0},
    "pattern": {"shape": "/", "fgcolor": theme.MISSING, "bgcolor": "#F7F8F9", "size": 6, "solidity": 0.2},
}
"""A light hatched field."""


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


def month_figure(rows: pl.DataFrame, *, height: int = 240) -> go.Figure:
    """Draw rows of `day_local` (the first of a month), `energy_kwh, day_status`, one for each month, as bars."""
    chart = theme.figure(height)
    highest = rows["energy_kwh"].max()
    top = 1.08 * float(highest) if isinstance(highest, (int, float)) and highest > 0 else 1.0
    patterns = {"estimated": "/", "partial": "."}
    for status in ("measured", "estimated", "partial", "missing"):
        part = rows.filter(pl.col("day_status") == status)
        is_missing = status == "missing"
        chart.add_bar(
            x=[month_start.replace(day=15).isoformat() for month_start in part["day_local"]],
            y=[top] * part.height if is_missing else part["energy_kwh"].to_list(),
            width=[20 * DAY_MILLISECONDS] * part.height,
            hoverinfo="text",
            hovertext=[
                f"{month(day)}<br>{day_status(status) if is_missing else number_format.energy(energy)}"
                for day, energy in part.select("day_local", "energy_kwh").iter_rows()
            ],
            marker=MISSING_MARK
            if is_missing
            else {"color": theme.MEASURED, "pattern": {"shape": patterns.get(status, ""), "size": 6}},
        )
    chart.update_yaxes(range=[0, top], ticksuffix=" kWh", tickformat=",~f")
    first, last = rows["day_local"][0], rows["day_local"][-1]
    theme.date_axis(chart, first, last.replace(day=28))
    chart.update_layout(barmode="overlay")
    return chart


def _add_fields(chart: go.Figure, every: pl.DataFrame, status: str, top: float, pattern: str) -> None:
    """Hatched fields over the days of one status; one bar for each field."""
    spans = fields(every.filter(pl.col("day_status") == status)["day_local"].to_list())
    if not spans:
        return
    lengths = [(end - start).days + 1 for start, end in spans]
    chart.add_bar(
        x=[(datetime.combine(start, time.min) - HALF_DAY).isoformat() for start, _end in spans],
        y=[top] * len(spans),
        offset=0,
        width=[length * DAY_MILLISECONDS for length in lengths],
        hoverinfo="text",
        hovertext=[f"{_span(start, end)}: {day_status(status)}" for start, end in spans],
        marker=MISSING_MARK | {"pattern": MISSING_MARK["pattern"] | {"shape": pattern}},
    )


def _span(start: date, end: date) -> str:
    return day_text(start) if start == end else f"{day_text(start)} – {day_text(end)}"


def month_legend() -> str:
    """The words for the marks of month_figure, as HTML."""
    stripes = f"background:repeating-linear-gradient(135deg,{theme.MEASURED} 0 3px,#fff 3px 4px)"
    dots = f"background:radial-gradient(#fff 1px,{theme.MEASURED} 1.5px) 0 0/5px 5px"
    return theme.key(
        [
            (theme.field_mark(theme.MEASURED), _("uppmätt")),
            (stripes, _("uppskattat")),
            (dots, _("ofullständig månad")),
            (theme.HATCHED_MARK, _("saknas")),
        ]
    )


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
