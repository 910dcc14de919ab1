"""Which registered meter an unknown id may stand for."""

import pytest

from pipelines.ingest.meter_suggestions import likeness, suggestions

KNOWN = "735999100000000017"


@pytest.mark.parametrize(
    ("identity", "why"),
    [
        ("735999100000000018", "one_digit"),
        ("735999010000000017", "swapped"),
        ("73599910000000001", "last_digit"),
        ("735999100000000000", "spreadsheet"),
        ("7,35999E+17", "spreadsheet"),
        ("7.35999E+17", "spreadsheet"),
        ("7,359991E+17", "spreadsheet"),
        ("7,36E+17", "spreadsheet"),
        ("000000017", "same_end"),
        ("TES735999100000000017", "same_end"),
        ("7,35998E+17", None),
        ("7,35999E+12", None),
        ("735999100000000035", None),
        ("0017", None),
        ("17", None),
    ],
)
def test_an_id_is_like_a_known_one_in_one_of_five_ways(identity: str, why: str | None) -> None:
    assert likeness(identity, KNOWN) == why


def test_the_most_telling_likeness_comes_first_and_only_three_are_given() -> None:
    known = ["735999100000000027", "735999100000000037", "735999100000000047", "735999100000000000", KNOWN]
    found = suggestions("735999100000000007", known)
    assert len(found) == 3
    assert {why for _, why in found} == {"one_digit"}


def test_an_id_rounded_by_a_spreadsheet_comes_before_other_likenesses() -> None:
    found = suggestions("735999100000000000", ["735999100000000017", "735999100000000001"])
    assert found[0] == ("735999100000000001", "spreadsheet")
