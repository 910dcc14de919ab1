"""Vattenfall's sheet `Serie`: the hours of each month stand under one another in a column of their own.

Row 1 holds the year, row 2 the names of the months above their columns; 24 rows a day, with or without one row of
means before them. What stands to the left (a day a row, with its sum) tells the same energy and is used as a check.
"""

from __future__ import annotations

import calendar
import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import polars as pl

from pipelines.ingest.canonical import REJECTED_SCHEMA, MeterFile
from pipelines.ingest.headers import says
from pipelines.ingest.intervals import LABELLED_SCHEMA, Context
from pipelines.ingest.meter_file import meter_file
from pipelines.ingest.months import FIRST_YEAR, LAST_YEAR, month_number
from pipelines.ingest.numbers import read_numbers
from pipelines.ingest.preamble import preamble_of
from pipelines.ingest.tables import CsvText

FORMAT = "se-vattenfall-serie"
HOURS_OF_SHORTEST_MONTH = 28 * 24
HEADER_ROWS = 6
TOLERANCE = 0.005
SUMS_DIFFER = "Dygnssummorna i bladet stämmer inte med timvärdena: {sums:.0f} mot {hours:.0f}. Timvärdena används."


def recognises(rows: Sequence[Sequence[str]]) -> tuple[int, dict[int, int]] | None:
    """The row of months (from 0) and column → month, where months stand over columns of a month's hours."""
    if len(rows) < HOURS_OF_SHORTEST_MONTH:
        return None
    for line, row in enumerate(rows[:HEADER_ROWS]):
        months = {place: number for place, cell in enumerate(row) if (number := month_number(cell)) is not None}
        beside = list(months)
        if beside and beside == list(range(beside[0], beside[0] + len(beside))) and _year(rows[: line + 1]) is not None:
            counts = [sum(1 for one in rows[line + 1 :] if place < len(one) and one[place].strip()) for place in months]
            if max(counts) >= HOURS_OF_SHORTEST_MONTH:
                return line, months
    return None


def rows_of(csv_text: CsvText) -> list[list[str]]:
    """All rows of a sheet; none for a text too long to be one of these."""
    if len(csv_text.text) > 4_000_000:
        return []
    return list(csv.reader(io.StringIO(csv_text.text), delimiter=csv_text.separator))


def read(
    csv_text: CsvText, rows: Sequence[Sequence[str]], line: int, months: Mapping[int, int], context: Context
) -> MeterFile:
    """Read the sheet: hours in normal time or in local time with the change hidden, which is asked about.

    Parameters
    ----------
    rows, line, months: as rows_of and recognises gave them.
    """
    year = _year(rows[: line + 1]) or 0
    preamble = preamble_of(rows[: line + 1], csv_text.title)
    cells: list[tuple[str, int, datetime]] = []
    for place, month in months.items():
        column = [(row[place] if place < len(row) else "", n) for n, row in enumerate(rows[line + 1 :], line + 2)]
        hours = calendar.monthrange(year, month)[1] * 24
        filled = max((n for n, (cell, _) in enumerate(column) if cell.strip()), default=-1) + 1
        skip = 1 if filled == hours + 1 else 0  # a mean stands before the first hour
        start = datetime(year, month, 1)
        cells += [(cell, row, start + timedelta(hours=n)) for n, (cell, row) in enumerate(column[skip : skip + hours])]
    frame = pl.DataFrame(
        cells, schema={"text": pl.String, "source_row": pl.Int64, "label": pl.Datetime("us")}, orient="row"
    )
    numbers = read_numbers(frame["text"])
    labelled = frame.select(
        pl.lit(preamble.identity, pl.String).alias("metering_point_id"),
        pl.lit("electricity").alias("carrier"),
        pl.lit("consumption").alias("direction"),
        pl.lit(preamble.unit or "kWh").alias("unit"),
        numbers.value.alias("value"),
        numbers.is_marked.alias("is_estimated"),
        "source_row",
        "label",
        pl.lit(None, pl.Datetime("us")).alias("end_label"),
        pl.lit(None, pl.Int32).alias("offset_minutes"),
        pl.lit(60, pl.Int32).alias("stated_minutes"),
    ).select(list(LABELLED_SCHEMA))
    bad = frame.filter(numbers.is_bad).select(
        "source_row",
        pl.format("Värdet är inget tal: {}", pl.col("text").str.slice(0, 40)).alias("reason"),
        pl.lit("Rätta värdet, eller lämna cellen tom om det saknas.").alias("fix"),
    )
    return meter_file(
        labelled.filter(~numbers.is_bad),
        file_format=FORMAT,
        id_source="metadata" if preamble.identity else "unknown",
        context=context,
        stamp_hint="start",
        basis=preamble.basis,
        rejected=[bad.cast(REJECTED_SCHEMA)],  # type: ignore[arg-type]
        warnings=_check(rows, line, float(numbers.value.sum() or 0)),
        evidence=("Timvärdena står månad för månad i egna kolumner, 24 rader per dygn.",),
    )


def _check(rows: Sequence[Sequence[str]], line: int, hours_kwh: float) -> list[str]:
    """A warning when the sums of the days, which the sheet also holds, are not those of the hours."""
    header = [cell for row in rows[: line + 1] for cell in row]
    places = {p for row in rows[: line + 1] for p, cell in enumerate(row) if cell and says(cell).is_total}
    if not header or len(places) != 1:
        return []
    place = places.pop()
    text = pl.Series([row[place] if place < len(row) else "" for row in rows[line + 1 :]], dtype=pl.String)
    sums_kwh = float(read_numbers(text).value.sum() or 0)
    is_same = abs(sums_kwh - hours_kwh) <= TOLERANCE * max(abs(hours_kwh), 1.0)
    return [] if is_same or not sums_kwh else [SUMS_DIFFER.format(sums=sums_kwh, hours=hours_kwh)]


def _year(rows: Sequence[Sequence[str]]) -> int | None:
    years = {int(cell) for row in rows for cell in row if re.fullmatch(r"[12]\d{3}", cell.strip())}
    years = {year for year in years if FIRST_YEAR <= year <= LAST_YEAR}
    return years.pop() if len(years) == 1 else None
