"""Holes are shown as holes."""

from datetime import date

import polars as pl

from dashboards.figures import readings


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


def test_a_missing_month_is_a_field_and_never_a_bar_of_zero() -> None:
    rows = pl.DataFrame(
        {
            "day_local": [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)],
            "energy_kwh": [100.0, None, 80.0],
            "day_status": ["measured", "missing", "estimated"],
        }
    )
    measured, estimated, partial, missing = readings.month_figure(rows).data
    assert (list(measured.y), list(estimated.y), list(partial.y)) == ([100.0], [80.0], [])
    assert list(missing.x) == ["2026-02-15"]
    assert missing.marker.pattern.shape == "/"
