"""The days of an uploaded series, counted in local time."""

from datetime import UTC, datetime, timedelta

import polars as pl

from dashboards import preview_process


def _hours(first: datetime, count: int, *, without: range = range(0)) -> pl.DataFrame:
    starts = [first + timedelta(hours=hour) for hour in range(count) if hour not in without]
    return pl.DataFrame(
        {
            "metering_point_id": ["735999000000000028"] * len(starts),
            "resolution": ["PT1H"] * len(starts),
            "period_start_utc": starts,
            "period_end_utc": [start + timedelta(hours=1) for start in starts],
            "value": [1.5] * len(starts),
            "energy_kwh": [1.5] * len(starts),
            "quality": ["measured"] * len(starts),
        }
    )


def test_a_day_of_25_hours_is_whole_and_a_day_that_lacks_an_hour_is_not() -> None:
    readings = _hours(datetime(2026, 10, 24, 22, tzinfo=UTC), 49, without=range(30, 31))
    days = preview_process.days_of(readings, "Europe/Stockholm")
    assert [(day["day_local"], day["energy_kwh"], day["day_status"]) for day in days] == [
        ("2026-10-25", 37.5, "measured"),
        ("2026-10-26", 34.5, "partial"),
    ]


def test_month_values_have_no_days() -> None:
    months = _hours(datetime(2026, 1, 1, tzinfo=UTC), 2).with_columns(resolution=pl.lit("P1M"))
    assert preview_process.days_of(months, "Europe/Stockholm") == []
