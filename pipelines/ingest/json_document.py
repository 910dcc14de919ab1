"""JSON text as Python values, bounded: numbers stay texts, so that ids of 18 digits and decimals are as written.

Does not belong here: what the values mean (json_eloverblik.py, json_portals.py, json_tables.py).
"""

from __future__ import annotations

import json
from typing import Any

from pipelines.errors import BadInput

MAX_CHARACTERS = 40_000_000
MAX_PARTS = 8_000_000
"""Values, lists and dictionaries: each takes some fifty bytes of memory, however short it is written."""
SMALLER = "Exportera en kortare period eller färre anläggningar, eller CSV."


def parsed(text: str) -> Any:
    """The document: dictionaries, lists, texts (numbers too), booleans and None. Lines of JSON become a list.

    Raises BadInput when the text is too large, too deep, or not JSON.
    """
    text = text.lstrip("\ufeff")
    if len(text) > MAX_CHARACTERS:
        raise BadInput(
            f"JSON-filen är för stor: {len(text) / 1e6:.0f} MB, högst {MAX_CHARACTERS / 1e6:.0f} MB kan läsas.",
            fix_sv=SMALLER,
        )
    if sum(text.count(sign) for sign in ",[{") > MAX_PARTS:
        raise BadInput("JSON-filen har för många värden.", fix_sv=SMALLER)
    try:
        try:
            return _loads(text)
        except json.JSONDecodeError as error:
            lines = [line for line in text.splitlines() if line.strip()]
            if error.msg != "Extra data" or len(lines) < 2:
                raise
            return [_loads(line) for line in lines]
    except RecursionError as error:
        raise BadInput("JSON-filen har för många nivåer.", fix_sv="Exportera som CSV eller XLSX i stället.") from error
    except json.JSONDecodeError as error:
        raise BadInput(
            "Filen är inte hel JSON: den kan vara avklippt.",
            fix_sv="Hämta filen på nytt och lämna in den oförändrad.",
            row=error.lineno,
        ) from error


def _loads(text: str) -> Any:
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=_nothing)


def _nothing(_word: str) -> None:
    """NaN and Infinity are words for missing."""


def items(value: Any) -> list[dict[str, Any]]:
    """The dictionaries of a list; nothing where it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text_of(value: Any) -> str:
    """A scalar as text; empty for anything else."""
    return value.strip() if isinstance(value, str) else ""


def within(value: Any, *keys: str) -> Any:
    """What stands under keys inside one another; None where the way ends."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
