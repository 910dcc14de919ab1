"""Encoding and separator."""

from __future__ import annotations

import pytest

from pipelines.ingest import text
from pipelines.ingest.text import decoded, fields, first_lines, separator_of

TEXT = "Anläggning;Förbrukning\nSkolan på ön;1,5\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "cp850", "mac_roman", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encodings_of_nordic_files_give_the_same_text(encoding: str) -> None:
    assert decoded(TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize("word", ["Målepunkt;Mængde;Måned", "Määrä;Käyttöpaikka", "Rubrik;ÅÄÖåäö"])
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_words_of_the_neighbours_are_read_too(word: str, encoding: str) -> None:
    assert decoded(word.encode(encoding)) == word


def test_utf8_that_is_broken_in_one_place_is_utf8_still() -> None:
    assert decoded(TEXT.encode() + b"\xc3;1,5\n").startswith(TEXT)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\r\r\n", "\n"])
def test_line_ends_of_every_kind_are_one(end: str) -> None:
    assert decoded(f"a{end}b\r\nc\nd".encode()) == "a\nb\nc\nd"


def test_only_line_feeds_end_lines_as_where_rows_are_counted() -> None:
    assert first_lines("a\u2028b\x0bc\nd\n\ne", 3) == ["a\u2028b\x0bc", "d"]
    assert first_lines("a\n\nb\n") == ["a", "", "b"]


def test_field_longer_than_any_cell_is_split_all_the_same() -> None:
    assert [len(field) for field in fields("a;" + "x" * 200_000, ";")] == [1, 200_000]


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a;b;c\n1,5;2,5;3,5\n", ";"),
        ("a,b,c\n1.5,2,3\n", ","),
        ("a\tb\n1,5\t2,5\n", "\t"),
        ("sep=|\na|b\n", "|"),
        ('"sep=,"\na;b,c\n', ","),
        ("sep=\t\na\tb\n", "\t"),
        ('a,b\n"1,5","2,5"\n', ","),
    ],
)
def test_separator(text: str, separator: str) -> None:
    assert separator_of(first_lines(text)) == separator


@pytest.mark.parametrize(
    ("data", "is_left"),
    [
        ("Förbrukning\n".encode(), True),
        (b"kWh\n", True),
        ("\ufeffFörbrukning\n".encode(), False),
        ("Förbrukning\r\n".encode(), False),
        ("Förbrukning\n".encode("cp1252"), False),
        ("Förbrukning\n".encode()[:2], False),
    ],
)
def test_only_a_long_file_that_is_its_text_in_utf8_is_left_as_it_is(
    data: bytes, is_left: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert text.text_or_utf8(data) == text.decoded(data)
    monkeypatch.setattr(text, "LONG_BYTES", 0)
    monkeypatch.setattr(text, "PIECE_BYTES", 2)
    found = text.text_or_utf8(data)
    assert isinstance(found, bytes) == is_left
    assert text.whole_text(found) == text.decoded(data)
