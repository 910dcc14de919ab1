"""Progress against the path: twelve months' use as percent of what was expected, with its 90 % band."""

from __future__ import annotations

from datetime import date

import plotly.graph_objects as go
import polars as pl

from dashboards import number_format
from dashboards.figures import theme
from dashboards.periods import month, month_end
from dashboards.text import _


def with_percent(rolling: pl.DataFrame) -> pl.DataFrame:
    """The rows of saving_rolling with `measured_percent`, `low_percent`, `high_percent` of what was expected."""
    expected = pl.col("expected_energy_kwh")
    measured = pl.col("compared_energy_kwh")
    half = pl.col("half_width_kwh")
    return rolling.filter(expected > 0).with_columns(
        measured_percent=100 * measured / expected,
        low_percent=100 * (measured - half) / expected,
        high_percent=100 * (measured + half) / expected,
    )


def path_percent(day: date, *, share_per_year: float, first_year: int) -> float:
    """The common path at a day: 100 % through the first year's end, then one step for each year, evenly."""
    years = (day - date(first_year, 12, 31)).days / 365.25
    return 100 * (1 - share_per_year * max(years, 0.0))


def figure(rolling: pl.DataFrame, *, share_per_year: float, first_year: int, has_path: bool = True) -> go.Figure:
    """Draw the rows of `with_percent`; a value stands at the end of its twelve months."""
    ends = [month_end(day) for day in rolling["month_local"]]
    measured = rolling["measured_percent"].to_list()
    low, high = rolling["low_percent"].to_list(), rolling["high_percent"].to_list()
    chart = theme.figure(340)
    chart.add_scatter(
        x=ends + ends[::-1],
        y=high + low[::-1],
        fill="toself",
        fillcolor=theme.BAND,
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
    )
    path = [path_percent(day, share_per_year=share_per_year, first_year=first_year) for day in ends]
    if has_path:
        chart.add_scatter(
            x=ends, y=path, mode="lines", line={"color": theme.PATH, "dash": "dot", "width": 2}, hoverinfo="skip"
        )
    preliminary = rolling["is_preliminary"].to_list()
    firm = [value if not flag else None for value, flag in zip(measured, preliminary, strict=True)]
    chart.add_scatter(x=ends, y=measured, mode="lines", line={"color": "#8FA7BD", "width": 2.5}, hoverinfo="skip")
    chart.add_scatter(
        x=ends, y=firm, mode="lines", line={"color": theme.MEASURED, "width": 2.5}, connectgaps=False, hoverinfo="skip"
    )
    hover = [
        _("Tolv månader till och med {month}").format(month=month(day))
        + "<br>"
        + _("{measured} av väntat ({low} till {high})").format(
            measured=number_format.with_unit(value, "%", 1),
            low=number_format.number(lower, 1),
            high=number_format.number(upper, 1),
        )
        for day, value, lower, upper in zip(ends, measured, low, high, strict=True)
    ]
    chart.add_scatter(
        x=ends,
        y=measured,
        mode="markers",
        marker={"color": theme.MEASURED, "size": 12, "opacity": 0},
        text=hover,
        hoverinfo="text",
    )
    values = [*low, *high, *(path if has_path else []), 100]
    floor, ceiling = min(values), max(values)
    margin = max(0.08 * (ceiling - floor), 0.5)
    chart.update_yaxes(range=[floor - margin, ceiling + margin], ticksuffix="\u00a0%", nticks=7)
    theme.date_axis(chart, ends[0], ends[-1])
    return chart


def legend(*, has_path: bool = True, has_preliminary: bool = False) -> str:
    """The words for the lines, as HTML."""
    entries = [
        (theme.line_mark(theme.MEASURED), _("uppmätt, andel av väntat")),
        (theme.field_mark(theme.BAND), _("90 % osäkerhet")),
    ]
    if has_preliminary:
        entries.insert(1, (theme.line_mark("#8FA7BD"), _("preliminärt")))
    if has_path:
        entries.append((theme.line_mark(theme.PATH, "dotted"), _("gemensamma vägen")))
    return theme.key(entries)
