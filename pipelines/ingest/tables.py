"""A CSV text as a frame of text columns with the line each row stood on.

Does not belong here: what the columns mean (a module per layout).
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import polars as pl
from polars.exceptions import PolarsError

from pipelines.errors import BadInput
from pipelines.ingest.canonical import REJECTED_SCHEMA
from pipelines.ingest.text import fields, first_lines, separator_of

SOURCE_ROW = "source_row"
HEADER_SEARCH_LINES = 40


@dataclass(frozen=True)
class CsvText:
    """A decoded file with its separator and the fields of its first lines."""

    text: str
    separator: str
    head: list[list[str]]  # fields of the first lines, in order; blank lines are empty lists
    title: str = ""  # name of the sheet, where the table comes from a workbook

    @classmethod
    def of(cls, text: str) -> CsvText:
        """Find the separator and split the first lines."""
        lines = first_lines(text, HEADER_SEARCH_LINES)
        separator = separator_of(lines)
        return cls(text, separator, [fields(line, separator) if line.strip() else [] for line in lines])


@dataclass(frozen=True)
class Table:
    """Rows below a header: text columns named by position-safe header texts, `source_row`, and rows that do not fit."""

    frame: pl.DataFrame
    header: list[str]
    rejected: pl.DataFrame  # REJECTED_SCHEMA


def no_rejections() -> pl.DataFrame:
    """An empty frame of rejected rows."""
    return pl.DataFrame(schema=REJECTED_SCHEMA)


def read_table(csv_text: CsvText, header_line: int, header: list[str] | None = None) -> Table:
    """Rows below line `header_line` (from 0) as text columns; blank lines are left out.

    Columns are named by the header; an empty or repeated name gets its place number. Rows with more fields than the
    header are rejected (empty fields at the end are not counted). Raises BadInput when quotes never end.
    """
    names = _unique_names(header if header is not None else csv_text.head[header_line])
    body = _after_line(csv_text.text, header_line + 1)
    rejected = no_rejections()
    try:
        frame = pl.read_csv(
            io.BytesIO(body.encode("utf-8")),
            has_header=False,
            schema=dict.fromkeys(names, pl.String()),
            separator=csv_text.separator,
            infer_schema=False,
            truncate_ragged_lines=False,
            raise_if_empty=False,
        )
        frame = frame.with_columns(pl.int_range(header_line + 2, header_line + 2 + frame.height).alias(SOURCE_ROW))
    except PolarsError:
        frame, rejected = _row_by_row(body, names, csv_text.separator, header_line + 2)
    filled = frame.filter(~pl.all_horizontal(pl.col(name).is_null() | (pl.col(name) == "") for name in names))
    return Table(filled.with_columns(pl.col(SOURCE_ROW).cast(pl.Int64)), names, rejected)


def _row_by_row(body: str, names: list[str], separator: str, first_row: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The slow way, for files where some line does not have the header's number of fields."""
    rows: list[list[str | None]] = []
    numbers: list[int] = []
    rejected: list[dict] = []
    reader = csv.reader(io.StringIO(body), delimiter=separator)
    try:
        for row in reader:
            source_row = first_row + reader.line_num - 1
            while len(row) > len(names) and not row[-1].strip():
                row.pop()
            if len(row) > len(names):
                reason = f"Raden har {len(row)} fält men rubriken har {len(names)}."
                fix = "Kontrollera om ett decimalkomma eller ett extra skiljetecken delar ett värde i två."
                rejected.append({SOURCE_ROW: source_row, "reason": reason, "fix": fix})
            elif row:
                rows.append([field if field != "" else None for field in row] + [None] * (len(names) - len(row)))
                numbers.append(source_row)
    except csv.Error as error:
        raise BadInput(
            "Filen går inte att dela upp i rader och fält.",
            fix_sv="Kontrollera citattecknen i filen, eller exportera den på nytt.",
            row=first_row + reader.line_num - 1,
        ) from error
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String()), orient="row")
    return (
        frame.with_columns(pl.Series(SOURCE_ROW, numbers, dtype=pl.Int64)),
        pl.DataFrame(rejected, schema=REJECTED_SCHEMA),
    )


def _after_line(text: str, count: int) -> str:
    """The text after its first `count` lines."""
    place = 0
    for _ in range(count):
        following = text.find("\n", place)
        if following < 0:
            return ""
        place = following + 1
    return text[place:]


def _unique_names(header: list[str]) -> list[str]:
    names: list[str] = []
    for place, name in enumerate(header):
        clean = name.strip()
        names.append(clean if clean and clean not in names and clean != SOURCE_ROW else f"{clean}#{place + 1}")
    return names
