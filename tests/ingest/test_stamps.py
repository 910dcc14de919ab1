"""Dates and times as portals write them."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from pipelines.ingest.stamps import read_stamps


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05 14:00",
        "2024-03-05 14:00:00",
        "2024-03-05T14:00",
        "2024-03-05T14:00:00",
        "05.03.2024 14:00",
        "5.3.2024 14:00",
        "05-03-2024 14:00:00",
        "05/03/2024 14:00",
        "2024/03/05 14:00",
        "20240305 1400",
        "202403051400",
        "tiistai 5.3.2024 14:00",
        "2024-03-05 13:59:59.999997",
    ],
)
def test_form_is_read(text: str) -> None:
    stamps = read_stamps(pl.Series([text]))
    assert (stamps.label[0], stamps.grain, stamps.offset_minutes[0]) == (datetime(2024, 3, 5, 14), "time", None)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2024-03-05T14:00:00Z", 0),
        ("2024-03-05T14:00:00+01:00", 60),
        ("2024-03-05 14:00+0200", 120),
        ("2024-03-05T14:00-03", -180),
    ],
)
def test_offset_is_read_apart_from_the_label(text: str, minutes: int) -> None:
    stamps = read_stamps(pl.Series([text]))
    assert (stamps.label[0], stamps.offset_minutes[0]) == (datetime(2024, 3, 5, 14), minutes)


def test_midnight_without_time_or_seconds_among_full_stamps() -> None:
    stamps = read_stamps(pl.Series(["2024-03-04 23:45:00", "2024-03-05 00:00", "2024-03-06"]))
    assert stamps.label.to_list() == [datetime(2024, 3, 4, 23, 45), datetime(2024, 3, 5), datetime(2024, 3, 6)]
    assert stamps.grain == "time"


def test_24_00_is_the_midnight_that_ends_the_day() -> None:
    stamps = read_stamps(pl.Series(["2024-12-31 23:00", "2024-12-31 24:00", "20241231 2400"]))
    assert stamps.label.to_list()[1:] == [datetime(2025, 1, 1), datetime(2025, 1, 1)]


@pytest.mark.parametrize(
    ("text", "grain"), [("2024-03-01", "day"), ("2024-03", "month"), ("03/2024", "month"), ("202403", "month")]
)
def test_day_and_month_have_their_grain(text: str, grain: str) -> None:
    stamps = read_stamps(pl.Series([text]))
    assert (stamps.label[0], stamps.grain) == (datetime(2024, 3, 1), grain)


def test_what_is_no_time_is_null() -> None:
    assert read_stamps(pl.Series(["2024-02-30", "i går", None])).label.to_list() == [None, None, None]


def test_american_order_is_noticed() -> None:
    assert read_stamps(pl.Series(["01/13/2024", "01/14/2024"])).is_american
    assert not read_stamps(pl.Series(["13/01/2024", "14/01/2024"])).is_american
