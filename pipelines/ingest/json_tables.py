"""JSON that is a list of records, somewhere inside: a table as CSV text, for the readers of tables.

What stands above the list (unit, id, direction …) becomes columns of its own. Does not belong here: what the columns
mean (the readers of tables) and documents with a form of their own (json_eloverblik.py, json_portals.py).
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from typing import Any

MAX_LEVELS = 8
MAX_COLUMNS = 200
MAX_TABLES = 20
MAX_CELL = 200
"""Signs of a value that are kept: no time, number or id is longer."""
_TOLD_ABOVE = re.compile(
    r"unit|enhet|enhed|yksikk|uom|gsrn|mpan|meter.?id|metering.?point|anl[aä]gg|facility|m[åa]lepunkt|direction|riktning"
    r"|resolution|granularity|uppl[oö]sning|utility|carrier|energislag|commodity|mittauspist|k[aä]ytt[oö]paik",
    re.IGNORECASE,
)
_STAMP = re.compile(r"^\d{4}-?\d{2}-?\d{2}")
_GSRN = re.compile(r"^\d{18}$")


@dataclass
class JsonTable:
    """Records of one form, wherever they stand."""

    columns: dict[str, None] = field(default_factory=dict)  # in the order in which they came
    records: list[dict[str, str]] = field(default_factory=list)

    def csv_text(self) -> str:
        """The table with a header line; `;` between the fields."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";", lineterminator="\n")
        writer.writerow(self.columns)
        for record in self.records:
            writer.writerow([record.get(name, "") for name in self.columns])
        return out.getvalue()


def tables(document: Any) -> dict[str, JsonTable]:
    """The tables of a document by where they stand (`data/consumptions`), without those of a single column."""
    found: dict[str, JsonTable] = {}
    _walk(document, (), {}, found)
    return {path: table for path, table in found.items() if len(table.columns) > 1}


def _walk(value: Any, path: tuple[str, ...], above: dict[str, str], found: dict[str, JsonTable]) -> None:
    if len(path) > MAX_LEVELS or len(found) > MAX_TABLES:
        return
    if isinstance(value, list):
        records = [one for one in value if isinstance(one, dict)]
        if records and all(_is_record(one) for one in records):
            _add(records, path, above, found)
        else:
            for one in records:
                _walk(one, path, above, found)
    elif isinstance(value, dict):
        above = {**above, **{key: text for key, one in value.items() if (text := _told(key, one))}}
        if columns := _columns(value):
            rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
            _add(rows, path, above, found)
        elif len(value) > 2 and all(_STAMP.match(key) and _scalar(one) is not None for key, one in value.items()):
            _add([{"timestamp": key, "value": one} for key, one in value.items()], path, above, found)
        else:
            for key, one in value.items():
                _walk(one, (*path, key), above, found)


def _add(
    records: list[dict[str, Any]], path: tuple[str, ...], above: dict[str, str], found: dict[str, JsonTable]
) -> None:
    table = found.setdefault("/".join(path), JsonTable())
    for record in records:
        flat = {**above, **_flat(record)}
        table.columns.update(dict.fromkeys(list(flat)[:MAX_COLUMNS]))
        table.records.append(flat)


def _is_record(value: dict[str, Any]) -> bool:
    """Whether a dictionary has scalars only, itself or one level in."""
    return any(_scalar(one) is not None for one in value.values()) and all(
        not isinstance(one, list)
        and (not isinstance(one, dict) or all(not isinstance(x, (dict, list)) for x in one.values()))
        for one in value.values()
    )


def _flat(record: dict[str, Any]) -> dict[str, str]:
    """The record's scalars; those one level in are named by both keys."""
    flat: dict[str, str] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            flat |= {f"{key} {name}": text for name, one in value.items() if (text := _scalar(one)) is not None}
        else:
            flat[key] = _scalar(value) or ""
    return flat


def _columns(value: dict[str, Any]) -> dict[str, list[Any]]:
    """Lists of scalars of one length beside each other: columns."""
    lists = {key: one for key, one in value.items() if isinstance(one, list) and one and _are_scalars(one)}
    return lists if len(lists) > 1 and len({len(one) for one in lists.values()}) == 1 else {}


def _are_scalars(values: list[Any]) -> bool:
    return not any(isinstance(one, (dict, list)) for one in values)


def _scalar(value: Any) -> str | None:
    """A scalar as text; None for dictionaries and lists. Missing is an empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value[:MAX_CELL] if isinstance(value, str) else None


def _told(key: str, value: Any) -> str:
    """A scalar above the records that says something of all of them."""
    text = _scalar(value) if not isinstance(value, bool) else ""
    return text if text and len(text) < 100 and (_TOLD_ABOVE.search(key) or _GSRN.match(text)) else ""
