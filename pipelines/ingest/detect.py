"""Which reader a file gets: chosen by its content, never by its name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipelines.errors import BadInput
from pipelines.ingest import (
    columns_csv,
    eon_csv,
    register_sheets,
    rows_csv,
    weather_files,
)
from pipelines.ingest.canonical import ReadFile, TimeBasis
from pipelines.ingest.intervals import Context
from pipelines.ingest.precheck import check_line_lengths, check_text_bytes, checked_bytes
from pipelines.ingest.tables import CsvText
from pipelines.ingest.text import decoded


def read_file(
    path: Path,
    name: str,
    *,
    assumptions: Mapping[str, str] = {},  # noqa: B006 - never changed
    profiles: Mapping[str, TimeBasis] = {},  # noqa: B006 - never changed
    zone: str = "Europe/Stockholm",
) -> ReadFile:
    """Read any file that Sparkraft knows the form of.

    Parameters
    ----------
    path: the file's bytes.
    name: its name as it was sent; only an id of 18 digits in it is ever used, and only where the file has none.
    assumptions: answers to questions: time_basis, stamp, unit, metering_point_id.
    profiles: format → time basis of earlier files of the same sender.
    zone: IANA name of the local zone.

    Raises
    ------
    BadInput with a Swedish explanation when the file cannot be used.
    """
    context = Context(name, dict(assumptions), dict(profiles), zone)
    data = checked_bytes(path)
    return read_bytes(data, context)


def read_bytes(data: bytes, context: Context) -> ReadFile:
    """Choose the reader by the first bytes and, for tables, by the header."""
    check_text_bytes(data)
    check_line_lengths(data)
    csv_text = CsvText.of(decoded(data))
    if eon_csv.recognises(csv_text):
        return eon_csv.read(csv_text, context)
    for line, header in enumerate(csv_text.head):
        if weather_files.is_temperatures(header):
            return weather_files.read_temperatures(csv_text, line)
        if weather_files.is_stations(header):
            return weather_files.read_stations(csv_text, line)
        if (sheet := register_sheets.sheet_of(header)) is not None:
            return register_sheets.read_csv(csv_text, line, sheet)
    if (line := columns_csv.header_line_of(csv_text)) is not None:
        return columns_csv.read(csv_text, line, context)
    if (line := rows_csv.header_line_of(csv_text)) is not None:
        return rows_csv.read(csv_text, line, context)
    raise BadInput("Filen känns inte igen.")
