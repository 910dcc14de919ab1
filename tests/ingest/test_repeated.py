"""Texts that repeat are read once each, and every row gets what its text means."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.ingest import tables
from pipelines.ingest.repeated import as_text, distinct, is_repeated, repeated_type, spread
from pipelines.ingest.tables import CsvText, read_table
from tests.ingest.made_up_files import read_meter

TEXTS = pl.Series(["b", None, "a", "b", "a"], dtype=repeated_type())


def test_each_text_is_read_once_and_given_to_every_row_that_has_it() -> None:
    read: list[list[str]] = []

    def length(texts: pl.Series) -> pl.Series:
        read.append(texts.to_list())
        return pl.Series([1.5, 2.5])

    assert spread(TEXTS, length).to_list() == [1.5, None, 2.5, 1.5, 2.5]
    assert read == [["b", "a"]]


def test_texts_come_in_the_order_of_the_rows_and_without_null() -> None:
    assert distinct(TEXTS).to_list() == ["b", "a"]
    assert as_text(TEXTS).to_list() == ["b", None, "a", "b", "a"]


def test_texts_that_no_row_has_any_more_are_not_read() -> None:
    left = TEXTS.gather([2, 4])
    assert distinct(left).to_list() == ["a"]
    assert spread(left, lambda texts: texts + "!").to_list() == ["a!", "a!"]


def test_a_column_of_nothing_gives_nothing() -> None:
    nothing = pl.Series([None, None], dtype=repeated_type())
    assert spread(nothing, lambda texts: texts).to_list() == [None, None]


def test_an_ordinary_column_of_texts_is_read_as_it_stands() -> None:
    assert spread(pl.Series(["a", "a"]), lambda texts: texts + "!").to_list() == ["a!", "a!"]


def test_a_short_table_has_columns_of_texts_and_a_long_one_keeps_what_repeats_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = CsvText.of("id;tid;kWh\na;1;2\n\na;2;3\n")
    monkeypatch.setattr(tables, "LONG_TABLE_CHARACTERS", 100)
    assert read_table(text, 0, repeated=[0]).frame.schema["id"] == pl.String
    monkeypatch.setattr(tables, "LONG_TABLE_CHARACTERS", 0)
    long = read_table(text, 0, repeated=[0]).frame
    assert [is_repeated(long[name]) for name in ("id", "tid", "kWh")] == [True, False, False]
    assert long["source_row"].to_list() == [2, 4]


@pytest.mark.parametrize(
    "content",
    [
        "id;Tid;kWh;Enhet;Kvalitet\n735 1;2024-03-31 00:00;1,5;kWh;Uppmätt\n735 1;2024-03-31 01:00;2;kWh;Beräknat\n"
        "735 1;2024-03-31 03:00;;MWh;\n;;;;\nSumma;;3,5;;\n735 2;x;1;kWh;Uppmätt\n",
        "id,start,slut,kWh\na,2024-10-27 00:00,2024-10-27 01:00,1\na,2024-10-27 01:00,2024-10-27 02:00,2\n"
        "a,2024-10-27 02:00,2024-10-27 02:00,3\na,2024-10-27 02:00,2024-10-27 03:00,4\n",
        "Anläggnings-id;Datum;Kl;Förbrukning (kWh)\n7;2024-01-01;00:00;1\n7;2024-01-01;01:00;2\n8;2024-01-01;00:00;5\n",
    ],
)
def test_a_file_means_the_same_whether_it_is_long_or_short(content: str, monkeypatch: pytest.MonkeyPatch) -> None:
    short = read_meter(content)
    monkeypatch.setattr(tables, "LONG_TABLE_CHARACTERS", 0)
    long = read_meter(content)
    assert long.readings.equals(short.readings)
    assert long.readings.schema == short.readings.schema
    assert long.rejected.equals(short.rejected)
    assert (long.time, long.questions, long.warnings) == (short.time, short.questions, short.warnings)
