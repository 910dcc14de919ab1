"""Workbooks that no library at hand writes: XLS, XLSB and ODS, as small as they can be, with made-up cells."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence

SECTOR = 512
END_OF_CHAIN, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
DATE_FORMAT = 22  # m/d/yy h:mm, built in
Cell = str | float | None
DATE_STYLE = 1


class Date(float):
    """A serial number that is shown as a date."""


def xls(sheets: Mapping[str, Sequence[Sequence[Cell]]], *, hidden: Sequence[str] = ()) -> bytes:
    """An XLS (BIFF8) with text and number cells."""
    return compound_file({"Workbook": biff(sheets, hidden=hidden)})


def biff(sheets: Mapping[str, Sequence[Sequence[Cell]]], *, hidden: Sequence[str] = ()) -> bytes:
    """The stream of an XLS: a globals part, then a part for each sheet."""
    bodies = [_xls_sheet(rows) for rows in sheets.values()]
    styles = b"".join(
        _xls(0x00E0, struct.pack("<HHHBBBBIIH", 0, form, 1, 32, 0, 0, 0, 0, 0, 0)) for form in (0, DATE_FORMAT)
    )

    def globals_part(places: Sequence[int]) -> bytes:
        named = b"".join(
            _xls(0x0085, struct.pack("<IBB", place, name in hidden, 0) + bytes([len(name), 0]) + name.encode("latin-1"))
            for name, place in zip(sheets, places, strict=True)
        )
        return _xls(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)) + styles + named + _xls(0x000A, b"")

    start = len(globals_part([0] * len(bodies)))
    places = [start + sum(len(body) for body in bodies[:number]) for number in range(len(bodies))]
    return globals_part(places) + b"".join(bodies)


def _xls_sheet(rows: Sequence[Sequence[Cell]]) -> bytes:
    cells = b""
    for row, line in enumerate(rows):
        for column, cell in enumerate(line):
            style = DATE_STYLE if isinstance(cell, Date) else 0
            place = struct.pack("<HHH", row, column, style)
            if isinstance(cell, str):
                cells += _xls(0x0204, place + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le"))
            elif cell is not None:
                cells += _xls(0x0203, place + struct.pack("<d", cell))
    return _xls(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)) + cells + _xls(0x000A, b"")


def xls_record(kind: int, body: bytes) -> bytes:
    """One record of an XLS."""
    return struct.pack("<HH", kind, len(body)) + body


_xls = xls_record


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """A compound file of streams that are padded to 4096 bytes, so that none needs the small sectors."""
    sectors: list[bytes] = []
    table: list[int] = []

    def put(content: bytes) -> int:
        first = len(sectors)
        count = -(-len(content) // SECTOR)
        sectors.extend(content[n * SECTOR : (n + 1) * SECTOR].ljust(SECTOR, b"\0") for n in range(count))
        table.extend([*range(first + 1, first + count), END_OF_CHAIN])
        return first

    entries = [_entry("Root Entry", 5, END_OF_CHAIN, 0, child=1)]
    for number, (name, content) in enumerate(streams.items(), 1):
        padded = content.ljust(4096, b"\0")
        following = number + 1 if number < len(streams) else FREE
        entries.append(_entry(name, 2, put(padded), len(padded), right=following))
    entries += [bytes(128)] * (-len(entries) % 4)
    directory = put(b"".join(entries))
    table_sectors = -(-(len(table) + 1) // 128)
    while -(-(len(table) + table_sectors) // 128) > table_sectors:
        table_sectors += 1
    places = range(len(sectors), len(sectors) + table_sectors)
    table += [TABLE] * table_sectors
    table += [FREE] * (-len(table) % 128)
    sectors.append(struct.pack(f"<{len(table)}I", *table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIIII", table_sectors, directory, 0, 4096, END_OF_CHAIN, 0, END_OF_CHAIN, 0, places[0])
    header += struct.pack("<108I", *[*places[1:], *[FREE] * (109 - len(places))])
    return header + b"".join(sectors)


def _entry(name: str, kind: int, start: int, size: int, *, child: int = FREE, right: int = FREE) -> bytes:
    written = name.encode("utf-16-le")
    head = written.ljust(64, b"\0") + struct.pack("<HBBIII", len(written) + 2, kind, 1, FREE, right, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)


def xlsb(rows: Sequence[tuple[int, Sequence[tuple[int, float]]]]) -> bytes:
    """An XLSB with one sheet, Blad1: rows with their numbers, and cells with their columns, from 0."""
    sheet = xlsb_record(129, b"") + xlsb_record(148, bytes(16)) + xlsb_record(145, b"")
    for row, cells in rows:
        sheet += xlsb_record(0, struct.pack("<I", row) + bytes(13))
        for column, value in cells:
            sheet += xlsb_record(5, struct.pack("<IId", column, 0, value))
    sheet += xlsb_record(146, b"") + xlsb_record(130, b"")
    name = "Blad1"
    identity = (
        struct.pack("<I", 4) + "rId1".encode("utf-16-le") + struct.pack("<I", len(name)) + name.encode("utf-16-le")
    )
    book = xlsb_record(131, b"") + xlsb_record(143, b"") + xlsb_record(156, struct.pack("<II", 0, 1) + identity)
    book += xlsb_record(144, b"") + xlsb_record(132, b"")
    relations = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"'
        ' Target="worksheets/sheet1.bin"/></Relationships>'
    )
    return zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": relations,
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def xlsb_record(kind: int, body: bytes) -> bytes:
    """One record of an XLSB; kind and length are written seven bits a byte."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(body)
    while length >= 0x80:
        head += bytes([length & 0x7F | 0x80])
        length >>= 7
    return head + bytes([length]) + body


def ods(tables: str, *, styles: str = "", encrypted: bool = False) -> bytes:
    """An ODS with the tables given as XML."""
    spaces = " ".join(
        f'xmlns:{part}="urn:oasis:names:tc:opendocument:xmlns:{part}:1.0"'
        for part in ("office", "table", "text", "style")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    manifest = "<manifest>" + ("<encryption-data/>" if encrypted else "") + "</manifest>"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": manifest,
        }
    )


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """A zip of files, packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
