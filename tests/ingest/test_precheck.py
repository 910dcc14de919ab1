"""Cheap checks of bytes: each refusal has its words."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import BadInput
from pipelines.ingest import precheck


@pytest.mark.parametrize("content", [b"", b"\n\n  \r\n", b"\xef\xbb\xbf", b"\x00" * 50])
def test_empty_file_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "fil.csv"
    path.write_bytes(content)
    with pytest.raises(BadInput, match="tom"):
        precheck.checked_bytes(path)


def test_file_beyond_the_size_limit_is_refused_with_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "fil.csv"
    path.write_bytes(b"PK\x00" * 1_000_000)
    with pytest.raises(BadInput, match="3 MB, högst 1 MB"):
        precheck.checked_bytes(path, max_bytes=1_000_000)


def test_a_plain_text_may_be_larger_than_other_files(tmp_path: Path) -> None:
    path = tmp_path / "fil.csv"
    path.write_bytes(b"a" * 3_000_000)
    assert len(precheck.checked_bytes(path, max_bytes=1_000_000, max_text_bytes=4_000_000)) == 3_000_000
    with pytest.raises(BadInput, match="3 MB, högst 2 MB"):
        precheck.checked_bytes(path, max_bytes=1_000_000, max_text_bytes=2_000_000)


@pytest.mark.parametrize("content", [bytes(range(256)) * 40, b"Tid;kWh\n1;\x00\n", b"\x01\x02\x03\x04\x05\x06" * 9])
def test_binary_content_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput, match="inte en textfil"):
        precheck.check_text_bytes(content)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_in_any_encoding_passes(encoding: str) -> None:
    precheck.check_text_bytes(("Förbrukning;kWh\r\n" * 50).encode(encoding))


def test_line_of_ten_million_signs_is_refused_and_many_short_ones_are_not() -> None:
    with pytest.raises(BadInput, match="orimligt lång"):
        precheck.check_line_lengths(b"Tid;kWh\n" + b"1;" * 5_000_000)
    precheck.check_line_lengths(b"1;2;3\r" * 2_000_000)


def test_span_is_refused_by_its_area_and_not_by_its_length() -> None:
    precheck.refuse_wide_span(1_048_576, 10)
    with pytest.raises(BadInput, match="orimligt många rader"):
        precheck.refuse_wide_span(1_048_576, 100)


def test_markup_beyond_its_limit_is_refused() -> None:
    with pytest.raises(BadInput, match="30 MB"):
        precheck.check_markup(" " * 30_000_001)
