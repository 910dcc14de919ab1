"""Upload: what is recognised is shown first, a hostile file changes nothing, what is handed in is in the inbox."""

import io
import json
from pathlib import Path

import pytest
import xlsxwriter

from dashboards import data, preview
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


def _june(meter: str) -> bytes:
    rows = [f"{meter};2026-06-{day:02d} {hour:02d}:00;1,5" for day in (1, 2) for hour in range(24)]
    return "\n".join(["Anläggnings-ID;Tid;Förbrukning (kWh)", *rows]).encode()


def test_files_of_one_kind_are_asked_about_once_and_their_receipts_are_folded(
    empty_home: Path, open_page: OpenPage
) -> None:
    page = open_page("upload")
    page.text_input[0].set_value("org-lycksele")
    names = ["a.csv", "b.csv"]
    files = [(name, _june(meter), "text/csv") for name, meter in zip(names, ("735999000000000028", "2"), strict=True)]
    page.file_uploader[0].set_value(files).run()
    assert not page.exception
    assert len(page.radio) == len({radio.label.split("Gäller")[0] for radio in page.radio}) <= 3
    assert all("a\\.csv, b\\.csv" in radio.label for radio in page.radio)
    assert [one.label.split("**")[1] for one in page.expander if one.label.startswith("**")] == ["a\\.csv", "b\\.csv"]
    for key in [radio.key for radio in page.radio]:
        radio = page.radio(key=key)
        # Options are shown in words; the value is what stands first, the start or normal time.
        radio.set_value("normal_time" if key.endswith("time_basis") else "start")
    page.run()
    page.button[0].click().run()
    answers = [json.loads(path.read_text())["answers"] for path in (empty_home / "inbox").glob("*.delivery.json")]
    assert len(answers) == 2
    assert answers[0] == answers[1]
    assert "time_basis" in answers[0]


def test_values_of_meters_that_the_register_does_not_know_are_shown_as_waiting_with_a_suggestion(
    home: Path, open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page("upload")
    page.selectbox(key="organisation").select("org-lycksele")
    unknown = _export().replace(b"735999000000000028", b"735999000000000029")
    page.file_uploader[0].set_value([("oktober.csv", unknown, "text/csv")]).run()
    assert not page.exception
    told = all_text(page)
    assert "Värdena för en mätare väntar." in told
    assert "735999000000000028 (en siffra skiljer)" in told


def test_a_month_that_has_values_is_compared_with_them(home: Path, open_page: OpenPage) -> None:
    page = open_page("upload")
    page.selectbox(key="organisation").select("org-lycksele")
    known = _export().replace(b"735999000000000028", b"735999000000000011")
    page.file_uploader[0].set_value([("oktober.csv", known, "text/csv")]).run()
    assert not page.exception
    told = all_text(page)
    assert "Månader som redan hade värden" in told
    # 673 of the 745 hours of October: which kWh will stand cannot be told from the sums.
    assert "filen har en del av månaden, eller uppskattade värden" in told


def test_a_home_whose_status_is_from_an_older_version_still_takes_files(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: OpenPage
) -> None:
    def only_what_there_was(name: str, **parameters: object) -> object:
        if name in ("remembered_answers", "known_meters", "used_months", "silent_meters"):
            raise data.NothingPublished("status")
        return query(name, **parameters)

    query = data.query
    monkeypatch.setattr(data, "query", only_what_there_was)
    page = open_page("upload")
    page.selectbox(key="organisation").select("org-lycksele")
    page.file_uploader[0].set_value([("gammal.csv", _export(), "text/csv")]).run()
    assert not page.exception
    assert "Filen går att läsa. Allt ser bra ut." in all_text(page)
