"""Bytes to text and text to lines: encoding, line ends and separator.

Statistical detectors guess wrong on Nordic meter files; the order of tests here is exact for the encodings in use.
"""

from __future__ import annotations

import codecs
import csv
import re

SEPARATORS = (";", "\t", ",", "|")
SAMPLE_CHARACTERS = 65_536
LONG_BYTES = 8_000_000
"""From here on a file is not made into text as a whole where that can be helped."""

PIECE_BYTES = 1_000_000
OLDER_ENCODINGS = ("cp1252", "cp850", "mac_roman")
"""Of one byte a sign: Windows, DOS, Macintosh. The first is by far the most usual."""

_KNOWN_WORDS = re.compile(
    r"anläggning|förbrukning|mätarställning|mätvärde|mätpunkt|mätare|månad|värde|värme|mängd|område|från|åtgärd"
    r"|målepunkt|måler|målt|mængde|måned|forbrugsår|strøm|kjøl|määrä|mittauspisteen käyttö|käyttö|sähkö|lämpö|päivä"
    r"|å|ä|ö|ø|æ",
    re.IGNORECASE,
)
"""Words with letters that the encodings write differently, as they stand in headers; single letters count least."""


def decoded(data: bytes) -> str:
    r"""Text of a file, with \n at the end of each line: BOM, UTF-16 by its NUL pattern, UTF-8, else one byte a sign.

    Bytes that are not sound UTF-8 are read as the encoding in which most known words appear; Windows-1252 wins ties.
    What the encoding has no sign for becomes U+FFFD.
    """
    return with_plain_line_ends(_decoded(data))


def text_or_utf8(data: bytes) -> str | bytes:
    """The text as `decoded` gives it; a long file that is just that text in UTF-8 is given back as it is."""
    if len(data) < LONG_BYTES or data.startswith(b"\xef\xbb\xbf") or b"\r" in data or not _is_utf8(data):
        return decoded(data)
    return data


def whole_text(source: str | bytes) -> str:
    """The text that `text_or_utf8` gave."""
    return source if isinstance(source, str) else source.decode("utf-8")


def start_of_text(source: str | bytes) -> str:
    """The text, or enough of a long one to tell its kind."""
    return source if isinstance(source, str) else source[: 2 * SAMPLE_CHARACTERS].decode("utf-8", errors="ignore")


def _is_utf8(data: bytes) -> bool:
    """Whether all bytes are sound UTF-8, told a piece at a time: the text would take as much memory as the file."""
    if data.isascii():
        return b"\x00" not in data
    decoder, view = codecs.getincrementaldecoder("utf-8")(), memoryview(data)
    try:
        for place in range(0, len(data), PIECE_BYTES):
            decoder.decode(view[place : place + PIECE_BYTES], final=place + PIECE_BYTES >= len(data))
    except UnicodeDecodeError:
        return False
    return b"\x00" not in data


def _decoded(data: bytes) -> str:
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
        return data.decode(_older_encoding(data[:SAMPLE_CHARACTERS]), errors="replace")


def _older_encoding(head: bytes) -> str:
    """The encoding that makes most known words; broken UTF-8 is UTF-8 still when its words are found."""
    score = {}
    for encoding in (*OLDER_ENCODINGS, "utf-8"):
        text = head.decode(encoding, errors="replace")
        score[encoding] = sum(len(word) ** 2 for word in _KNOWN_WORDS.findall(text)) - 10 * text.count("\ufffd")
    return max(score, key=lambda encoding: score[encoding])


def with_plain_line_ends(text: str) -> str:
    r"""The text with \n for every line end, also where several kinds are mixed or a line end has been doubled."""
    if "\r" not in text:
        return text
    return text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")


def first_lines(text: str, count: int = 40) -> list[str]:
    """The first lines of a text, without line ends. Only a line feed ends a line, as where rows are counted."""
    lines = text[:SAMPLE_CHARACTERS].split("\n", count)[:count]
    return lines if lines[-1] else lines[:-1]


def separator_of(lines: list[str]) -> str:
    """The field separator: the one that splits most lines into the same number (more than one) of fields."""
    declared = lines[0].strip(' "') if lines else ""
    if declared.lower().startswith("sep=") and len(declared) == 5:
        return declared[4]
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
    try:
        found = next(csv.reader([line], delimiter=separator), [])
    except csv.Error:  # a field longer than any that the csv module takes
        found = line.split(separator)
    return [field.strip() for field in found]
