"""Sums of the receipt: what counts in a file, months, and small pictures; expected values by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from pipelines.ingest.canonical import READING_SCHEMA
from pipelines.ingest.receipt_totals import day_totals, month_totals, pictures, superseded_rows

ZONE = "Europe/Stockholm"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MAY = datetime(2024, 4, 30, 22, tzinfo=UTC)  # 1 May 00:00 in Sweden
JANUARY = datetime(2023, 12, 31, 23, tzinfo=UTC)


def readings(
    *values: float | None,
    start: datetime = MAY,
    length: timedelta = HOUR,
    resolution: str = "PT1H",
    meter: str = "a",
    quality: str = "measured",
    is_second_account: bool = False,
) -> pl.DataFrame:
    """Values one after the other."""
    starts = [start + n * length for n in range(len(values))]
    frame = pl.DataFrame({"value": values, "period_start_utc": starts}, schema_overrides={"value": pl.Float64})
    return frame.with_columns(
        metering_point_id=pl.lit(meter),
        carrier=pl.lit(None, pl.String),
        direction=pl.lit("consumption"),
        kind=pl.lit("interval"),
        resolution=pl.lit(resolution),
        period_end_utc=pl.col("period_start_utc") + length,
        unit=pl.lit("kWh"),
        energy_kwh=pl.col("value"),
        quality=pl.when(pl.col("value").is_null()).then(pl.lit("missing")).otherwise(pl.lit(quality)),
        source_row=pl.int_range(2, len(values) + 2),
        is_second_account=pl.lit(is_second_account),
    ).select(pl.col(name).cast(dtype) for name, dtype in READING_SCHEMA.items())


def test_values_in_order_of_time_supersede_nothing() -> None:
    frame = pl.concat([readings(1, 2, None), readings(5, 6, meter="b")])
    assert superseded_rows(frame).to_list() == [False] * 5


def test_of_two_values_for_one_hour_the_measured_counts_and_else_the_last() -> None:
    twice = pl.concat([readings(1, 2), readings(9, quality="estimated")]).with_columns(source_row=pl.int_range(2, 5))
    assert superseded_rows(twice).to_list() == [False, False, True]
    again = pl.concat([readings(1, 2), readings(9)]).with_columns(source_row=pl.int_range(2, 5))
    assert superseded_rows(again).to_list() == [True, False, False]


def test_rows_in_any_order_are_compared_by_meter_and_interval() -> None:
    frame = pl.concat([readings(1, meter="b"), readings(2), readings(3, meter="b", start=MAY + HOUR), readings(4)])
    frame = frame.with_columns(source_row=pl.int_range(2, 6))
    assert superseded_rows(frame).to_list() == [False, True, False, False]


def test_a_second_account_counts_nothing_even_where_it_stands_alone() -> None:
    frame = pl.concat([readings(1, 2), readings(3, length=DAY, resolution="P1D", is_second_account=True)])
    assert superseded_rows(frame).to_list() == [False, False, True]


def test_months_are_local_and_a_missing_value_is_counted_as_such_and_not_as_zero() -> None:
    # The last hour of May in Sweden begins 31 May 21:00 UTC; the one after it is June's.
    frame = readings(1, 2, None, 4, start=datetime(2024, 5, 31, 20, tzinfo=UTC))
    months = month_totals(day_totals(frame, ZONE))
    found = [
        (f"{row[0]:%Y-%m}", *row[1:])
        for row in months.select("month", "row_count", "energy_kwh", "missing_count", "hours").iter_rows()
    ]
    assert found == [("2024-05", 2, 3.0, 0, 2.0), ("2024-06", 1, 4.0, 1, 1.0)]


def test_a_step_of_a_register_is_shared_out_by_time_and_is_one_row_where_it_begins() -> None:
    # 31 days from 11 January: 21 in January, 10 in February.
    frame = readings(310, start=JANUARY + 10 * DAY, length=31 * DAY, resolution="irregular")
    months = month_totals(day_totals(frame, ZONE))
    assert months["row_count"].to_list() == [1, 0]
    assert months["energy_kwh"].to_list() == pytest.approx([210.0, 100.0])
    assert months["is_shared_out"].to_list() == [True, True]


def test_a_quantity_that_is_no_energy_has_no_kwh() -> None:
    frame = readings(7, 8).with_columns(unit=pl.lit("m³"), energy_kwh=pl.lit(None, pl.Float64))
    months = month_totals(day_totals(frame, ZONE))
    assert months.select("row_count", "energy_kwh").row(0) == (2, None)


def test_a_picture_shows_each_day_with_its_letter_and_a_hole_as_a_hole() -> None:
    whole, part = readings(*[1.0] * 24), readings(*[1.0] * 23, start=MAY + 2 * DAY)
    guessed = readings(*[2.0] * 24, start=MAY + 3 * DAY, quality="estimated")
    (picture,) = pictures(day_totals(pl.concat([whole, part, guessed]), ZONE), ZONE)
    assert (picture["step"], picture["first"], picture["status"]) == ("day", "2024-05-01", "mxpe")
    assert picture["energy_kwh"] == [24.0, None, 23.0, 48.0]


def test_a_day_of_25_hours_is_whole() -> None:
    october = datetime(2026, 10, 24, 22, tzinfo=UTC)
    (picture,) = pictures(day_totals(readings(*[1.5] * 25, start=october), ZONE), ZONE)
    assert (picture["first"], picture["status"], picture["energy_kwh"]) == ("2026-10-25", "m", [37.5])


def test_month_values_are_pictured_by_month_with_their_holes() -> None:
    january = readings(100, start=JANUARY, length=31 * DAY, resolution="P1M")
    march = readings(300, start=datetime(2024, 2, 29, 23, tzinfo=UTC), length=31 * DAY - HOUR, resolution="P1M")
    (picture,) = pictures(day_totals(pl.concat([january, march]), ZONE), ZONE)
    assert (picture["step"], picture["first"], picture["status"]) == ("month", "2024-01-01", "mxm")
    assert picture["energy_kwh"] == [100.0, None, 300.0]


def test_a_file_of_missing_cells_only_has_totals_of_nothing() -> None:
    days = day_totals(readings(None, None), ZONE)
    assert month_totals(days).select("row_count", "energy_kwh", "missing_count").row(0) == (0, None, 2)
    assert pictures(days, ZONE)[0]["status"] == "x"
