"""A CSV text as a frame of text columns with the line each row stood on.

Does not belong here: what the columns mean (a module per layout).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl
from polars.exceptions import PolarsError

from pipelines.errors import BadInput
from pipelines.ingest.canonical import REJECTED_SCHEMA
from pipelines.ingest.headers import is_nordic
from pipelines.ingest.repeated import distinct, is_repeated, repeated_type
from pipelines.ingest.text import fields, first_lines, separator_of, start_of_text, whole_text

SOURCE_ROW = "source_row"
HEADER_SEARCH_LINES = 40
SAMPLE_LINES = 320
TAIL_LINES = 60
LONGEST_SAMPLE = 8_000_000
LONGEST_SAMPLE_CELL = 300  # characters; what is longer says nothing more, and patterns are slow on it
LONG_TABLE_CHARACTERS = 8_000_000
"""From here on texts that repeat are kept once each."""


@dataclass(frozen=True)
class CsvText:
    """A decoded file with its separator and the fields of its first lines."""

    source: str | bytes  # the text; a long one may be left in UTF-8
    separator: str
    head: list[list[str]]  # fields of the first lines, in order; blank lines are empty lists
    title: str = ""  # name of the sheet, where the table comes from a workbook
    decimal: str = ""  # the decimal mark of its numbers, where whoever made the text knows it

    @classmethod
    def of(cls, source: str | bytes) -> CsvText:
        """Find the separator and split the first lines."""
        return cls.split_at(source, separator_of(first_lines(start_of_text(source), HEADER_SEARCH_LINES)))

    @classmethod
    def split_at(cls, source: str | bytes, separator: str, title: str = "") -> CsvText:
        """Split the first lines at a given separator."""
        lines = first_lines(start_of_text(source), HEADER_SEARCH_LINES)
        return cls(source, separator, [fields(line, separator) if line.strip() else [] for line in lines], title)

    @cached_property
    def text(self) -> str:
        """The whole text; of a long file it takes as much memory as the file."""
        return whole_text(self.source)

    @property
    def encoded(self) -> bytes:
        """The text in UTF-8."""
        return self.source.encode("utf-8") if isinstance(self.source, str) else self.source

    def part(self, first: int, beyond: int) -> str:
        """A part of the text by signs, or of a long one by bytes."""
        some = self.source[first:beyond]
        return some if isinstance(some, str) else some.decode("utf-8", errors="ignore")


@dataclass(frozen=True)
class Table:
    """Rows below a header: text columns named by position-safe header texts, `source_row`, and rows that do not fit."""

    frame: pl.DataFrame
    header: list[str]
    rejected: pl.DataFrame  # REJECTED_SCHEMA


def no_rejections() -> pl.DataFrame:
    """An empty frame of rejected rows."""
    return pl.DataFrame(schema=REJECTED_SCHEMA)


def read_table(
    csv_text: CsvText, header_line: int, header: list[str] | None = None, repeated: Collection[int] = ()
) -> Table:
    """Rows below line `header_line` (from 0, -1 where there is no header) as text columns; blank lines are left out.

    Columns are named by the header; an empty or repeated name gets its place number. Rows with more fields than the
    header are rejected (empty fields at the end are not counted). Raises BadInput when quotes never end. `repeated`:
    places of columns whose texts repeat, which a long table keeps once each (repeated.py).
    """
    names = _unique_names(header if header is not None else csv_text.head[header_line])
    rejected = no_rejections()
    is_long = len(csv_text.source) > LONG_TABLE_CHARACTERS
    schema = {name: repeated_type() if is_long and n in repeated else pl.String() for n, name in enumerate(names)}
    try:
        frame = pl.read_csv(
            io.BytesIO(csv_text.encoded),
            has_header=False,
            skip_lines=header_line + 1,
            schema=schema,
            separator=csv_text.separator,
            infer_schema=False,
            truncate_ragged_lines=False,
            raise_if_empty=False,
        )
        frame = frame.with_columns(pl.int_range(header_line + 2, header_line + 2 + frame.height).alias(SOURCE_ROW))
    except PolarsError:
        body = _after_line(csv_text.text, header_line + 1)
        frame, rejected = _row_by_row(body, names, csv_text.separator, header_line + 2)
    return Table(_filled(frame, names).with_columns(pl.col(SOURCE_ROW).cast(pl.Int64)), names, rejected)


def _filled(frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """The rows that hold anything."""
    if any(is_repeated(one) and not one.null_count() and "" not in distinct(one) for one in frame[names]):
        return frame
    return frame.filter(~pl.all_horizontal(pl.col(name).is_null() | (pl.col(name) == "") for name in names))


def sample_rows(csv_text: CsvText) -> list[list[str]]:
    """Fields of the first lines, by line number from 0, and of some of the last: enough to tell what a table holds."""
    length = len(csv_text.source)
    lines = csv_text.part(0, LONGEST_SAMPLE).split("\n", SAMPLE_LINES)
    is_whole = len(lines) <= SAMPLE_LINES and length <= LONGEST_SAMPLE
    if not is_whole:
        rest = lines.pop()  # what follows, or a line that the sample has cut
        beyond = length - len(rest) if length <= LONGEST_SAMPLE else LONGEST_SAMPLE
        tail = csv_text.part(max(beyond, length - 65_536), length).split("\n")
        lines += tail[1:][-TAIL_LINES:]
    split = (fields(line.rstrip("\r"), csv_text.separator) if line.strip() else [] for line in lines)
    return [[cell[:LONGEST_SAMPLE_CELL] for cell in row] for row in split]


def usual_decimal(csv_text: CsvText, header: Sequence[str]) -> str:
    """The decimal mark that a file of this language and separator has, "" where either may be.

    Nordic files have a comma, which cannot stand beside the comma as separator; English files have a point.
    """
    if csv_text.decimal:
        return csv_text.decimal
    if is_nordic(header):
        return "," if csv_text.separator != "," else ""
    return "." if csv_text.separator == "," else ""


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
