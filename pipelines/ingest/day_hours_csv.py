"""Day × hours: one row a day, one column an hour or a quarter (`Datum;00:00-01:00;01:00-02:00;…`).

There is no place for the double hour of autumn, so the file itself often cannot tell its clock; then it is asked.
"""

from __future__ import annotations

import re

import polars as pl

from pipelines.ingest.canonical import REJECTED_SCHEMA, MeterFile
from pipelines.ingest.columns_csv import TOTAL_WORDS
from pipelines.ingest.headers import roles, unit_of
from pipelines.ingest.heat_sheet import carrier_in, title_text, unit_in
from pipelines.ingest.intervals import LABELLED_SCHEMA, Context
from pipelines.ingest.meter_file import meter_file
from pipelines.ingest.numbers import read_numbers
from pipelines.ingest.stamps import read_stamps
from pipelines.ingest.tables import SOURCE_ROW, CsvText, read_table

FORMAT = "day-hours-csv"
FEWEST_SLOTS = 23
"""Hours of the shortest day: fewer columns with a clock in the header are something else."""

_SLOT = re.compile(r"^\[?(\d{1,2})[:.](\d{2})\s*(?:[-–]\s*(\d{1,2})[:.](\d{2}))?\]?$")


def header_line_of(csv_text: CsvText) -> int | None:
    """The first line with a column for the day and a column for each hour; None when there is none."""
    for line, header in enumerate(csv_text.head):
        found = roles(header)
        if ("stamp" in found or "start" in found) and len(_slots(header)) >= FEWEST_SLOTS:
            return line
    return None


def read(csv_text: CsvText, header_line: int, context: Context) -> MeterFile:
    """Read a file whose header stands on `header_line` (from 0); every cell is a value."""
    table = read_table(csv_text, header_line)
    found = roles(table.header)
    day_name = table.header[found["stamp"] if "stamp" in found else found["start"]]
    is_total = table.frame[day_name].str.strip_chars().str.to_lowercase().is_in(TOTAL_WORDS).fill_null(value=False)
    frame = table.frame.filter(~is_total)
    day = read_stamps(frame[day_name]).label
    title = title_text(csv_text, header_line)
    slots = _slots(table.header)
    numbers = {place: read_numbers(frame[table.header[place]]) for place in slots}
    id_name = table.header[found["metering_point_id"]] if "metering_point_id" in found else None
    unit_name = table.header[found["unit"]] if "unit" in found else None
    parts = [
        frame.select(
            (pl.col(id_name) if id_name else pl.lit(None, pl.String)).alias("metering_point_id"),
            pl.lit(carrier_in(title), pl.String).alias("carrier"),
            pl.lit("consumption").alias("direction"),
            (pl.col(unit_name) if unit_name else pl.lit(unit_in(title) or unit_of(day_name), pl.String)).alias("unit"),
            numbers[place].value.alias("value"),
            numbers[place].is_marked.alias("is_estimated"),
            pl.col(SOURCE_ROW),
            (pl.lit(day) + pl.duration(minutes=minute)).alias("label"),
            pl.lit(None, pl.Datetime("us")).alias("end_label"),
            pl.lit(None, pl.Int32).alias("offset_minutes"),
            pl.lit(None, pl.Int32).alias("stated_minutes"),
        ).filter(~numbers[place].is_bad)
        for place, (minute, _) in slots.items()
    ]
    bad = [
        frame.select(
            SOURCE_ROW,
            pl.format("Värdet för {} är inget tal: {}", pl.lit(table.header[place]), pl.col(table.header[place])).alias(
                "reason"
            ),
            pl.lit("Rätta värdet, eller lämna fältet tomt om det saknas.").alias("fix"),
        ).filter(one.is_bad)
        for place, one in numbers.items()
        if one.is_bad.any()
    ]
    return meter_file(
        pl.concat(parts).select(list(LABELLED_SCHEMA)).sort(SOURCE_ROW, "label", maintain_order=True),
        file_format=FORMAT,
        id_source="column" if id_name else "unknown",
        context=context,
        stamp_hint="start" if all(is_range for _, is_range in slots.values()) else "unknown",
        rejected=[table.rejected, *bad, pl.DataFrame(schema=REJECTED_SCHEMA)],
    )


def _slots(header: list[str]) -> dict[int, tuple[int, bool]]:
    """Column → minute of the day that its header begins with, and whether the header gives both ends."""
    found = {}
    for place, name in enumerate(header):
        if (slot := _SLOT.match(name.strip())) is not None:
            found[place] = int(slot.group(1)) * 60 + int(slot.group(2)), slot.group(3) is not None
    return found
