"""Ids of metering points: check digit, and what spreadsheets do to them."""

from __future__ import annotations

import pytest

from pipelines.domain.gsrn import check_digit, has_valid_check_digit, is_spreadsheet_damaged, without_spaces


def test_check_digit_by_hand() -> None:
    # From the right, weights 3, 1, 3 …: 1·3, ten zeros, then 9·1 + 9·3 + 9·1 + 5·3 + 3·1 + 7·3; in all 87, so 3 to 90.
    assert check_digit("73599900000000001") == 3


@pytest.mark.parametrize(
    ("identity", "is_valid"),
    [("735999000000000013", True), ("735999000000000014", False), ("73599900000000001", False), ("abc", False)],
)
def test_valid_ids(identity: str, is_valid: bool) -> None:
    assert has_valid_check_digit(identity) is is_valid


@pytest.mark.parametrize(
    ("identity", "is_damaged"),
    [
        ("7,35999E+17", True),
        ("7.35999E+17", True),
        ("735999000000001000", True),
        ("735999000000000013", False),
        ("123", False),
    ],
)
def test_ids_that_a_spreadsheet_has_rounded(identity: str, is_damaged: bool) -> None:
    assert is_spreadsheet_damaged(identity) is is_damaged


@pytest.mark.parametrize(
    "text", ["735 999 000 000 000 013", "'735999000000000013", '="735999000000000013"', "735\u00a0999000000000013"]
)
def test_ids_as_invoices_and_spreadsheets_write_them(text: str) -> None:
    assert without_spaces(text) == "735999000000000013"
