"""What the figures draw and what they never draw."""

import json
from datetime import date

import polars as pl
import pytest

from dashboards.figures import map as county_map
from dashboards.figures import measured_expected, progress, readings, theme
from tests.dashboards.small_home import HOSTILE


def _days(statuses: list[str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "day_local": [date(2026, 3, day) for day in range(1, len(statuses) + 1)],
            "energy_kwh": [None if status == "missing" else 100.0 for status in statuses],
            "day_status": statuses,
        }
    )


def test_missing_days_are_a_break_in_the_line_and_a_field_and_never_zero() -> None:
    chart = readings.figure(_days(["measured", "missing", "missing", "measured", "estimated"]))
    line = next(trace for trace in chart.data if trace.type == "scatter" and trace.mode == "lines")
    assert list(line.y) == [100.0, None, None, 100.0, 100.0]
    assert line.connectgaps is False
    field = next(trace for trace in chart.data if trace.type == "bar")
    assert list(field.width) == [2 * 86_400_000]
    open_marks = next(
        t for t in chart.data if t.type == "scatter" and t.mode == "markers" and t.marker.symbol == "circle-open"
    )
    assert list(open_marks.y) == [100.0]


def test_a_day_without_a_row_is_missing_too() -> None:
    chart = readings.figure(_days(["measured"] * 5).filter(pl.col("day_local") != date(2026, 3, 3)))
    line = next(trace for trace in chart.data if trace.type == "scatter" and trace.mode == "lines")
    assert list(line.y) == [100.0, 100.0, None, 100.0, 100.0]


def test_the_area_between_has_the_colour_of_its_direction_and_stops_at_holes() -> None:
    rows = pl.DataFrame(
        {
            "day_local": [date(2026, 3, day) for day in range(1, 6)],
            "energy": [8.0, 9.0, None, 12.0, 11.0],
            "expected": [10.0] * 5,
            "expected_low": [9.0] * 5,
            "expected_high": [11.0] * 5,
        }
    )
    chart = measured_expected.figure(rows, title_of=str, measures=[(date(2026, 3, 2), HOSTILE)])
    saved = next(trace for trace in chart.data if trace.fillcolor == theme.SAVED_AREA)
    more = next(trace for trace in chart.data if trace.fillcolor == theme.USED_MORE_AREA)
    assert list(saved.y)[:5] == [8.0, 9.0, 10.0, 10.0, None]
    assert list(more.y)[-5:] == [12.0, 11.0, 10.0, 10.0, None]
    assert "<img" not in chart.layout.annotations[0].text


def test_the_path_falls_by_its_step_for_each_year_after_the_first() -> None:
    assert progress.path_percent(date(2021, 6, 1), share_per_year=0.019, first_year=2021) == 100
    assert progress.path_percent(date(2025, 12, 31), share_per_year=0.019, first_year=2021) == pytest.approx(
        92.4, abs=0.01
    )


def test_the_map_draws_each_municipality_of_the_county_without_the_internet_or_a_projection_of_plotly() -> None:
    areas = {
        "2481": county_map.Area("Lycksele", -0.061, "x"),
        "2460": county_map.Area(HOSTILE, None, HOSTILE),
    }
    chart = county_map.figure("24", areas)
    assert chart is not None
    assert {trace.type for trace in chart.data} == {"scatter"}
    polygons = [trace for trace in chart.data if trace.fill == "toself"]
    assert len(polygons) == 15
    assert sum(trace.fillcolor == "#FFFFFF" for trace in polygons) == 14
    assert "<img" not in json.dumps(chart.to_plotly_json(), default=str)


def test_a_larger_saving_is_darker_on_the_map() -> None:
    shades = [county_map.shade(change) for change in (-0.12, -0.07, -0.04, -0.01, 0.02)]
    lightness = [sum(int(shade[i : i + 2], 16) for i in (1, 3, 5)) for shade in shades]
    assert lightness == sorted(lightness)
    assert len(set(shades)) == 5


def test_an_unknown_county_has_no_map() -> None:
    assert county_map.figure("99", {}) is None
