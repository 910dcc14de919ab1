"""Encoding and separator."""

from __future__ import annotations

import pytest

from pipelines.ingest.text import decoded, first_lines, separator_of

TEXT = "Anläggning;Förbrukning\nSkolan på ön;1,5\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_of_nordic_files_give_the_same_text(encoding: str) -> None:
    assert decoded(TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a;b;c\n1,5;2,5;3,5\n", ";"),
        ("a,b,c\n1.5,2,3\n", ","),
        ("a\tb\n1,5\t2,5\n", "\t"),
        ("sep=|\na|b\n", "|"),
        ('a,b\n"1,5","2,5"\n', ","),
    ],
)
def test_separator(text: str, separator: str) -> None:
    assert separator_of(first_lines(text)) == separator
