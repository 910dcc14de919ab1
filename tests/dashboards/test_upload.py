"""Upload: what is recognised is shown first, a hostile file changes nothing, what is handed in is in the inbox."""

import io
import json
from pathlib import Path

import pytest
import xlsxwriter

from dashboards import preview
from tests.dashboards.conftest import OpenPage, all_text, html_bodies
from tests.dashboards.small_home import HOSTILE


def _export() -> bytes:
    """October in hours of Swedish time (25 on the 25th), with a hole of three days; semicolons and decimal comma."""
    lines = ["Anläggnings-ID;Tid;Förbrukning (kWh)"]
    for day in range(1, 32):
        hours = [*range(3), *range(2, 24)] if day == 25 else range(24)
        if day not in (10, 11, 12):
            lines += [f"735999000000000028;2026-10-{day:02d} {hour:02d}:00;1,5" for hour in hours]
    return "\n".join(lines).encode()


def _workbook_without_known_sheet() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("Lunch").write_row(0, 0, ["rätt", "pris"])
    return buffer.getvalue()


HOSTILE_FILES = {
    "tom.csv": b"",
    "binar.csv": bytes(range(256)) * 40,
    "okand.csv": "färg;form\nröd;rund\n".encode(),
    "fel.xlsx": _workbook_without_known_sheet(),
}


@pytest.mark.parametrize("name", HOSTILE_FILES)
def test_a_hostile_file_gives_a_clear_message_and_nothing_is_written(
    name: str, empty_home: Path, open_page: OpenPage
) -> None:
    page = open_page("upload")
    page.text_input[0].set_value("org-lycksele")
    page.file_uploader[0].set_value([(name, HOSTILE_FILES[name], "text/csv")]).run()
    assert not page.exception
    said = all_text(page)
    assert "Inget har sparats." in said
    assert "Traceback" not in said
    assert not page.button
    assert not (empty_home / "inbox").exists()


def test_a_file_is_shown_before_it_is_saved_and_then_lies_in_the_inbox_with_its_sidecar(
    empty_home: Path, open_page: OpenPage
) -> None:
    content = _export()
    page = open_page("upload")
    page.text_input[0].set_value("org-lycksele")
    page.file_uploader[0].set_value([("oktober.csv", content, "text/csv")]).run()
    assert not page.exception
    said = all_text(page)
    assert "735999000000000028" in said
    assert "1 010 kWh" in said  # 28 days of 24 hours, and one hour more, of 1.5 kWh: 1009.5
    assert "3 dygn saknas" in said
    assert not (empty_home / "inbox").exists()
    page.button[0].click().run()
    assert not page.exception
    sidecars = list((empty_home / "inbox").glob("*.delivery.json"))
    assert len(sidecars) == 1
    sidecar = json.loads(sidecars[0].read_text())
    assert sidecar["organisation"] == "org-lycksele"
    assert sidecar["sha256"] == preview.sha256_of(content)
    assert sidecars[0].with_name(sidecars[0].name.removesuffix(".delivery.json")).read_bytes() == content
    assert "Väntar i inkorgen. Den tas om hand inom någon minut." in all_text(page)


def test_a_hostile_file_name_is_shown_as_text(empty_home: Path, open_page: OpenPage) -> None:
    page = open_page("upload")
    page.file_uploader[0].set_value([(HOSTILE, b"", "text/csv")]).run()
    assert not page.exception
    assert not any("<img src=x" in body for body in html_bodies(page))
    assert HOSTILE in all_text(page)


def test_a_file_that_ends_the_process_that_reads_it_is_a_file_that_cannot_be_used(
    empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview.sys, "executable", "/bin/false")
    found = preview.read(b"x", "x.csv", answers={}, profiles={})
    assert not found.is_readable
    assert "minne eller tid" in found.reason


def test_a_question_is_asked_and_its_answer_goes_with_the_file(empty_home: Path, open_page: OpenPage) -> None:
    rows = [f"735999000000000028;2026-06-{day:02d} {hour:02d}:00;1,5" for day in (1, 2) for hour in range(24)]
    content = "\n".join(["Anläggnings-ID;Tid;Förbrukning (kWh)", *rows]).encode()
    page = open_page("upload")
    page.text_input[0].set_value("org-lycksele")
    page.file_uploader[0].set_value([("juni.csv", content, "text/csv")]).run()
    assert not page.exception
    while page.radio and any(radio.value is None for radio in page.radio):
        radio = next(radio for radio in page.radio if radio.value is None)
        radio.set_value(radio.options[0] if "normal_time" not in radio.key else "normal_time").run()
        assert not page.exception
    page.button[0].click().run()
    sidecar = json.loads(next((empty_home / "inbox").glob("*.delivery.json")).read_text())
    assert "time_basis" in sidecar["answers"]
