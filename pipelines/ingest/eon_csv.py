"""E.ON "Mätvärdesexport": a metadata table with the id, a blank line, then the values; start and end are given.

Several such pairs may follow one another in a file. Consumption and production can be mixed.
"""

from __future__ import annotations

import polars as pl

from pipelines.errors import BadInput
from pipelines.ingest.canonical import MeterFile
from pipelines.ingest.headers import carrier_of, plain
from pipelines.ingest.intervals import Context
from pipelines.ingest.meter_file import meter_file
from pipelines.ingest.rows_csv import label_rows
from pipelines.ingest.tables import CsvText, read_table
from pipelines.ingest.text import fields

FORMAT = "se-eon-csv"
METADATA_COLUMNS = {"anläggnings-id", "energiprodukt", "starttidpunkt", "sluttidpunkt", "måttenhet"}
VALUE_COLUMNS = {"starttidpunkt", "sluttidpunkt", "energiriktning", "kvantitet"}


def recognises(csv_text: CsvText) -> bool:
    """Whether both headers of the export are among the first lines."""
    headers = [{plain(name) for name in row} for row in csv_text.head]
    return any(names >= METADATA_COLUMNS for names in headers) and any(names >= VALUE_COLUMNS for names in headers)


def read(csv_text: CsvText, context: Context) -> MeterFile:
    """Read all pairs of metadata and values. Raises BadInput when a value table has no metadata before it."""
    frames, rejected = [], []
    grains: set[str] = set()
    for metadata, header_line, block in _blocks(csv_text):
        table = read_table(block, 0)
        rejected.append(table.rejected.with_columns(pl.col("source_row") + header_line))
        labelled, bad, grain = label_rows(
            table,
            unit=metadata.get("måttenhet"),
            metering_point_id=metadata.get("anläggnings-id"),
            carrier=carrier_of(metadata.get("energiprodukt")),
        )
        frames.append(labelled.with_columns(pl.col("source_row") + header_line))
        rejected.append(bad.with_columns(pl.col("source_row") + header_line))
        grains.add(grain)
    return meter_file(
        pl.concat(frames),
        file_format=FORMAT,
        id_source="metadata",
        context=context,
        stamp_hint="both",
        grain="time" if "time" in grains else "day",
        rejected=rejected,
    )


def _blocks(csv_text: CsvText) -> list[tuple[dict[str, str], int, CsvText]]:
    """Metadata, line of the value header (from 0) and text from there on, for each pair in the file."""
    lines = csv_text.text.split("\n")
    headers = _header_lines(lines, csv_text.separator)
    blocks = []
    metadata: dict[str, str] = {}
    for place, (line, kind) in enumerate(headers):
        beyond = headers[place + 1][0] if place + 1 < len(headers) else len(lines)
        if kind == "metadata":
            names = [plain(name) for name in fields(lines[line], csv_text.separator)]
            values = next((fields(text, csv_text.separator) for text in lines[line + 1 : beyond] if text.strip()), [])
            metadata = dict(zip(names, values, strict=False))
        elif not metadata:
            raise BadInput(
                "En tabell med värden saknar uppgift om anläggning.",
                fix_sv="Exportera filen på nytt från E.ON och lämna in den oförändrad.",
                row=line + 1,
            )
        else:
            text = "\n".join(lines[line:beyond])
            head = [fields(lines[line], csv_text.separator)]
            blocks.append((metadata, line, CsvText(text, csv_text.separator, head)))
    return blocks


def _header_lines(lines: list[str], separator: str) -> list[tuple[int, str]]:
    """Where the headers of either table stand."""
    found = []
    for number, line in enumerate(lines):
        if "tidpunkt" not in line.lower():
            continue
        names = {plain(name) for name in fields(line, separator)}
        if names >= METADATA_COLUMNS:
            found.append((number, "metadata"))
        elif names >= VALUE_COLUMNS:
            found.append((number, "values"))
    return found
