"""Workbooks that would end the process that opens them are refused before."""

from __future__ import annotations

import struct

import pytest

from pipelines.errors import BadInput
from pipelines.ingest.workbook_precheck import check_xls, check_zip_workbook
from tests.ingest.made_up_binary_workbooks import biff, compound_file, xls, xls_record, xlsb
from tests.ingest.made_up_files import workbook
from tests.ingest.test_hostile_files import with_sheet_xml

END_OF_SHEET = xls_record(0x000A, b"")


def number(row: int, column: int) -> bytes:
    return xls_record(0x0203, struct.pack("<HHHd", row, column, 0, 1.0))


def with_records(*records: bytes) -> bytes:
    """An XLS whose only sheet has these records."""
    book = biff({"Blad1": []}).removesuffix(END_OF_SHEET)
    return compound_file({"Workbook": book + b"".join(records) + END_OF_SHEET})


def test_sound_workbooks_pass_without_a_word() -> None:
    assert check_zip_workbook(workbook({"Blad1": [["a", 1.5]]})) == ()
    assert check_zip_workbook(xlsb([(0, [(0, 1.5)])])) == ()
    check_xls(xls({"Blad1": [["a", 1.5]]}))
    check_xls(with_records(number(65_535, 0), number(0, 200)))


@pytest.mark.parametrize(
    "records",
    [
        (number(0, 0), number(65_535, 65_535)),
        (xls_record(0x0200, struct.pack("<IIHHH", 0, 0xFFFFFFFF, 0, 0xFFFF, 0)),),
        (number(0, 0), xls_record(0x00BD, struct.pack("<HH", 65_535, 0) + bytes(6) + struct.pack("<H", 0xFFFF))),
    ],
)
def test_xls_that_spans_or_claims_everything_is_refused(records: tuple[bytes, ...]) -> None:
    with pytest.raises(BadInput, match="orimligt många rader"):
        check_xls(with_records(*records))


@pytest.mark.parametrize(("row", "column"), [(1_048_575, 16_383), (1, 1_048_577)])
def test_xlsb_that_spans_everything_is_refused(row: int, column: int) -> None:
    with pytest.raises(BadInput, match="orimligt många rader"):
        check_zip_workbook(xlsb([(0, [(0, 1.0)]), (row, [(column, 1.0)])]))


@pytest.mark.parametrize(
    "content",
    [
        compound_file({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}),
        with_records(xls_record(0x002F, bytes(54))),
    ],
)
def test_workbook_with_a_password_is_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(BadInput, match="lösenord") as refused:
        check_xls(content)
    assert "utan lösenord" in refused.value.fix_sv


def test_other_office_document_is_refused() -> None:
    with pytest.raises(BadInput, match="ingen Excelfil"):
        check_xls(compound_file({"WordDocument": b"x"}))


def test_xls_whose_sheet_begins_in_the_middle_of_a_record_is_refused() -> None:
    book = biff({"Blad1": [["a", 1.5]]})
    named = xls_record(0x0085, b"")[:2]
    place = book.index(named) + 4
    start = struct.unpack_from("<I", book, place)[0]
    moved = book[:place] + struct.pack("<I", start + 3) + book[place + 4 :]
    with pytest.raises(BadInput, match="skadad"):
        check_xls(compound_file({"Workbook": moved}))


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6])
def test_truncated_xls_is_refused(share: float) -> None:
    content = xls({"Blad1": [["a", 1.5]]})
    with pytest.raises(BadInput, match=r"skadad|ingen Excelfil"):
        check_xls(content[: int(len(content) * share)])


def test_many_unfinished_tags_take_no_time() -> None:
    assert check_zip_workbook(with_sheet_xml("<worksheet>" + "<c " * 2_000_000)) == ()
