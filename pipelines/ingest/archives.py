"""Packed files: gzip and bzip2 around one file, zip around one or several.

Everything is unpacked in memory and as a stream, up to a limit that does not trust what the archive says of itself.
Names in an archive are words for people: they are never used as paths.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Mapping
from typing import IO

from pipelines.errors import BadInput
from pipelines.ingest import open_document
from pipelines.ingest.precheck import EXPORT_AGAIN, MAX_ARCHIVE_MEMBERS, MAX_BYTES

CHUNK_BYTES = 1 << 20
ZIP, GZIP, BZIP2 = b"PK", b"\x1f\x8b", b"BZh"
UNPACKING_ERRORS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, OSError, ValueError)

PIECEMEAL = "Packa upp filen och lämna in det som finns i den, några filer i taget."
DAMAGED = "Den packade filen är skadad eller ofullständig."
NOT_MEANT = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})


def is_one_packed(data: bytes) -> bool:
    """Whether the bytes are a file packed with gzip or bzip2."""
    return data.startswith((GZIP, BZIP2))


def unpacked(data: bytes, *, max_bytes: int = MAX_BYTES) -> bytes:
    """The file inside a gzip or bzip2. Raises BadInput when it is damaged, too large, or packed again."""
    packed = io.BytesIO(data)
    try:
        with gzip.open(packed) if data.startswith(GZIP) else bz2.open(packed) as file:
            content = _read_at_most(file, max_bytes)
    except UNPACKING_ERRORS as error:
        raise BadInput(DAMAGED, fix_sv=EXPORT_AGAIN) from error
    _refuse_nested(content)
    return content


def is_archive(data: bytes) -> bool:
    """Whether the bytes are a zip that is no workbook. Raises BadInput when the zip is damaged."""
    return data.startswith(ZIP) and not set(_names(data)) & {
        "xl/workbook.xml",
        "xl/workbook.bin",
        "[Content_Types].xml",
        open_document.CONTENT,
    }


def members(data: bytes, *, max_bytes: int = MAX_BYTES) -> Mapping[str, bytes]:
    """Name → bytes of each file in a zip; what operating systems add, and hidden files, are left out.

    Raises BadInput when the zip is damaged, protected, holds too much, holds an archive, or holds nothing.
    """
    found: dict[str, bytes] = {}
    size = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and _is_meant(entry.filename)]
            if len(entries) > MAX_ARCHIVE_MEMBERS:
                raise BadInput(
                    f"Zip-filen har {len(entries)} filer; högst {MAX_ARCHIVE_MEMBERS} läses.", fix_sv=PIECEMEAL
                )
            for entry in entries:
                if entry.flag_bits & 1:
                    raise BadInput(
                        f"Filen {shown_name(entry.filename)} i zip-filen är skyddad med lösenord.",
                        fix_sv="Packa upp zip-filen och lämna in det som finns i den.",
                    )
                with archive.open(entry) as member:
                    content = _read_at_most(member, max_bytes - size)
                size += len(content)
                name = shown_name(entry.filename)
                _refuse_nested(content, name)
                found[name if name not in found else f"{name} ({len(found) + 1})"] = content
    except UNPACKING_ERRORS as error:
        raise BadInput(DAMAGED, fix_sv=EXPORT_AGAIN) from error
    if not found:
        raise BadInput("Zip-filen är tom.", fix_sv="Kontrollera att exporten blev klar och lämna in den igen.")
    return found


def shown_name(name: str) -> str:
    """The name of a file in an archive as it is shown: without folders, control characters and needless length."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in last if sign.isprintable())[:80] or "utan namn"


def _names(data: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.namelist()
    except UNPACKING_ERRORS as error:
        raise BadInput("Filen är en skadad eller ofullständig zip-fil eller arbetsbok.", fix_sv=EXPORT_AGAIN) from error


def _is_meant(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return not any(part in NOT_MEANT or (part.startswith(".") and part not in (".", "..")) for part in parts)


def _read_at_most(file: IO[bytes] | gzip.GzipFile | bz2.BZ2File, max_bytes: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := file.read(CHUNK_BYTES):
        size += len(part)
        if size > max_bytes:
            raise BadInput(
                f"Filen packas upp till mer än {MAX_BYTES / 1e6:.0f} MB och läses inte.",
                fix_sv="Dela upp exporten på kortare perioder eller färre anläggningar.",
            )
        parts.append(part)
    return b"".join(parts)


def _refuse_nested(content: bytes, name: str | None = None) -> None:
    if is_one_packed(content) or (content.startswith(ZIP) and is_archive(content)):
        where = f"Filen {name} i zip-filen" if name else "Filen i den packade filen"
        raise BadInput(f"{where} är själv packad.", fix_sv=PIECEMEAL)
