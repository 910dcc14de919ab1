"""Which reader a file gets: chosen by its content, never by its name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from pipelines.errors import BadInput
from pipelines.ingest import (
    columns_csv,
    day_hours_csv,
    edifact,
    eon_csv,
    heat_sheet,
    register_sheets,
    rows_csv,
    utilts,
    weather_files,
    workbook,
)
from pipelines.ingest.canonical import MeterFile, ReadFile, TimeBasis
from pipelines.ingest.intervals import Context
from pipelines.ingest.precheck import (
    check_line_lengths,
    check_text_bytes,
    check_workbook,
    checked_bytes,
    refuse_document_type,
)
from pipelines.ingest.tables import CsvText, read_table
from pipelines.ingest.text import decoded

UNPACK_FIRST = "Packa upp filen först och lämna in det som finns i den."
AS_CSV_OR_XLSX = "Exportera som CSV eller XLSX i stället."
UNREADABLE: dict[bytes, tuple[str, str]] = {
    b"\x1f\x8b": ("Filen är packad (gzip).", UNPACK_FIRST),
    b"7z\xbc\xaf": ("Filen är packad (7z).", UNPACK_FIRST),
    b"Rar!": ("Filen är packad (rar).", UNPACK_FIRST),
    b"BZh": ("Filen är packad (bzip2).", UNPACK_FIRST),
    b"%PDF": ("Filen är en PDF, som inte kan läsas.", AS_CSV_OR_XLSX),
    b"\xd0\xcf\x11\xe0": ("Filen är en äldre Excelfil (.xls).", "Spara den som XLSX och lämna in den."),
    b"PAR1": ("Filen är en Parquetfil, som inte kan läsas.", AS_CSV_OR_XLSX),
}
"""First bytes of kinds of file that are known and not read, with what to say."""


def read_file(
    path: Path,
    name: str,
    *,
    assumptions: Mapping[str, str] = {},
    profiles: Mapping[str, TimeBasis] = {},
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
    for magic, (message, fix) in UNREADABLE.items():
        if data.startswith(magic):
            raise BadInput(message, fix_sv=fix)
    if data.startswith(b"PK"):
        check_workbook(data)
        return _read_workbook(workbook.sheets(data), context)
    check_text_bytes(data)
    text = decoded(data)
    if text.lstrip()[:1] == "<":
        refuse_document_type(data[:65_536])
        raise BadInput("Filen är XML eller en webbsida, som inte kan läsas än.", fix_sv=AS_CSV_OR_XLSX)
    if text.lstrip()[:1] in ("{", "["):
        raise BadInput("Filen är JSON, som inte kan läsas än.", fix_sv=AS_CSV_OR_XLSX)
    if edifact.recognises(text):
        return utilts.read(text, context)
    check_line_lengths(data)
    csv_text = CsvText.of(text)
    read = _read_table(csv_text, context)
    if read is None:
        raise _unrecognised(csv_text)
    return read


def _read_table(csv_text: CsvText, context: Context) -> ReadFile | None:
    """A CSV file or one sheet by its header; None when no reader knows the header."""
    if eon_csv.recognises(csv_text):
        return eon_csv.read(csv_text, context)
    for line, header in enumerate(csv_text.head):
        if weather_files.is_temperatures(header):
            return weather_files.read_temperatures(csv_text, line)
        if weather_files.is_stations(header):
            return weather_files.read_stations(csv_text, line)
        if (sheet := register_sheets.sheet_of(header)) is not None:
            return register_sheets.read_csv(csv_text, line, sheet)
    # In the order of how much a header must say: months, facilities, hours, then single words.
    for reader in (heat_sheet, columns_csv, day_hours_csv, rows_csv):
        if (line_found := reader.header_line_of(csv_text)) is not None:
            return reader.read(csv_text, line_found, context)
    return None


def _read_workbook(sheets: Mapping[str, CsvText], context: Context) -> ReadFile:
    """A workbook of register sheets, or one whose sheets hold meter values or weather."""
    filled = {name: sheet for name, sheet in sheets.items() if sheet.text.strip("; \n")}
    register = {name: line for name, sheet in filled.items() if (line := _register_line(name, sheet)) is not None}
    if register:
        frames = {
            name: read_table(sheet, register.get(name, 0), [cell.lower() for cell in sheet.head[register.get(name, 0)]])
            for name, sheet in filled.items()
        }
        return register_sheets.read_sheets({name: table.frame for name, table in frames.items()})
    read = {name: one for name, sheet in filled.items() if (one := _read_table(sheet, context)) is not None}
    if not read:
        raise BadInput(
            f"Arbetsboken har inget blad som känns igen. Den har bladen: {', '.join(sheets) or 'inga'}.",
            fix_sv="Ett blad ska ha mätvärden med tid, värde och anläggnings-id, eller vara ett registerblad: "
            + ", ".join(register_sheets.SHEETS)
            + ".",
        )
    if len(read) == 1:
        return next(iter(read.values()))
    return _combined(read)


def _register_line(name: str, sheet: CsvText) -> int | None:
    """The header line of a register sheet; a sheet named as one counts even where columns are missing."""
    for line, header in enumerate(sheet.head):
        if register_sheets.sheet_of(header) is not None:
            return line
    return 0 if name.strip().lower() in register_sheets.SHEETS else None


def _combined(read: Mapping[str, ReadFile]) -> MeterFile:
    """Several sheets of meter values (a year each, say) as one file; they must agree on form and time."""
    files = [one for one in read.values() if isinstance(one, MeterFile)]
    if len(files) < len(read) or len({(one.format, one.time.basis, one.time.stamp) for one in files}) > 1:
        raise BadInput(
            f"Bladen {', '.join(read)} är av olika slag.", fix_sv="Lämna in ett blad i taget, som egna filer."
        )
    return MeterFile(
        format=files[0].format,
        readings=pl.concat(one.readings for one in files),
        rejected=pl.concat(one.rejected for one in files),
        time=files[0].time,
        id_source=files[0].id_source,
        questions=tuple({question.key: question for one in files for question in one.questions}.values()),
        warnings=tuple(dict.fromkeys(warning for one in files for warning in one.warnings)),
    )


def _unrecognised(csv_text: CsvText) -> BadInput:
    """Say what was looked for and what was found."""
    for header in csv_text.head:
        if (near := register_sheets.nearly(header)) is not None:
            return BadInput(
                f"Filen liknar registerbladet {near[0]} men saknar kolumnerna {', '.join(near[1])}.",
                fix_sv=f"Bladet {near[0]} ska ha kolumnerna {', '.join(register_sheets.SHEETS[near[0]].columns)}.",
            )
    first = next((header for header in csv_text.head if any(header)), [])
    columns = ", ".join(name[:30] for name in first[:8] if name)
    found = f" Kolumner i filen: {columns}{' …' if len(first) > 8 else ''}." if len(first) > 1 else ""
    return BadInput(
        f"Filen känns inte igen: ingen kolumn för tid och mätvärde hittades.{found}",
        fix_sv="En fil med mätvärden ska ha en rad med rubriker: tid, förbrukning (kWh) och anläggnings-id.",
    )
