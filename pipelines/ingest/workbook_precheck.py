"""How far the cells of a workbook reach, found out before the library that reads sheets is let near it.

That library allocates rows × columns between the outermost cells and ends the whole process when that is too much, so
XLSX and XLSB (zip) and XLS (compound file) are gone through here in a stream. ODS is read by a reader of our own.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from pipelines.errors import BadInput
from pipelines.ingest.compound_file import CompoundFile
from pipelines.ingest.precheck import (
    EXPORT_AGAIN,
    HARMLESS_UNPACKED_BYTES,
    LAST_COLUMN,
    MAX_BYTES,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_UNPACKED_BYTES,
    MAX_UNPACKED_RATIO,
    MAX_ZIP_ENTRIES,
    SHORTER_OR_CSV,
    refuse_document_type,
    refuse_wide_span,
)

CHUNK_BYTES = 1 << 20
UNPACKS_TO_TOO_MUCH = "Excelfilen packas upp till orimligt mycket och läses inte."
DAMAGED = "Excelfilen är skadad eller ofullständig."
PROTECTED = "Excelfilen är skyddad med lösenord."
WITHOUT_PASSWORD = "Öppna den i Excel, spara en kopia utan lösenord och lämna in den."  # noqa: S105

ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # packed in a way that zipfile does not know
    RuntimeError,
    OSError,
    ValueError,
    struct.error,
)

_CELL = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?\br\s*=\s*["']([A-Za-z]+)(\d+)["']""")
_CELL_WITHOUT_PLACE = re.compile(rb"""<(?:\w+:)?c(?=[\s>/])(?![^<>]*?\br\s*=\s*["'][A-Za-z]+\d+["'])""")
_ROW = re.compile(rb"""<(?:\w+:)?row\s[^<>]*?\br\s*=\s*["'](\d+)["']""")
_FORMULA_WITHOUT_VALUE = re.compile(rb"(?:</f>|<f(?:\s[^<>]*)?/>)\s*(?:<v>\s*</v>|<v\s*/>)?\s*</c>")
_ERROR_CELL = re.compile(rb"""<c\s[^<>]*?\bt\s*=\s*["']e["']""")
OVERLAP_BYTES = 256

XLSB_ROW, XLSB_CELLS = 0, frozenset((*range(1, 12), 62))
XLS_BOF, XLS_SHEET, XLS_DIMENSIONS, XLS_FILEPASS = 0x0809, 0x0085, 0x0200, 0x002F
XLS_MANY_CELLS = frozenset((0x00BD, 0x00BE))  # MULRK, MULBLANK: the last column stands last
XLS_CELLS = XLS_MANY_CELLS | {0x0006, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E}
XLS_ALL_CELLS = 65_536 * 256


@dataclass
class Span:
    """The outermost rows and columns of a sheet so far."""

    first_row: int | None = None
    last_row: int = 0
    first_column: int | None = None
    last_column: int = 0

    def take(self, rows: list[int], columns: list[int]) -> None:
        """Widen to hold these rows and columns."""
        if rows:
            self.first_row = min(rows) if self.first_row is None else min(self.first_row, *rows)
            self.last_row = max(self.last_row, *rows)
        if columns:
            self.first_column = min(columns) if self.first_column is None else min(self.first_column, *columns)
            self.last_column = max(self.last_column, *columns)

    def check(self, unplaced: int = 0) -> None:
        """Refuse when too wide; cells without a reference may all stand in one row."""
        row_count = 1 if self.first_row is None else self.last_row - self.first_row + 1
        column_count = 0 if self.first_column is None else self.last_column - self.first_column + 1
        is_possible = column_count <= MAX_COLUMNS
        refuse_wide_span(
            row_count, max(column_count, min(unplaced, LAST_COLUMN)), max_cells=MAX_CELLS if is_possible else 0
        )


def check_zip_workbook(data: bytes) -> tuple[str, ...]:
    """Refuse an XLSX or XLSB that is damaged, unpacks to too much, or spans more cells than any export has.

    Returns warnings in Swedish about cells that have no value to read: formulas never computed, and error values.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_zip_sizes(archive, len(data))
            is_binary = "xl/workbook.bin" in archive.namelist()
            # Any part may be named as a sheet by the workbook, so all are looked through.
            counts = [_check_part(archive, entry, is_binary=is_binary) for entry in archive.infolist()]
    except ZIP_ERRORS as error:
        raise BadInput(DAMAGED, fix_sv=EXPORT_AGAIN) from error
    return cell_warnings(sum(one for one, _ in counts), sum(one for _, one in counts))


def check_zip_sizes(archive: zipfile.ZipFile, packed_bytes: int) -> None:
    """Refuse a workbook whose parts are too many or say themselves that they unpack to too much."""
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    is_bomb = unpacked > max(HARMLESS_UNPACKED_BYTES, MAX_UNPACKED_RATIO * packed_bytes)
    if len(entries) > MAX_ZIP_ENTRIES or unpacked > MAX_UNPACKED_BYTES or is_bomb:
        raise BadInput(UNPACKS_TO_TOO_MUCH, fix_sv=SHORTER_OR_CSV)


def check_xls(data: bytes) -> None:
    """Refuse an older Excel file (BIFF in a compound file) that is damaged, protected, or spans too many cells."""
    container = CompoundFile(data)
    if "EncryptedPackage" in container.names:
        raise BadInput(PROTECTED, fix_sv=WITHOUT_PASSWORD)
    book = next((name for name in ("Workbook", "Book") if name in container.names), None)
    if book is None:
        raise BadInput(
            "Filen är ett Officedokument men ingen Excelfil.", fix_sv="Lämna in mätvärdena som CSV eller XLSX."
        )
    span = Span()
    begun, named = set(), set()
    for place, kind, body in _xls_records(container.read(book)):
        if kind == XLS_FILEPASS:
            raise BadInput(PROTECTED, fix_sv=WITHOUT_PASSWORD)
        if kind == XLS_BOF:
            span = Span()
            begun.add(place)
        elif kind == XLS_SHEET and len(body) >= 4:
            named.add(struct.unpack_from("<I", body)[0])
        elif kind == XLS_DIMENSIONS and len(body) >= 8:
            # The library reserves room for what the sheet claims, before it has seen a cell.
            first, end, left, right = struct.unpack_from("<IIHH" if len(body) >= 14 else "<HHHH", body)
            refuse_wide_span(max(0, end - first), max(0, right - left), max_cells=XLS_ALL_CELLS)
        elif kind in XLS_CELLS and len(body) >= 4:
            row, column = struct.unpack_from("<HH", body)
            last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind in XLS_MANY_CELLS else column
            span.take([row], [column, last])
            span.check()
    if not named <= begun:  # a sheet that begins between records could hold cells that were not seen here
        raise BadInput(DAMAGED, fix_sv=EXPORT_AGAIN)


def _xls_records(book: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Place, kind and content of each record."""
    place = 0
    while place + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, place)
        yield place, kind, book[place + 4 : place + 4 + length]
        place += 4 + length


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, is_binary: bool) -> tuple[int, int]:
    """Go through a part in a stream and stop when its cells span too much; counts formulas without value and errors."""
    with archive.open(entry) as part:
        start = part.read(4096)
        refuse_document_type(start)
        if is_binary and not start.startswith((b"<", b"\xef\xbb\xbf<")):
            body = start + part.read(MAX_BYTES)
            if len(body) > MAX_BYTES:
                raise BadInput(UNPACKS_TO_TOO_MUCH, fix_sv=SHORTER_OR_CSV)
            _check_xlsb_part(body)
            return 0, 0
        return _check_xlsx_part(start, part)


def _check_xlsx_part(start: bytes, part: IO[bytes]) -> tuple[int, int]:
    span, rest, chunk = Span(), b"", start
    unplaced = uncomputed = errors = read_bytes = 0
    while chunk:
        read_bytes += len(chunk)
        if read_bytes > MAX_UNPACKED_BYTES:
            raise BadInput(UNPACKS_TO_TOO_MUCH, fix_sv=EXPORT_AGAIN)
        window = rest + chunk
        found = [(_column_number(cell[1]), int(cell[2])) for cell in _CELL.finditer(window)]
        numbers = [row for _, row in found] + [int(row[1]) for row in _ROW.finditer(window)]
        span.take(numbers, [column for column, _ in found])
        if unplaced < LAST_COLUMN:
            unplaced += sum(1 for _ in _CELL_WITHOUT_PLACE.finditer(window))
        span.check(unplaced)
        # What ends within the overlap was counted with the window before.
        uncomputed += sum(1 for one in _FORMULA_WITHOUT_VALUE.finditer(window) if one.end() > len(rest))
        errors += sum(1 for one in _ERROR_CELL.finditer(window) if one.end() > len(rest))
        rest = window[-OVERLAP_BYTES:]
        chunk = part.read(CHUNK_BYTES)
    return uncomputed, errors


def _check_xlsb_part(body: bytes) -> None:
    """Follow the rows and columns of a part made of BIFF12 records; a part of another kind simply ends early."""
    span, place = Span(), 0
    while place < len(body):
        kind, place = _seven_bits(body, place, 2)
        length, place = _seven_bits(body, place, 4)
        if kind == XLSB_ROW and length >= 4 and place + 4 <= len(body):
            span.take([struct.unpack_from("<I", body, place)[0]], [])
        elif kind in XLSB_CELLS and length >= 4 and place + 4 <= len(body):
            span.take([], [struct.unpack_from("<I", body, place)[0]])
        span.check()
        place += length


def _seven_bits(body: bytes, place: int, longest: int) -> tuple[int, int]:
    """A number written seven bits a byte, and the place after it."""
    number = 0
    for step in range(longest):
        if place >= len(body):
            return number, place
        number |= (body[place] & 0x7F) << (7 * step)
        place += 1
        if body[place - 1] < 0x80:
            break
    return number, place


def cell_warnings(uncomputed: int, errors: int) -> tuple[str, ...]:
    """What to say of cells without a value to read: formulas that were never computed, and error values."""
    warnings = []
    if uncomputed:
        warnings.append(
            f"{uncomputed} celler har formler som aldrig räknats ut och räknas som saknade. "
            "Öppna filen i Excel, spara den och lämna in den igen."
        )
    if errors:
        warnings.append(f"{errors} celler har ett felvärde, till exempel #N/A, och räknas som saknade.")
    return tuple(warnings)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters[:4].upper():
        number = number * 26 + letter - 64
    return number
