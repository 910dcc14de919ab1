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


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("26 Aug 2019 00:30:00", datetime(2019, 8, 26, 0, 30)),
        ("Nov 13 2019 12:00AM", datetime(2019, 11, 13)),
        ("5. maaliskuuta 2024", datetime(2024, 3, 5)),
        ("5 mars 2024 kl 14:00", datetime(2024, 3, 5, 14)),
        ("1.1.2024 klo 14.00", datetime(2024, 1, 1, 14)),
        ("2017-01-01 00.15", datetime(2017, 1, 1, 0, 15)),
        ("05.03.24 14:00", datetime(2024, 3, 5, 14)),
        ("45292,0416666667", datetime(2024, 1, 1, 1)),
        ("2024010513", datetime(2024, 1, 5, 13)),
        ("jan-24", datetime(2024, 1, 1)),
        ("2024-03-05, 14:00", datetime(2024, 3, 5, 14)),
        ("03/25/2024 02:00 PM", datetime(2024, 3, 25, 14)),
    ],
)
def test_words_counts_and_other_forms_are_read(text: str, label: datetime) -> None:
    assert read_stamps(pl.Series([text])).label[0] == label


def test_seconds_since_1970_are_utc_and_a_sum_row_below_them_is_no_stamp() -> None:
    stamps = read_stamps(pl.Series(["1704067200", "1704070800", "Summa"]))
    assert stamps.label.to_list() == [datetime(2024, 1, 1), datetime(2024, 1, 1, 1), None]
    assert stamps.offset_minutes.to_list()[:2] == [0, 0]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024-01-01 23:00 - 00:00", datetime(2024, 1, 1, 23), datetime(2024, 1, 2)),
        ("2024-01-01 00:00 - 2024-01-01 01:00", datetime(2024, 1, 1), datetime(2024, 1, 1, 1)),
        ("01.01.2024 00:00–01:00", datetime(2024, 1, 1), datetime(2024, 1, 1, 1)),
        ("202401010300 - 04:00", datetime(2024, 1, 1, 3), datetime(2024, 1, 1, 4)),
    ],
)
def test_cell_with_both_ends_gives_both(text: str, start: datetime, end: datetime) -> None:
    stamps = read_stamps(pl.Series([text]))
    assert stamps.end_label is not None
    assert (stamps.label[0], stamps.end_label[0]) == (start, end)


def test_name_of_a_zone_is_an_offset() -> None:
    assert read_stamps(pl.Series(["2024-03-05 14:00 CEST"])).offset_minutes[0] == 120


def test_what_is_no_time_is_null() -> None:
    assert read_stamps(pl.Series(["2024-02-30", "i går", None])).label.to_list() == [None, None, None]


def test_order_of_day_and_month_comes_from_all_dates_together() -> None:
    assert read_stamps(pl.Series(["01/12/2024", "01/13/2024"])).label.to_list()[0] == datetime(2024, 1, 12)
    assert read_stamps(pl.Series(["12/01/2024", "13/01/2024"])).label.to_list()[0] == datetime(2024, 1, 12)
    following = read_stamps(pl.Series(["01/02/2024 10:00", "02/02/2024 11:00"]))
    assert following.label.to_list()[1] == datetime(2024, 2, 2, 11)
    assert read_stamps(pl.Series(["05/03/2024 10:00"])).open_orders == ("dmy", "mdy")
