"""Cells as text: what Excel shows, with marks that no reader can take for something else."""

from __future__ import annotations

import pytest

from pipelines.errors import BadInput
from pipelines.ingest.sheets import Grid, date_text, named, number_text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0.30000000000000004", "0,3"),
        ("3.512", "3,5120"),  # three decimals could be thousands: a fourth says that they are not
        ("-1200.5", "-1200,5"),
        ("5.0", "5"),
        ("-0.0", "0"),
        ("1.5e-05", "0,000015"),
        ("735999000000000013", "735999000000000000"),  # Excel holds 15 digits
        ("7.36e+17", "736000000000000000"),
        ("nan", "nan"),
        ("hej", "hej"),
    ],
)
def test_number_cell(number: str, text: str) -> None:
    assert number_text(number) == text


@pytest.mark.parametrize(
    ("stamp", "text"),
    [
        ("2024-01-01 00:59:59.998", "2024-01-01 01:00"),  # the dust of a serial number
        ("2024-12-31T23:59:59.9999999", "2025-01-01 00:00"),
        ("2024-01-01", "2024-01-01 00:00"),
        ("1899-12-31 13:15:00", "13:15"),
        ("1904-01-01 13:15:00", "13:15"),
        ("1900-01-01 00:00:00", "24:00"),
        ("1904-01-02 01:30:00", "25:30"),
        ("2024-13-01 00:00:00", "2024-13-01 00:00:00"),
    ],
)
def test_date_cell(stamp: str, text: str) -> None:
    assert date_text(stamp) == text


def test_grid_keeps_the_place_of_each_cell() -> None:
    grid = Grid("Blad1")
    grid.put(2, 1, "b")
    grid.put(0, 0, "a")
    assert grid.as_csv().text == "a;\n;\n;b\n"


def test_dates_without_time_of_day_are_dates_only_where_all_of_the_sheet_are() -> None:
    days, hours = Grid("D"), Grid("T")
    for row, stamp in enumerate(("2024-01-01 00:00", "2024-01-02 00:00")):
        days.put(row, 0, stamp)
    for row, stamp in enumerate(("2024-01-01 00:00", "2024-01-01 01:00")):
        hours.put(row, 0, stamp)
    assert days.as_csv().text == "2024-01-01\n2024-01-02\n"
    assert hours.as_csv().text == "2024-01-01 00:00\n2024-01-01 01:00\n"


def test_grid_refuses_a_cell_far_outside_every_export() -> None:
    grid = Grid("Blad1")
    grid.put(0, 0, "a")
    with pytest.raises(BadInput, match="orimligt många"):
        grid.put(1_000_000, 16_000, "b")


def test_sheets_of_the_same_name_are_told_apart_and_empty_ones_are_left_out() -> None:
    grids = [Grid("A"), Grid("A"), Grid("B")]
    grids[0].put(0, 0, "1")
    grids[1].put(0, 0, "2")
    assert {name: sheet.text for name, sheet in named(grids).items()} == {"A": "1\n", "A (2)": "2\n"}
