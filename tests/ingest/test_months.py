"""Months in figures and in the words of five languages."""

from __future__ import annotations

import pytest

from pipelines.ingest.months import month_number, month_of


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2024-03", "2024-03"),
        ("202403", "2024-03"),
        ("mars 2024", "2024-03"),
        ("Maj 24", "2024-05"),
        ("okt-2024", "2024-10"),
        ("2024 december", "2024-12"),
        ("2024-13", None),
        ("Summa", None),
        ("735999", None),
    ],
)
def test_month_is_read_from_a_header(text: str, month: str | None) -> None:
    found = month_of(text)
    assert (f"{found:%Y-%m}" if found else None) == month


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("januari", 1), ("february", 2), ("maaliskuu", 3), ("huhtikuuta", 4), ("mai", 5), ("kesäkuu", 6), ("juli", 7),
        ("elo", 8), ("sept.", 9), ("oktober", 10), ("marraskuu", 11), ("desember", 12), ("Summa", None),
        ("majoranna", None),
    ],
)  # fmt: skip
def test_name_of_a_month_is_its_number(word: str, number: int | None) -> None:
    assert month_number(word) == number


def test_name_without_a_year_needs_one() -> None:
    assert month_of("mars") is None
    assert f"{month_of('mars', 2024):%Y-%m}" == "2024-03"
