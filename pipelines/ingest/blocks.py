"""Several tables of the same form after one another in a file, each under the rows that say whose it is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from pipelines.ingest.preamble import preamble_of
from pipelines.ingest.rows_plan import RowsPlan
from pipelines.ingest.stamps import read_stamps
from pipelines.ingest.tables import LONGEST_SAMPLE, CsvText
from pipelines.ingest.text import fields


@dataclass(frozen=True)
class Block:
    """One of the tables: its text from the header on, and the number of lines before."""

    csv_text: CsvText
    lines_before: int
    plan: RowsPlan


def blocks(csv_text: CsvText, plan: RowsPlan) -> list[Block]:
    """The tables of a file: one, or one for each time that its header is repeated with its own rows above it."""
    if plan.header_line < 0:
        return [Block(csv_text, 0, plan)]
    if not _has_header_again(csv_text, plan.header_line):
        return [Block(csv_text, 0, plan)]
    header = _line(csv_text.text, plan.header_line)
    lines = csv_text.text.split("\n")
    places = [number for number, line in enumerate(lines) if line == header]
    width = len(fields(header.rstrip("\r"), csv_text.separator))
    above = [_rows_above(lines, place, plan, width, csv_text.separator) for place in places]
    if not any(cell for rows in above[1:] for row in rows for cell in row):
        return [Block(csv_text, 0, plan)]  # the same header again in the middle of one table
    found: list[Block] = []
    for number, place in enumerate(places):
        beyond = places[number + 1] - len(above[number + 1]) if number + 1 < len(places) else len(lines)
        table = CsvText(
            "\n".join(lines[place:beyond]),
            csv_text.separator,
            [fields(header.rstrip("\r"), csv_text.separator)],
            csv_text.title,
            csv_text.decimal,
        )
        own = preamble_of(above[number], csv_text.title) if any(above[number]) or not found else found[-1].plan.preamble
        found.append(Block(table, place, replace(plan, header_line=0, preamble=own)))
    return found


def _has_header_again(csv_text: CsvText, header_line: int) -> bool:
    """Whether the line of the header stands further down too; looked for without a copy of the file."""
    source = csv_text.source
    start = csv_text.part(0, LONGEST_SAMPLE)
    header, place = _line(start, header_line), _place(start, header_line)
    if isinstance(source, str):
        return source.find(f"\n{header}\n", place + len(header)) >= 0
    before, line = start[:place].encode(), header.encode()
    return source.find(b"\n" + line + b"\n", len(before) + len(line)) >= 0


def _rows_above(lines: list[str], place: int, plan: RowsPlan, width: int, separator: str) -> list[list[str]]:
    """The rows over a header, back to the last row of values before it."""
    rows: list[list[str]] = []
    time = plan.time.places[0]
    for line in reversed(lines[max(0, place - plan.header_line) : place]):
        row = fields(line.rstrip("\r"), separator) if line.strip() else []
        if len(row) == width and _is_time(row[time]):
            break
        rows.append(row)
    return rows[::-1]


def _is_time(cell: str) -> bool:
    """Whether a cell can stand in the column of time: then the row is one of values."""
    return read_stamps(pl.Series([cell])).label[0] is not None or (cell.isdigit() and len(cell) <= 4)


def _place(text: str, line: int) -> int:
    place = 0
    for _ in range(line):
        place = text.index("\n", place) + 1
    return place


def _line(text: str, line: int) -> str:
    start = _place(text, line)
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)]
