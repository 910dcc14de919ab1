"""Which registered meter an unknown id may stand for: a slip of the pen, a spreadsheet's rounding, a shortened id."""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST_SUGGESTIONS = 3
SHORTEST_TAIL = 5
EXCEL_DIGITS = 15
ORDER = ("spreadsheet", "last_digit", "one_digit", "swapped", "same_end")
"""Kinds of likeness, the most telling first."""

_POWER_OF_TEN = re.compile(r"^(\d)(?:[.,](\d+))?E\+?(\d+)$", re.IGNORECASE)


def suggestions(identity: str, known: Iterable[str]) -> list[tuple[str, str]]:
    """Registered ids that `identity` may stand for, with the likeness (one of ORDER); the most telling first."""
    found = [(one, why) for one in known if (why := likeness(identity, one)) is not None]
    return sorted(found, key=lambda pair: (ORDER.index(pair[1]), pair[0]))[:MOST_SUGGESTIONS]


def likeness(identity: str, known: str) -> str | None:
    """How an unknown id is like a known one; None where it is not."""
    if _is_rounded(identity, known):
        return "spreadsheet"
    if len(identity) >= SHORTEST_TAIL and known[:-1] == identity:
        return "last_digit"
    if len(identity) == len(known) >= SHORTEST_TAIL:
        places = [place for place, (a, b) in enumerate(zip(identity, known, strict=True)) if a != b]
        if len(places) == 1:
            return "one_digit"
        if len(places) == 2 and places[1] - places[0] == 1:
            first, second = places
            return "swapped" if (identity[first], identity[second]) == (known[second], known[first]) else None
        return None
    shorter, longer = sorted((identity, known), key=len)
    return "same_end" if len(shorter) >= SHORTEST_TAIL and longer.endswith(shorter) else None


def _is_rounded(identity: str, known: str) -> bool:
    """Whether a spreadsheet made `identity` of `known`: `7,35999E+17`, or zeros after fifteen digits."""
    if (power := _POWER_OF_TEN.match(identity)) is not None:
        digits = power[1] + (power[2] or "")
        if len(known) != int(power[3]) + 1 or not known.isdigit():
            return False
        return str(round(int(known), len(digits) - len(known)))[: len(digits)] == digits
    is_cut = len(identity) > EXCEL_DIGITS and set(identity[EXCEL_DIGITS:]) == {"0"}
    return (
        is_cut and len(known) == len(identity) and identity != known and known[:EXCEL_DIGITS] == identity[:EXCEL_DIGITS]
    )
