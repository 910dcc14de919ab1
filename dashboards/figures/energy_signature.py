"""Energy signature: one dot a day (or month), mean power against outdoor temperature."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboards import number_format
from dashboards.figures import theme
from dashboards.text import _

WEEKEND = "#7FA3C7"
_MARKS = {False: ("circle", theme.MEASURED), True: ("square", WEEKEND)}


def figure(rows: pl.DataFrame) -> go.Figure:
    """Draw rows of `temperature_c, power_kw, expected_power_kw, is_weekend, title` (words for the hover)."""
    chart = theme.figure(340)
    expected = rows.drop_nulls(["temperature_c", "expected_power_kw"])
    chart.add_scatter(
        x=expected["temperature_c"].to_list(),
        y=expected["expected_power_kw"].to_list(),
        mode="markers",
        marker={"color": theme.EXPECTED, "size": 3, "symbol": "line-ew-open", "opacity": 0.6},
        hoverinfo="skip",
    )
    measured = rows.drop_nulls(["temperature_c", "power_kw"])
    for is_weekend, (symbol, colour) in _MARKS.items():
        part = measured.filter(pl.col("is_weekend") == is_weekend)
        chart.add_scatter(
            x=part["temperature_c"].to_list(),
            y=part["power_kw"].to_list(),
            mode="markers",
            hoverinfo="text",
            marker={"color": colour, "size": 6, "symbol": symbol, "opacity": 0.75},
            text=[
                f"{theme.label(title)}<br>"
                + number_format.with_unit(temperature, "°C", 1)
                + ", "
                + number_format.with_unit(power, "kW", 1)
                for title, temperature, power in part.select("title", "temperature_c", "power_kw").iter_rows()
            ],
        )
    chart.update_xaxes(ticksuffix=" °C", showgrid=True, tickformat=",~f")
    chart.update_yaxes(ticksuffix=" kW", rangemode="tozero", tickformat=",~f")
    return chart


def legend(*, has_weekdays: bool) -> str:
    """The words for the dots, as HTML."""
    round_dot = f"background:{theme.MEASURED};width:.65rem;height:.65rem;border-radius:50%"
    square = f"background:{WEEKEND};width:.65rem;height:.65rem"
    entries = [(round_dot, _("vardag")), (square, _("helg"))] if has_weekdays else [(round_dot, _("månad"))]
    return theme.key([*entries, (theme.line_mark(theme.EXPECTED, width=2), _("väntat"))])
