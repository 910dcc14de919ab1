"""Numbers as people write them."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.ingest.numbers import read_numbers


def read(*texts: str | None) -> list[float | None]:
    return read_numbers(pl.Series(texts, dtype=pl.String)).value.to_list()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,5", 1.5),
        ("1.5", 1.5),
        ("3 425", 3425.0),
        ("3\u00a0425,25", 3425.25),
        ("3\u202f425,25", 3425.25),
        ("-4,00", -4.0),
        ("−4,5", -4.5),
        ("1.796,000", 1796.0),
        ("1,796.5", 1796.5),
        ("1.234.567", 1234567.0),
        ("+7", 7.0),
        (" 2,5 ", 2.5),
        ("1e3", 1000.0),
        ("0", 0.0),
    ],
)
def test_number_is_read(text: str, value: float) -> None:
    assert read(text) == [value]


@pytest.mark.parametrize(
    "text", ["", "-", "null", "NaN", "saknas", "Ei kulutustietoja tällä ajanjaksolla.", "N/A", None]
)
def test_word_for_missing_is_null_and_not_bad(text: str | None) -> None:
    numbers = read_numbers(pl.Series([text, "1"], dtype=pl.String))
    assert (numbers.value.to_list(), numbers.is_bad.to_list()) == ([None, 1.0], [False, False])


@pytest.mark.parametrize("text", ["abc", "1,2,3", "inf", "12kg", "0x1"])
def test_what_is_no_number_is_bad(text: str) -> None:
    numbers = read_numbers(pl.Series([text, "1"]))
    assert (numbers.value.to_list(), numbers.is_bad.to_list()) == ([None, 1.0], [True, False])


def test_points_are_thousands_in_a_column_with_decimal_commas() -> None:
    assert read("1.796", "0,250", "12") == [1796.0, 0.25, 12.0]


def test_points_and_commas_are_both_decimal_where_points_cannot_be_thousands() -> None:
    assert read("1.5", "0,250") == [1.5, 0.25]


def test_mark_beside_a_number_says_estimated() -> None:
    numbers = read_numbers(pl.Series(["1,5*", "2 (beräknat)", "3"]))
    assert (numbers.value.to_list(), numbers.is_marked.to_list()) == ([1.5, 2.0, 3.0], [True, True, False])
