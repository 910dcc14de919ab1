"""Cheap checks on hostile bytes before any parser sees them; each refusal says in plain Swedish what to do.

The spreadsheet reader allocates rows × columns of what a sheet claims to span and ends the whole process when that is
too much, so the spans are read here first.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import Path

from pipelines.errors import BadInput

MAX_BYTES = 300_000_000
MAX_LINE_BYTES = 2_000_000
MAX_ZIP_ENTRIES = 2_000
MAX_UNPACKED_BYTES = 1_000_000_000
MAX_UNPACKED_RATIO = 200
HARMLESS_UNPACKED_BYTES = 50_000_000
MAX_CELLS = 20_000_000
CHUNK_BYTES = 1 << 20

_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']([A-Za-z]+)(\d+)["']""")
_CELL_WITHOUT_PLACE = re.compile(rb"""<(?:\w+:)?c(?=[\s>/])(?![^>]*?\br\s*=\s*["'][A-Za-z]+\d+["'])""")
_ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["'](\d+)["']""")
LAST_COLUMN = 16_384

EXPORT_AGAIN = "Exportera filen på nytt och lämna in den oförändrad."


def checked_bytes(path: Path, *, max_bytes: int = MAX_BYTES) -> bytes:
    """The bytes of a file that is not empty and not too large. Raises BadInput otherwise."""
    size = path.stat().st_size
    if size > max_bytes:
        raise BadInput(
            f"Filen är för stor: {size / 1e6:.0f} MB, högst {max_bytes / 1e6:.0f} MB kan tas emot.",
            fix_sv="Dela upp exporten på kortare perioder eller färre anläggningar.",
        )
    data = path.read_bytes()
    if not data.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise BadInput("Filen är tom.", fix_sv="Kontrollera att exporten blev klar och lämna in den igen.")
    return data


def check_text_bytes(data: bytes) -> None:
    """Refuse binary content and lines beyond all reason before decoding."""
    head = data[:65_536]
    has_bom = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    nul_count = head.count(0)
    is_utf16 = has_bom or (nul_count and max(head[0::2].count(0), head[1::2].count(0)) > 0.8 * len(head) / 2)
    if b"\x00" in data and not is_utf16:
        raise BadInput("Filen är inte en textfil.", fix_sv="Lämna in filen som CSV eller XLSX.")
    control = sum(head.count(code) for code in range(1, 32) if code not in (9, 10, 11, 12, 13, 28, 29, 30, 31))
    if control > max(4, len(head) // 100) and not is_utf16:
        raise BadInput("Filen är inte en textfil.", fix_sv="Lämna in filen som CSV eller XLSX.")


def check_line_lengths(data: bytes) -> None:
    """Refuse a table with a line longer than MAX_LINE_BYTES."""
    place = 0
    while len(data) - place > MAX_LINE_BYTES:
        following = max(
            data.rfind(b"\n", place, place + MAX_LINE_BYTES), data.rfind(b"\r", place, place + MAX_LINE_BYTES)
        )
        if following < 0:
            raise BadInput("Filen har en rad som är orimligt lång.", fix_sv=EXPORT_AGAIN)
        place = following + 1


def check_workbook(data: bytes) -> None:
    """Refuse a zip that is no workbook, unpacks to too much, or spans more cells than any export has."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_archive(archive, len(data))
            for entry in archive.infolist():
                # Any part may be named as a sheet by the workbook, so all are looked through.
                _check_part(archive, entry)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,  # zipfile: packed in a way that it does not know
        RuntimeError,
        OSError,
        ValueError,
    ) as error:
        raise BadInput("Excelfilen är skadad eller ofullständig.", fix_sv=EXPORT_AGAIN) from error


def _check_archive(archive: zipfile.ZipFile, packed_bytes: int) -> None:
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    unpacked = sum(entry.file_size for entry in entries)
    is_bomb = unpacked > max(HARMLESS_UNPACKED_BYTES, MAX_UNPACKED_RATIO * packed_bytes)
    if len(entries) > MAX_ZIP_ENTRIES or unpacked > MAX_UNPACKED_BYTES or is_bomb:
        raise BadInput(
            "Excelfilen packas upp till orimligt mycket och läses inte.",
            fix_sv="Exportera en kortare period, eller lämna in filen som CSV.",
        )
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise BadInput(
            "Filen är en zip-fil men ingen Excelarbetsbok.",
            fix_sv="Packa upp filen först och lämna in det som finns i den.",
        )


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Follow the cell references of a part in a stream and stop when they span too much."""
    rows: tuple[int, int] | None = None
    columns: tuple[int, int] | None = None
    read_bytes, unplaced, rest = 0, 0, b""
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK_BYTES):
            if not read_bytes:
                refuse_document_type(chunk[:4096])
            read_bytes += len(chunk)
            if read_bytes > MAX_UNPACKED_BYTES:
                raise BadInput("Excelfilen packas upp till orimligt mycket och läses inte.", fix_sv=EXPORT_AGAIN)
            window = rest + chunk
            found = [(_column_number(cell[1]), int(cell[2])) for cell in _CELL.finditer(window)]
            numbers = [row for _, row in found] + [int(row[1]) for row in _ROW.finditer(window)]
            rows = _widened(rows, numbers)
            columns = _widened(columns, [column for column, _ in found])
            unplaced += sum(1 for _ in _CELL_WITHOUT_PLACE.finditer(window))
            _refuse_wide_span(rows, columns, unplaced)
            rest = window[-256:]


def _widened(span: tuple[int, int] | None, numbers: list[int]) -> tuple[int, int] | None:
    every = [*numbers, *(span or ())]
    return (min(every), max(every)) if every else None


def _refuse_wide_span(rows: tuple[int, int] | None, columns: tuple[int, int] | None, unplaced: int) -> None:
    """Rows × columns between the outermost cells; cells without a reference may all stand in one row."""
    row_count = rows[1] - rows[0] + 1 if rows else 1
    column_count = columns[1] - columns[0] + 1 if columns else 0
    column_count = max(column_count, min(unplaced, LAST_COLUMN))
    if row_count * column_count > MAX_CELLS:
        raise BadInput(
            "Ett blad i Excelfilen spänner över orimligt många rader och kolumner.",
            fix_sv="Ta bort innehåll långt utanför tabellen, eller lämna in filen som CSV.",
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters[:4].upper():
        number = number * 26 + letter - 64
    return number


def refuse_document_type(head: bytes) -> None:
    """A document type declaration can name entities that grow without end; no export has one."""
    if b"<!DOCTYPE" in head.upper() or b"<!ENTITY" in head.upper():
        raise BadInput("Filen har en dokumenttypsdeklaration och läses inte.", fix_sv=EXPORT_AGAIN)
