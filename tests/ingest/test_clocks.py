"""Times of day in cells and headers."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.ingest.clocks import Clock, clock_of, is_clock, numbered, read_clocks


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("14:00", Clock(840)), ("14.15", Clock(855)), ("kl 14", Clock(840)), ("[00:30]", Clock(30)),
        ("24:00", Clock(1440)),
        ("2 PM", Clock(840)), ("12:15 am", Clock(15)), ("1430", Clock(870)), ("14-15", Clock(840, 900)),
        ("23:00-00:00", Clock(1380, 1440)), ("00:00 – 00:15", Clock(0, 15)), ("01.01.10", None), ("abc", None),
    ],
)  # fmt: skip
def test_time_of_day_is_read(text: str, clock: Clock | None) -> None:
    assert clock_of(text) == clock


def test_number_is_a_clock_only_beside_a_word() -> None:
    assert is_clock("H14")
    assert not is_clock("14")
    assert not is_clock("14,5")


def test_numbered_headers_are_taken_apart() -> None:
    assert (numbered("kWh_12"), numbered("7"), numbered("H01")) == (("kwh", 12), ("", 7), ("h", 1))


def test_hours_from_0_begin_and_hours_up_to_24_end_their_interval() -> None:
    first = read_clocks(pl.Series([str(hour) for hour in range(24)]))
    last = read_clocks(pl.Series([str(hour) for hour in range(1, 25)]))
    assert first is not None
    assert last is not None
    assert (first.hint, last.hint, last.minute.max()) == ("start", "end", 1440)


def test_quarters_are_counted_to_96_and_spreadsheet_times_are_parts_of_a_day() -> None:
    quarters = read_clocks(pl.Series([str(n) for n in range(1, 97)]))
    parts = read_clocks(pl.Series(["0", "0,0416666667", "0,5"]))
    assert quarters is not None
    assert parts is not None
    assert (quarters.minute.to_list()[:2], quarters.hint) == ([15, 30], "end")
    assert parts.minute.to_list() == [0, 60, 720]
