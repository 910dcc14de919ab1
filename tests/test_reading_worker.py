"""What a reading child does with one request, and how its limits are set; the child lives in test_reading_process."""

from __future__ import annotations

import resource
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines import reading_worker
from pipelines.ingest import detect
from pipelines.ingest.canonical import MeterFile, Question
from pipelines.reading_worker import Request, memory_bytes, processor_seconds, reply_to

HOURS = "Anläggnings-id;Starttid;Förbrukning (kWh)\n" + "".join(
    f"735999000000000028;2024-01-01 {hour:02d}:00;1,5\n" for hour in range(24)
)


def _request(folder: Path, **known: dict) -> Request:
    path = folder / "fil.csv"
    path.write_text(HOURS, "utf-8")
    return Request(str(path), "fil.csv", "abc", "Europe/Stockholm", None, **known)


def test_a_request_survives_its_line(tmp_path: Path) -> None:
    request = _request(tmp_path, answers={"unit": "kWh"})
    assert Request.of_line(request.as_line()) == request


def test_an_answer_of_earlier_files_of_the_same_form_is_used_where_the_file_asks(tmp_path: Path) -> None:
    asked = reply_to(_request(tmp_path))["receipt"]
    assert [question["key"] for question in asked["questions"]] == ["time_basis"]
    remembered = {asked["format"]: {"time_basis": "local", "unit": "MWh"}}
    known = reply_to(_request(tmp_path, remembered=remembered))["receipt"]
    assert (known["questions"], known["time"]["basis"]) == ([], "local")
    # The unit stands in the file, so it was not asked, and what is remembered of it is not used.
    assert known["answers"] == [{"key": "time_basis", "value": "local", "source": "remembered"}]
    assert known["series"][0]["energy_kwh"] == 36.0


def test_an_answer_for_another_form_is_not_used(tmp_path: Path) -> None:
    receipt = reply_to(_request(tmp_path, remembered={"se-eon-csv": {"time_basis": "local"}}))["receipt"]
    assert len(receipt["questions"]) == 1


def test_the_constant_of_a_meter_is_used_for_that_meter_only(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(HOURS, "utf-8")
    read = detect.read_file(path, "s.csv")
    assert isinstance(read, MeterFile)
    asking = replace(read, questions=(Question("register_constant", "Vilken?", {}),))
    known = {"register_constant:735999000000000028": "40", "register_constant:b": "1"}
    assert reading_worker._remembered(asking, known) == {"register_constant": "40"}
    assert reading_worker._remembered(asking, {"register_constant:b": "1", "register_constant": "7"}) == {}


def test_an_answer_given_with_the_file_goes_before_the_remembered_one(tmp_path: Path) -> None:
    form = reply_to(_request(tmp_path))["receipt"]["format"]
    request = _request(tmp_path, remembered={form: {"time_basis": "local"}}, answers={"time_basis": "normal_time"})
    receipt = reply_to(request)["receipt"]
    assert receipt["time"]["basis"] == "normal_time"
    assert receipt["answers"] == [{"key": "time_basis", "value": "normal_time", "source": "given"}]


def test_a_file_that_cannot_be_used_gives_its_reason(tmp_path: Path) -> None:
    (tmp_path / "tom.csv").write_bytes(b"")
    request = Request(str(tmp_path / "tom.csv"), "tom.csv", "abc", "Europe/Stockholm", None)
    assert reply_to(request)["receipt"]["readable"] is False


def test_what_a_file_may_take_grows_with_it_up_to_a_limit() -> None:
    assert memory_bytes(2_000) == 2_000_000_000
    assert memory_bytes(10_000_000) == 3_000_000_000
    assert memory_bytes(300_000_000) == 6_000_000_000
    assert (processor_seconds(2_000), processor_seconds(300_000_000)) == (60, 360)


def test_what_was_used_before_is_not_counted_against_the_next_file(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = {resource.RLIMIT_CPU: (130, -1), resource.RLIMIT_AS: (-1, -1)}

    class Usage:
        ru_utime, ru_stime = 100.0, 0.5

    monkeypatch.setattr(reading_worker.resource, "getrusage", lambda _who: Usage)
    monkeypatch.setattr(reading_worker.resource, "getrlimit", lambda what: limits[what])
    monkeypatch.setattr(reading_worker.resource, "setrlimit", limits.__setitem__)
    reading_worker.limit_for(2_000)
    assert limits == {resource.RLIMIT_CPU: (220, -1), resource.RLIMIT_AS: (2_000_000_000, -1)}


def test_a_fault_of_our_own_never_quotes_the_file() -> None:
    try:
        raise ValueError("cell 123 of Anna")
    except ValueError as error:
        told = reading_worker.fault(error)["fault"]
    assert told.startswith("ValueError at test_reading_worker.py:")
    assert "Anna" not in told
