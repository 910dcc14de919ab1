"""The area between measured and expected."""

from datetime import date

import polars as pl

from dashboards.figures import measured_expected, theme
from tests.dashboards.small_home import HOSTILE


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
