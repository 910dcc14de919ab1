"""Measured against expected for one meter: two lines, the band, and the area between in the colour of its direction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import plotly.graph_objects as go
import polars as pl

from dashboards import number_format
from dashboards.figures import theme
from dashboards.text import _

Point = tuple[date, float, float]  # day, one value, the other


def _runs(days: Sequence[date], *values: Sequence[float | None]) -> list[list[int]]:
    """Places in a row where all `values` are known."""
    runs: list[list[int]] = []
    is_open = False
    for place in range(len(days)):
        if all(series[place] is not None for series in values):
            if not is_open:
                runs.append([])
            runs[-1].append(place)
            is_open = True
        else:
            is_open = False
    return runs


def _between(
    days: Sequence[date], upper: Sequence[float | None], lower: Sequence[float | None]
) -> tuple[list[date | None], list[float | None]]:
    """Closed polygons between two series, one for each run without holes, parted by None."""
    x: list[date | None] = []
    y: list[float | None] = []
    for run in _runs(days, upper, lower):
        x += [*(days[place] for place in run), *(days[place] for place in reversed(run)), None]
        y += [*(upper[place] for place in run), *(lower[place] for place in reversed(run)), None]
    return x, y


def figure(
    rows: pl.DataFrame,
    *,
    title_of: Callable[[date], str],
    measures: Sequence[tuple[date, str]] = (),
    unit: str = "kWh",
    preliminary_from: date | None = None,
) -> go.Figure:
    """Draw rows of `day_local, energy, expected, expected_low, expected_high` (in `unit`; null leaves a gap).

    `title_of` names a row's time for the hover; `measures` are (day, words) of vertical lines; values from
    `preliminary_from` on may still change.
    """
    days = rows["day_local"].to_list()
    measured, expected = rows["energy"].to_list(), rows["expected"].to_list()
    chart = theme.figure(360)
    x, y = _between(days, rows["expected_high"].to_list(), rows["expected_low"].to_list())
    chart.add_scatter(x=x, y=y, fill="toself", fillcolor=theme.BAND, mode="lines", line={"width": 0}, hoverinfo="skip")
    for pick, colour in ((min, theme.SAVED_AREA), (max, theme.USED_MORE_AREA)):
        edge = [
            None if one is None or other is None else pick(one, other)
            for one, other in zip(measured, expected, strict=True)
        ]
        x, y = _between(days, edge, expected)
        chart.add_scatter(x=x, y=y, fill="toself", fillcolor=colour, mode="lines", line={"width": 0}, hoverinfo="skip")
    chart.add_scatter(
        x=days,
        y=expected,
        mode="lines",
        line={"color": theme.EXPECTED, "width": 1.25},
        connectgaps=False,
        hoverinfo="skip",
    )
    is_short = len(days) <= 45
    chart.add_scatter(
        x=days,
        y=measured,
        mode="lines+markers" if is_short else "lines",
        connectgaps=False,
        hoverinfo="skip",
        line={"color": theme.MEASURED, "width": 2 if len(days) <= 120 else 1.25},
        marker={"size": 5},
    )
    decimals = 1 if unit == "MWh" else 0
    chart.add_scatter(
        x=days,
        y=[one if one is not None else other for one, other in zip(measured, expected, strict=True)],
        mode="markers",
        marker={"size": 10, "opacity": 0},
        hoverinfo="text",
        text=[
            title_of(day)
            + "<br>"
            + _("uppmätt {energy}").format(energy=number_format.with_unit(one, unit, decimals))
            + "<br>"
            + _("väntat {energy}").format(energy=number_format.with_unit(other, unit, decimals))
            for day, one, other in zip(days, measured, expected, strict=True)
        ],
    )
    known = [value for value in [*measured, *expected, *rows["expected_high"].to_list()] if value is not None]
    chart.update_yaxes(
        rangemode="tozero",
        range=[min(0.0, *known), 1.12 * max(known)] if known else None,
        ticksuffix=f" {unit}",
        tickformat=",~f",
    )
    if days:
        theme.date_axis(chart, days[0], days[-1])
        if preliminary_from is not None and preliminary_from <= days[-1]:
            _add_preliminary(chart, max(preliminary_from, days[0]), days[-1])
        add_measures(chart, [(day, words) for day, words in measures if days[0] <= day <= days[-1]])
    return chart


def _add_preliminary(chart: go.Figure, first: date, last: date) -> None:
    """A light field behind values that may change, from the value before it, with its word."""
    chart.add_vrect(x0=first, x1=last, fillcolor=theme.EXPECTED, opacity=0.12, line_width=0, layer="below")
    chart.add_annotation(
        x=last,
        y=0.02,
        yref="paper",
        text=_("preliminärt"),
        showarrow=False,
        xanchor="right",
        yanchor="bottom",
        font={"size": 12, "color": theme.AXIS_TEXT},
        bgcolor="rgba(255,255,255,0.8)",
    )


def add_measures(chart: go.Figure, measures: Sequence[tuple[date, str]]) -> None:
    """Thin vertical lines with a short label; labels step down so that neighbours do not lie on each other."""
    for place, (day, words) in enumerate(sorted(measures)):
        chart.add_shape(
            type="line", x0=day, x1=day, y0=0, y1=1, yref="paper", line={"color": theme.TEXT, "width": 1}, layer="above"
        )
        chart.add_annotation(
            x=day,
            y=1 - 0.07 * (place % 3),
            yref="paper",
            text=theme.label(words),
            showarrow=False,
            xanchor="left",
            yanchor="top",
            xshift=3,
            font={"size": 12, "color": theme.TEXT},
            bgcolor="rgba(255,255,255,0.8)",
        )


def legend() -> str:
    """The words for lines and areas, as HTML."""
    return theme.key(
        [
            (theme.line_mark(theme.MEASURED), _("uppmätt")),
            (theme.line_mark(theme.EXPECTED, width=2), _("väntat")),
            (theme.field_mark(theme.BAND), _("90 % osäkerhet")),
            (theme.field_mark(theme.SAVED_AREA), _("mindre än väntat")),
            (theme.field_mark(theme.USED_MORE_AREA), _("mer än väntat")),
        ]
    )
