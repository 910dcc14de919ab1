"""The limits that hold for every file from outside, and the cheap checks of bytes before any parser sees them.

Each refusal says in plain Swedish what to do. How far the cells of a workbook reach is checked by workbook_precheck.py.
"""

from __future__ import annotations

from pathlib import Path

from pipelines.errors import BadInput

MAX_BYTES = 300_000_000
"""Of a file as it is read: as sent, or unpacked from gzip or zip."""

MAX_TEXT_BYTES = 1_000_000_000
"""Of a table as plain text, as sent: it is read whole columns at a time."""

HEAD_BYTES = 65_536
MAX_LINE_BYTES = 2_000_000
"""Of a line in a table."""

MAX_ARCHIVE_MEMBERS = 500
"""Of files in a zip archive that is handed in."""

MAX_ZIP_ENTRIES = 2_000
MAX_UNPACKED_BYTES = 1_000_000_000
MAX_UNPACKED_RATIO = 200
HARMLESS_UNPACKED_BYTES = 50_000_000
"""Of the parts of a workbook, which is a zip: their number, their size together, and how much they may shrink."""

MAX_CELLS = 20_000_000
"""Between the outermost cells of a sheet: the library that reads sheets allocates them all, filled or not."""

MAX_COLUMNS = 5_000
"""Of a sheet or a table: all readers take their time over each column."""

MAX_SHEETS = 200
LAST_COLUMN = 16_384
"""Of a sheet in any program: XFD."""

MAX_MARKUP_BYTES = 30_000_000
"""Of a web page or an XML workbook, which are taken into memory as trees."""

MAX_GRID_CELLS = 2_000_000
"""Of a sheet in a web page, an XML workbook or ODS, which are filled cell by cell."""

EXPORT_AGAIN = "Exportera filen på nytt och lämna in den oförändrad."
SHORTER_OR_CSV = "Exportera en kortare period, eller lämna in filen som CSV."


def checked_bytes(path: Path, *, max_bytes: int = MAX_BYTES, max_text_bytes: int = MAX_TEXT_BYTES) -> bytes:
    """The bytes of a file that is not empty and not too large. Raises BadInput otherwise."""
    size = path.stat().st_size
    with path.open("rb") as file:
        allowed = max_bytes if b"\x00" in file.read(HEAD_BYTES) else max_text_bytes
    refuse_large(size, allowed)
    data = path.read_bytes()
    refuse_empty(data)
    return data


def refuse_large(size: int, max_bytes: int = MAX_BYTES) -> None:
    """Refuse a file of more than `max_bytes`."""
    if size > max_bytes:
        raise BadInput(
            f"Filen är för stor: {size / 1e6:.0f} MB, högst {max_bytes / 1e6:.0f} MB kan tas emot.",
            fix_sv="Dela upp exporten på kortare perioder eller färre anläggningar.",
        )


def refuse_empty(data: bytes) -> None:
    """Refuse a file of nothing but blanks, marks of encoding and NULs."""
    blanks = b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"
    if not data[:4096].strip(blanks) and not data.strip(blanks):
        raise BadInput("Filen är tom.", fix_sv="Kontrollera att exporten blev klar och lämna in den igen.")


def check_text_bytes(data: bytes) -> None:
    """Refuse binary content before decoding."""
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


def check_markup(text: str) -> None:
    """Refuse a web page or an XML document that is too large to take into memory."""
    if len(text) > MAX_MARKUP_BYTES:
        raise BadInput(
            f"Filen är för stor för att vara en webbsida eller XML: högst {MAX_MARKUP_BYTES / 1e6:.0f} MB läses.",
            fix_sv=SHORTER_OR_CSV,
        )


def refuse_wide_span(row_count: int, column_count: int, *, max_cells: int = MAX_CELLS) -> None:
    """Refuse a sheet whose outermost cells stand too far from each other."""
    if row_count * column_count > max_cells:
        raise BadInput(
            "Ett blad i Excelfilen spänner över orimligt många rader och kolumner.",
            fix_sv="Ta bort innehåll långt utanför tabellen, eller lämna in filen som CSV.",
        )


def refuse_many_columns(column_count: int) -> None:
    """Refuse a table with more columns than MAX_COLUMNS."""
    if column_count > MAX_COLUMNS:
        raise BadInput(
            f"Filen har fler än {MAX_COLUMNS} kolumner och läses inte.",
            fix_sv="Exportera färre anläggningar i taget, eller en rad för varje värde.",
        )


def refuse_document_type(head: bytes) -> None:
    """A document type declaration can name entities that grow without end; no export has one."""
    if b"<!DOCTYPE" in head.upper() or b"<!ENTITY" in head.upper():
        raise BadInput("Filen har en dokumenttypsdeklaration och läses inte.", fix_sv=EXPORT_AGAIN)
