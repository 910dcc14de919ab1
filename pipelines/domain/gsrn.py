"""Identity of a metering point: GS1 GSRN, 18 digits with a check digit (in Sweden `735999…`).

Source: GS1 General Specifications, check digit calculation; GS1 Sweden, "Identifiera och märka elanläggningar".
"""

from __future__ import annotations

import re

GSRN_LENGTH = 18
ACTIVE_ENERGY_PRODUCT = "8716867000030"
"""GS1 product code for active energy: often beside an id, never an id."""

_SPREADSHEET_NUMBER = re.compile(r"^\d([.,]\d+)?E\+?\d+$", re.IGNORECASE)


def without_spaces(identity: str) -> str:
    """The id as it is stored: without the spaces and the leading apostrophe or `="…"` that invoices and Excel add."""
    return re.sub(r"[\s\u00a0\u202f]", "", identity.strip().removeprefix('="').removeprefix("'").rstrip('"'))


def check_digit(first_digits: str) -> int:
    """GS1 mod-10 check digit of the 17 first digits (weights 3, 1, 3, … from the right)."""
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(first_digits)))
    return -weighted % 10


def looks_like_gsrn(identity: str) -> bool:
    """Whether the id has the form of a GSRN: 18 digits."""
    return len(identity) == GSRN_LENGTH and identity.isascii() and identity.isdigit()


def has_valid_check_digit(identity: str) -> bool:
    """Whether an id of 18 digits ends with the right check digit; False for every other id."""
    return looks_like_gsrn(identity) and check_digit(identity[:-1]) == int(identity[-1])


def is_spreadsheet_damaged(identity: str) -> bool:
    """Whether a spreadsheet has rounded the id: `7,35999E+17`, or 18 digits that end with 000 and fail the check."""
    if _SPREADSHEET_NUMBER.match(identity):
        return True
    return looks_like_gsrn(identity) and identity.endswith("000") and not has_valid_check_digit(identity)
