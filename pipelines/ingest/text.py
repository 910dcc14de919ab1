"""Bytes to text and text to lines: encoding and separator.

Statistical detectors guess wrong on Nordic meter files; the order of tests here is exact for the encodings in use.
"""

from __future__ import annotations

import csv

from pipelines.errors import BadInput

SEPARATORS = (";", "\t", ",", "|")
SAMPLE_CHARACTERS = 65_536


def decoded(data: bytes) -> str:
    """Text of a file: BOM, UTF-16 by its NUL pattern, strict UTF-8, else Windows-1252.

    Raises BadInput when the bytes are none of these.
    """
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8", errors="replace")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    head = data[:4096]
    if b"\x00" in head:
        odd, even = head[1::2].count(0), head[0::2].count(0)
        return data.decode("utf-16-le" if odd >= even else "utf-16-be", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise BadInput(
            "Filens tecken går inte att tolka som text.",
            fix_sv="Spara filen som CSV med UTF-8, eller exportera den på nytt.",
        ) from error


def first_lines(text: str, count: int = 40) -> list[str]:
    """The first lines of a text, without line ends."""
    return text[:SAMPLE_CHARACTERS].splitlines()[:count]


def separator_of(lines: list[str]) -> str:
    """The field separator: the one that splits most lines into the same number (more than one) of fields."""
    declared = lines[0].strip().lower() if lines else ""
    if declared.startswith("sep=") and len(declared) == 5:
        return lines[0].strip()[4]
    best, best_score = ";", (0, 0)
    for separator in SEPARATORS:
        widths = [len(fields(line, separator)) for line in lines if line.strip()]
        wide = [width for width in widths if width > 1]
        if not wide:
            continue
        usual = max(set(wide), key=wide.count)
        score = (wide.count(usual), usual)
        # A semicolon is stated first and wins ties: decimal commas make the comma split just as evenly.
        if score[0] > best_score[0]:
            best, best_score = separator, score
    return best


def fields(line: str, separator: str) -> list[str]:
    """The fields of one line, quotes honoured, blanks around them removed."""
    return [field.strip() for field in next(csv.reader([line], delimiter=separator), [])]
