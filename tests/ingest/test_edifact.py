"""EDIFACT interchanges: service characters, messages, counts, numbers and stamps."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from pipelines.errors import BadInput
from pipelines.ingest.edifact import (
    Service,
    element,
    first_types,
    is_no_number,
    label,
    offset_minutes,
    quantity,
    read_interchange,
    recognises,
)

ENVELOPE = "UNB+UNOC:3+A+B+200101:0000+REF'{}UNZ+{}+REF'"
ONE = "UNH+1+UTILTS:D:02B:UN:E5SE5A'BGM+E66'UNT+3+1'"


def test_segments_are_split_at_the_terminator_and_line_breaks_are_decoration() -> None:
    """A break may stand between segments or, where a system wraps lines, inside one."""
    interchange = read_interchange(ENVELOPE.format(ONE.replace("'", "'\r\n").replace("BGM+", "BG\r\nM+"), 1))
    assert interchange.frame["tag"].to_list() == ["UNB", "UNH", "BGM", "UNT", "UNZ"]
    assert interchange.warnings == ()


def test_a_line_break_may_be_the_terminator_itself() -> None:
    content = "UNA:+.? \n" + ENVELOPE.format(ONE, 1).replace("'", "\n")
    assert read_interchange(content).frame["tag"].to_list() == ["UNB", "UNH", "BGM", "UNT", "UNZ"]


def test_escaped_signs_do_not_split_and_come_back() -> None:
    interchange = read_interchange("UNB+A?'B+C??'UNH+1?+2:x?:y'")
    frame = interchange.frame
    assert frame.height == 2
    body = frame.select(
        first=element(pl.col("body"), 0, interchange.service), second=element(pl.col("body"), 0, interchange.service, 1)
    )
    assert body["first"].to_list() == ["A'B", "1+2"]
    assert body["second"].to_list() == [None, "x:y"]


def test_every_sign_of_una_is_honoured() -> None:
    content = "UNA/|,!*~" + ENVELOPE.format(ONE, 1).translate(str.maketrans("+:'", "|/~"))
    interchange = read_interchange(content)
    assert interchange.service == Service("/", "|", ",", "!", "*", "~")
    assert interchange.kinds[1].association == "E5SE5A"


def test_una_with_one_sign_for_two_things_is_refused() -> None:
    with pytest.raises(BadInput, match="UNA"):
        read_interchange("UNA++.? '" + ENVELOPE.format(ONE, 1))


def test_messages_are_numbered_and_named() -> None:
    second = "UNH+2+MSCONS:D:04B:UN:2.2e'UNT+2+2'"
    interchange = read_interchange(ENVELOPE.format(ONE + second, 2))
    assert {number: kind.text for number, kind in interchange.kinds.items()} == {
        1: "UTILTS D.02B E5SE5A",
        2: "MSCONS D.04B 2.2E",
    }
    assert interchange.frame.filter(pl.col("tag") == "UNT")["message"].to_list() == [1, 2]
    assert interchange.cut_messages == frozenset()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (ENVELOPE.format(ONE.replace("UNT+3", "UNT+4"), 1), "UNT"),
        (ENVELOPE.format(ONE, 2), "Antalet meddelanden"),
        (ENVELOPE.format(ONE, 1).replace("UNZ+1+REF", "UNZ+1+OTHER"), "slutreferens"),
        (ENVELOPE.format(ONE, 1).split("UNZ")[0], "utan UNZ"),
    ],
)
def test_wrong_counts_and_references_are_warnings(content: str, said: str) -> None:
    assert [said in warning for warning in read_interchange(content).warnings] == [True]


def test_a_message_without_end_is_known_as_cut() -> None:
    assert read_interchange(ENVELOPE.format(ONE, 1).split("UNT")[0]).cut_messages == frozenset({1})


def test_interchanges_are_recognised_with_and_without_una() -> None:
    assert recognises("\ufeff\r\nUNA:+.? 'UNB+…'UNH+1")
    assert recognises(ENVELOPE.format(ONE, 1))
    assert not recognises("UNB;Tid;Värde")
    assert first_types(ENVELOPE.format(ONE, 1)) == {"UTILTS"}


def test_numbers_take_either_decimal_mark_and_nothing_else() -> None:
    frame = pl.DataFrame({"text": ["1.5", "1,5", "-0.25", "12.", ".5", "NULL", None, "1.000,5", "x", "1e3"]})
    found = frame.select(number=quantity(pl.col("text")), bad=is_no_number(pl.col("text"), quantity(pl.col("text"))))
    assert found["number"].to_list() == [1.5, 1.5, -0.25, 12.0, 0.5, None, None, None, None, None]
    assert found["bad"].to_list() == [False] * 7 + [True] * 3


def test_stamps_are_read_with_date_time_zone_and_midnight_as_24() -> None:
    frame = pl.DataFrame(
        {"text": ["20240331", "202403311430", "202403312400", "201303240000+01", "20240331143059", "x"]}
    )
    found = frame.select(label=label(pl.col("text")), offset=offset_minutes(pl.col("text")))
    assert found["label"].to_list() == [
        datetime(2024, 3, 31),
        datetime(2024, 3, 31, 14, 30),
        datetime(2024, 4, 1),
        datetime(2013, 3, 24),
        datetime(2024, 3, 31, 14, 30),
        None,
    ]
    assert found["offset"].to_list() == [None, None, None, 60, None, None]


def test_offsets_may_be_negative_and_have_minutes() -> None:
    frame = pl.DataFrame({"text": ["+0100", "-0330", "+05:30", "0100"]})
    assert frame.select(offset_minutes(pl.col("text"))).to_series().to_list() == [60, -210, 330, None]
