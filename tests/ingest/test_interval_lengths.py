"""How long each row's interval is, by its column, its two stamps, or the stamps around it."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from pipelines.ingest.interval_lengths import row_minutes, with_series_minutes
from pipelines.ingest.intervals import LABELLED_SCHEMA, MARKS
from pipelines.ingest.time_basis import finest_minutes

FIRST = datetime(2024, 1, 1)


def _labelled(labels: list[datetime], ends: list[datetime] | None = None, stated: int | None = None) -> pl.DataFrame:
    rows = pl.DataFrame({"label": labels, "end_label": ends or [None] * len(labels)}).with_columns(
        *(pl.lit(None, dtype).alias(name) for name, dtype in LABELLED_SCHEMA.items() if "label" not in name),
        *(mark.alias(name) for name, mark in MARKS.items()),
    )
    rows = rows.with_columns(metering_point_id=pl.lit("a"), stated_minutes=pl.lit(stated, pl.Int32))
    return rows.with_columns(pl.col("end_label").cast(pl.Datetime("us")))


def _lengths(rows: pl.DataFrame, stamp: str = "start") -> list[int]:
    timed = with_series_minutes(rows, finest_minutes(rows))
    return timed.with_columns(row_minutes(timed, stamp))["minutes"].to_list()


def _every(minutes: int, count: int, first: datetime = FIRST) -> list[datetime]:
    return [first + timedelta(minutes=minutes * n) for n in range(count)]


def test_both_stamps_tell_the_length_of_each_row() -> None:
    starts = [*_every(60, 4), FIRST + timedelta(hours=4)]
    ends = [*_every(60, 4, FIRST + timedelta(hours=1)), FIRST + timedelta(hours=4, minutes=15)]
    assert _lengths(_labelled(starts, ends)) == [60, 60, 60, 60, 15]


def test_a_row_whose_stamps_run_backwards_over_the_double_hour_has_the_usual_length() -> None:
    starts = [datetime(2024, 10, 27, hour) for hour in (0, 1, 2, 2, 3)]
    ends = [datetime(2024, 10, 27, hour) for hour in (1, 2, 2, 3, 4)]
    assert _lengths(_labelled(starts, ends)) == [60] * 5


def test_a_column_tells_the_length() -> None:
    assert _lengths(_labelled(_every(60, 3), stated=15)) == [15, 15, 15]


def test_a_day_of_hours_in_a_series_of_quarters_is_hours() -> None:
    hours, quarters = _every(60, 24), _every(15, 96, FIRST + timedelta(days=1))
    assert _lengths(_labelled(hours + quarters)) == [60] * 24 + [15] * 96


def test_a_missing_hour_leaves_quarters_quarters() -> None:
    labels = _every(15, 96 * 3)
    del labels[100:104]
    assert _lengths(_labelled(labels)) == [15] * (96 * 3 - 4)


def test_meters_beside_each_other_in_time_are_told_apart() -> None:
    hours, quarters = _labelled(_every(60, 24)), _labelled(_every(15, 96)).with_columns(metering_point_id=pl.lit("b"))
    mixed = pl.concat([hours, quarters]).sort("label", "metering_point_id")
    found = dict(zip(mixed["metering_point_id"], _lengths(mixed), strict=True))
    assert found == {"a": 60, "b": 15}
