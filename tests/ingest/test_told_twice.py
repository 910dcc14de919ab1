"""Energy told twice in a file: the finer account counts, and contradictions are not settled by chance."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from pipelines.ingest.told_twice import accounts, disagreements, rejected

MIDNIGHT = datetime(2024, 1, 1)


def frame(*rows: tuple[int, int, float | None], unit: str | None = "kWh") -> pl.DataFrame:
    """Intervals by first minute and length."""
    return pl.DataFrame(
        [
            ("A", "consumption", unit, MIDNIGHT + timedelta(minutes=m), MIDNIGHT + timedelta(minutes=m + n), value, row)
            for row, (m, n, value) in enumerate(rows, 1)
        ],
        schema={
            "metering_point_id": pl.String(),
            "direction": pl.String(),
            "unit": pl.String(),
            "start": pl.Datetime("us"),
            "end": pl.Datetime("us"),
            "value": pl.Float64(),
            "source_row": pl.Int64(),
        },
        orient="row",
    )


def test_one_resolution_is_one_account() -> None:
    assert accounts(frame((0, 60, 1.0), (60, 60, 2.0)))["account"].to_list() == ["first", "first"]


def test_hours_quarters_and_the_day_are_one_account() -> None:
    """The day is told by hours 1 to 23 and by the quarters of the first; each counts once."""
    hours = [(60 * n, 60, 4.0) for n in range(24)]
    quarters = [(15 * n, 15, 1.0) for n in range(4)]
    found = accounts(frame((0, 1440, 96.0), *hours, *quarters))
    assert found["account"].to_list() == ["second", "second", *["first"] * 23, *["first"] * 4]
    assert found["finer_value"].to_list()[:2] == [96.0, 4.0]


def test_a_finer_value_that_is_missing_tells_nothing() -> None:
    found = accounts(frame((0, 60, 4.0), (0, 15, 1.0), (15, 15, None), (30, 15, 1.0), (45, 15, 1.0)))
    assert found["account"].to_list() == ["partly", *["first"] * 4]


def test_repeated_intervals_count_once_and_contradictions_not_at_all() -> None:
    found = accounts(frame((0, 60, None), (0, 60, 1.0), (0, 60, 1.0), (60, 60, 1.0), (60, 60, 2.0)))
    assert found["account"].to_list() == ["second", "first", "second", "contradicted", "contradicted"]


def test_series_without_unit_are_series_too() -> None:
    assert accounts(frame((0, 60, 4.0), *[(15 * n, 15, 1.0) for n in range(4)], unit=None))["account"][0] == "second"


def test_other_points_and_directions_are_other_energy() -> None:
    rows = frame((0, 60, 4.0), *[(15 * n, 15, 1.0) for n in range(4)])
    other = rows.with_columns(
        direction=pl.when(pl.int_range(pl.len()) == 0).then(pl.lit("production")).otherwise("direction")
    )
    assert set(accounts(other)["account"]) == {"first"}


def test_reasons_and_warnings_are_given_by_row_and_meter() -> None:
    rows = frame((0, 60, 9.0), *[(15 * n, 15, 1.0) for n in range(4)], (120, 60, 1.0), (120, 60, 2.0))
    rows = rows.with_columns(accounts(rows))
    assert rejected(rows)["source_row"].to_list() == [6, 7]
    assert disagreements(rows) == [
        "Anläggning A: 1 av 1 värden som står i två upplösningar skiljer sig; de finare räknas."
    ]


def test_no_rows_are_no_accounts() -> None:
    assert accounts(frame()).height == 0
