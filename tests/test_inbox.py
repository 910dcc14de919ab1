from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.home import Home, create_home
from pipelines.inbox import SIDECAR_SUFFIX, arrivals, fingerprint, place, without_sidecar


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return create_home(tmp_path, county_code="24")


def test_a_placed_file_arrives_with_who_and_when(home: Home) -> None:
    sha256 = place(home, "maj.csv", b"1;2", organisation="kommun-2460", sender="anna", answers={"unit": "kWh"})
    (arrival,) = arrivals(home)
    assert arrival.path.read_bytes() == b"1;2"
    assert arrival.sidecar.sha256 == sha256 == hashlib.sha256(b"1;2").hexdigest()
    assert (arrival.sidecar.organisation, arrival.sidecar.sender) == ("kommun-2460", "anna")
    assert arrival.sidecar.answers == {"unit": "kWh"}
    assert arrival.sidecar.file_name == "maj.csv"


@given(name=st.text(min_size=1, max_size=400))
@settings(max_examples=60, deadline=None)
def test_no_name_from_outside_leads_out_of_the_inbox(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = create_home(tmp_path_factory.mktemp("home"), county_code="24")
    place(home, name, b"x", organisation="o", sender="s")
    (arrival,) = arrivals(home)
    assert arrival.path.resolve().parent == home.inbox.resolve()
    assert arrival.sidecar.file_name == name[:300]


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\x00b.csv", "..", ".hidden", "C:\\temp\\maj.csv"])
def test_hostile_names_are_kept_as_data_only(home: Home, name: str) -> None:
    place(home, name, b"x", organisation="o", sender="s")
    (arrival,) = arrivals(home)
    assert arrival.path.parent == home.inbox
    assert arrival.sidecar.file_name == name


def test_arrivals_come_in_the_order_received(home: Home) -> None:
    place(home, "b", b"later", organisation="o", sender="s", received_utc=datetime(2024, 2, 1, tzinfo=UTC))
    place(home, "a", b"sooner", organisation="o", sender="s", received_utc=datetime(2024, 1, 1, tzinfo=UTC))
    assert [a.sidecar.file_name for a in arrivals(home)] == ["a", "b"]


def test_a_file_without_sidecar_stays_and_is_named(home: Home) -> None:
    (home.inbox / "lonely.csv").write_bytes(b"1")
    assert arrivals(home) == []
    assert [p.name for p in without_sidecar(home)] == ["lonely.csv"]


@pytest.mark.parametrize(
    "text", ["", "not json", "{}", '{"organisation": "o", "sender": "s", "received_utc": "now", "sha256": "x"}']
)
def test_a_sidecar_that_cannot_be_read_is_no_sidecar(home: Home, text: str) -> None:
    (home.inbox / "maj.csv").write_bytes(b"1")
    (home.inbox / f"maj.csv{SIDECAR_SUFFIX}").write_text(text)
    assert arrivals(home) == []
    assert len(without_sidecar(home)) == 2


def test_a_file_written_by_hand_needs_only_the_fields_of_the_contract(home: Home) -> None:
    (home.inbox / "maj.csv").write_bytes(b"1")
    sidecar = {
        "organisation": "o",
        "sender": "s",
        "received_utc": "2024-01-01T00:00:00+00:00",
        "sha256": "x",
        "answers": {},
    }
    (home.inbox / f"maj.csv{SIDECAR_SUFFIX}").write_text(json.dumps(sidecar))
    assert [a.sidecar.file_name for a in arrivals(home)] == ["maj.csv"]


def test_the_fingerprint_changes_with_what_waits(home: Home) -> None:
    assert fingerprint(home) is None
    place(home, "a", b"1", organisation="o", sender="s")
    first = fingerprint(home)
    place(home, "b", b"2", organisation="o", sender="s")
    assert first is not None
    assert fingerprint(home) not in (None, first)
