"""Meter values as JSON: which of the known documents it is, or a list of records that is a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pipelines.errors import BadInput
from pipelines.ingest import combined, json_eloverblik, json_portals, json_tables, layouts
from pipelines.ingest.canonical import MeterFile, ReadFile, TimeBasis
from pipelines.ingest.intervals import Context
from pipelines.ingest.json_document import parsed
from pipelines.ingest.tables import CsvText

TABLES = combined.Kind("json", "Tabellerna", "Tabellen")
KNOWN = (json_eloverblik, json_portals)
WHOLE = "listan"
RECORDS = "Exportera som CSV, eller JSON med en post per värde: tid, värde, enhet och anläggnings-id."


def recognises(text: str) -> bool:
    """Whether a text looks like a JSON object or list."""
    return text[:200].lstrip("\ufeff \t\r\n")[:1] in ("{", "[")


def read(text: str, context: Context) -> ReadFile:
    """Read a JSON document with meter values.

    Raises BadInput when it is not JSON, too large or deep, or holds no list with time and value.
    """
    document = parsed(text)
    for portal in KNOWN:
        if portal.recognises(document):
            return portal.read(document, context)
    return _read_tables(document, context)


def _read_tables(document: Any, context: Context) -> ReadFile:
    """Every list of records that is a table of meter values; the same energy in two of them counts once."""
    texts = {name or WHOLE: CsvText.of(table.csv_text()) for name, table in json_tables.tables(document).items()}
    read: dict[str, MeterFile] = {}
    refused: list[BadInput] = []
    for name, csv_text in texts.items():
        try:
            if (file := layouts.read_table_file(csv_text, context)) is not None:
                read[name] = file
        except BadInput as refusal:
            refused.append(refusal)
    if not read:
        raise (
            refused[0]
            if refused
            else BadInput("Filen är JSON, men ingen lista med tid och mätvärde hittades i den.", fix_sv=RECORDS)
        )

    def again(name: str, learnt: Mapping[str, TimeBasis]) -> ReadFile:
        known = replace(context, profiles={**context.profiles, **learnt})
        return layouts.read_table_file(texts[name], known) or read[name]

    return combined.combined(read, TABLES, again=again)
