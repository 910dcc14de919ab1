"""Vattenfall's sheet with the hours of each month in a column of its own."""

from __future__ import annotations

from typing import Any

from tests.ingest.made_up_files import SCHOOL, read_meter, starts, total_kwh, workbook


def sheet(*, has_means: bool = False, day_sum: float = 24.0) -> bytes:
    """A year of ones in columns L and on; a day a row to the left, with its sum in G."""
    rows: list[list[Any]] = [[2023], [None] * 6 + ["Summa/dag"] + [None] * 4 + ["jan.", "feb.", "mars"]]
    days = [31, 28, 31]
    for n in range(31 * 24 + (1 if has_means else 0)):
        left = ["jan.", None, n + 1, None, None, None, day_sum] if n < 90 else [None] * 7
        hours = [1.0 if n < count * 24 + (1 if has_means else 0) else None for count in days]
        rows.append([*left, None, None, None, None, *hours])
    return workbook({"Serie": rows})


KNOWN = {"time_basis": "normal_time", "metering_point_id": SCHOOL}


def test_hours_of_each_month_are_read_down_its_column() -> None:
    file = read_meter(sheet(), "x.xlsx", assumptions=KNOWN)
    assert (file.format, file.readings.height, total_kwh(file)) == ("se-vattenfall-serie", 90 * 24, 2160.0)
    assert (starts(file)[0], max(starts(file)), file.warnings) == ("2022-12-31 23:00", "2023-03-31 22:00", ())
    assert file.readings["source_row"][0] == 3


def test_mean_before_the_hours_is_no_hour() -> None:
    file = read_meter(sheet(has_means=True), "x.xlsx", assumptions=KNOWN)
    assert (file.readings.height, file.readings["source_row"][0]) == (90 * 24, 4)


def test_sums_that_differ_are_said() -> None:
    file = read_meter(sheet(day_sum=20.0), "x.xlsx", assumptions=KNOWN)
    assert "1800 mot 2160" in file.warnings[0]
