"""Which reader a file gets: chosen by its content, never by its name."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Protocol

from pipelines.errors import BadInput
from pipelines.ingest import (
    archives,
    combined,
    edifact,
    espi,
    html_tables,
    json_files,
    layouts,
    mscons,
    open_document,
    register_sheets,
    svef,
    utilts,
    weather_files,
    workbook,
    workbook_precheck,
    xml_workbook,
)
from pipelines.ingest.canonical import ReadFile, TimeBasis
from pipelines.ingest.compound_file import MAGIC as COMPOUND_FILE
from pipelines.ingest.intervals import Context
from pipelines.ingest.precheck import (
    check_line_lengths,
    check_text_bytes,
    checked_bytes,
    refuse_document_type,
    refuse_empty,
    refuse_large,
    refuse_many_columns,
)
from pipelines.ingest.sheets import Sheets
from pipelines.ingest.tables import CsvText
from pipelines.ingest.text import decoded, start_of_text, text_or_utf8, whole_text
from pipelines.ingest.workbook_sheets import read_sheets

UNPACK_FIRST = "Packa upp filen först och lämna in det som finns i den."
AS_CSV_OR_XLSX = "Exportera som CSV eller XLSX i stället."
UNREADABLE: dict[bytes, tuple[str, str]] = {
    b"7z\xbc\xaf": ("Filen är packad (7z).", UNPACK_FIRST),
    b"Rar!": ("Filen är packad (rar).", UNPACK_FIRST),
    b"\xfd7zXZ": ("Filen är packad (xz).", UNPACK_FIRST),
    b"%PDF": ("Filen är en PDF, som inte kan läsas.", AS_CSV_OR_XLSX),
    b"\x89PNG": ("Filen är en bild, som inte kan läsas.", AS_CSV_OR_XLSX),
    b"\xff\xd8\xff": ("Filen är en bild, som inte kan läsas.", AS_CSV_OR_XLSX),
    b"PAR1": ("Filen är en Parquetfil, som inte kan läsas.", AS_CSV_OR_XLSX),
}
"""First bytes of kinds of file that are known and not read, with what to say."""

TAR_MAGIC, TAR_PLACE = b"ustar", 257
NO_DATA = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff")
LONGEST_LETTER_BYTES = 20_000
ID_IN_NAME = re.compile(r"(?<!\d)\d{18}(?!\d)")
NUMBER = re.compile(r"[-+−]?\d[\d\s.,]*")


class _Recogniser(Protocol):
    """What can tell whether a text is of its kind."""

    def recognises(self, text: str) -> bool: ...


class _Documents(_Recogniser, Protocol):
    """A reader of whole texts that are no tables."""

    def read(self, text: str, context: Context) -> ReadFile: ...


DOCUMENTS: tuple[_Documents, ...] = (mscons, espi, json_files, svef)
"""Asked in this order."""

SHEET_MARKUP = (xml_workbook, html_tables)
"""Texts that hold sheets: workbooks in XML, and web pages."""

RECOGNISERS: tuple[_Recogniser, ...] = (*SHEET_MARKUP, *DOCUMENTS, edifact)


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
    """Choose the reader by the first bytes and, for tables, by the header; packed files are unpacked first."""
    if archives.is_one_packed(data):
        data = archives.unpacked(data)
        refuse_empty(data)
    if archives.is_archive(data):
        return _read_archive(archives.members(data), context)
    return _read_one(data, context)


def _read_one(data: bytes, context: Context) -> ReadFile:
    for magic, (message, fix) in UNREADABLE.items():
        if data.startswith(magic):
            raise BadInput(message, fix_sv=fix)
    if data[TAR_PLACE : TAR_PLACE + len(TAR_MAGIC)] == TAR_MAGIC:
        raise BadInput("Filen är packad (tar).", fix_sv=UNPACK_FIRST)
    if (sheets := _workbook_sheets(data)) is not None:
        return read_sheets(sheets, _read_table, context)
    check_text_bytes(data)
    source = text_or_utf8(data)
    text = start_of_text(source)
    for markup in SHEET_MARKUP:
        if markup.recognises(text):
            return read_sheets(markup.sheets(whole_text(source)), _read_table, context)
    if text.lstrip()[:1] == "<":
        refuse_document_type(data[:65_536])
    for documents in DOCUMENTS:
        if documents.recognises(text):
            refuse_large(len(data))
            return documents.read(whole_text(source), context)
    if edifact.recognises(text):
        refuse_large(len(data))
        return utilts.read(whole_text(source), context)
    if text.lstrip()[:1] == "<":
        raise BadInput("Filen är XML av ett slag som inte känns igen.", fix_sv=AS_CSV_OR_XLSX)
    check_line_lengths(data)
    csv_text = CsvText.of(source)
    refuse_many_columns(max(map(len, csv_text.head), default=0))
    read = _read_table(csv_text, context)
    if read is None:
        raise _unrecognised(csv_text)
    return read


def _workbook_sheets(data: bytes) -> Sheets | None:
    """The sheets of a workbook in any binary form; None when the file is no workbook."""
    if data.startswith(COMPOUND_FILE):
        workbook_precheck.check_xls(data)
        return workbook.sheets(data)
    if not data.startswith(archives.ZIP):
        return None
    with zipfile.ZipFile(BytesIO(data)) as archive:  # archives.is_archive has found it sound
        names = archive.namelist()
    if open_document.CONTENT in names:
        return open_document.sheets(data)
    if not {"xl/workbook.xml", "xl/workbook.bin"} & set(names):
        raise BadInput("Filen är ett Officedokument men ingen Excelarbetsbok.", fix_sv=AS_CSV_OR_XLSX)
    return workbook.sheets(data, workbook_precheck.check_zip_workbook(data))


def _read_table(csv_text: CsvText, context: Context) -> ReadFile | None:
    """A CSV file or one sheet; None when it is of no kind that is known."""
    for line, header in enumerate(csv_text.head):
        if weather_files.is_temperatures(header):
            return weather_files.read_temperatures(csv_text, line)
        if weather_files.is_stations(header):
            return weather_files.read_stations(csv_text, line)
        if (sheet := register_sheets.sheet_of(header)) is not None:
            return register_sheets.read_csv(csv_text, line, sheet)
    return layouts.read_table_file(csv_text, context)


def _read_archive(members: Mapping[str, bytes], context: Context) -> ReadFile:
    """The files of a zip, each by itself; what is no table (a letter, a picture) is named and left."""
    passed_over = [name for name, data in members.items() if _is_beside(data)]
    contexts = {
        name: replace(context, name=name) if ID_IN_NAME.search(name) else context
        for name in members
        if name not in passed_over
    }
    if not contexts:
        raise BadInput(
            f"Zip-filen har ingen fil som kan läsas. Den har: {', '.join(list(members)[:5])}.", fix_sv=AS_CSV_OR_XLSX
        )

    def read(name: str, learnt: Mapping[str, TimeBasis]) -> ReadFile:
        known = contexts[name]
        try:
            refuse_empty(members[name])
            return _read_one(members[name], replace(known, profiles={**known.profiles, **learnt}))
        except BadInput as refused:
            row = f"rad {refused.row}: " if refused.row is not None else ""
            raise BadInput(f"Filen {name} i zip-filen: {row}{refused.message_sv}", fix_sv=refused.fix_sv) from refused

    file = combined.combined({name: read(name, {}) for name in contexts}, combined.FILES, again=read)
    return combined.with_warnings(
        file, tuple(f"Filen {name} i zip-filen är ingen tabell och lästes inte." for name in passed_over)
    )


def _is_beside(data: bytes) -> bool:
    """Whether a file in an archive is no data at all: a picture, a PDF, or a short text without rows of numbers."""
    if data.startswith(NO_DATA):
        return True
    is_letter_like = data.strip() and len(data) <= LONGEST_LETTER_BYTES and b"\x00" not in data
    if not is_letter_like or data.startswith((archives.ZIP, COMPOUND_FILE)):
        return False
    text = decoded(data)
    if any(one.recognises(text) for one in RECOGNISERS):
        return False
    head = CsvText.of(text).head
    has_numbers = any(len(row) > 1 and any(NUMBER.fullmatch(cell) for cell in row) for row in head)
    return not has_numbers and not any(register_sheets.nearly(row) for row in head)


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
