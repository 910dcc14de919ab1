"""One journey in a real browser: look at the county, find a building, hand in a file, see it in the figures."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipelines.inbox import arrivals
from pipelines.ledger import ledger
from tests.browser.conftest import Served
from tests.town.kit import SCHOOL_EL, STOCKHOLM, STRANGER, eon_text, long_file

pytestmark = pytest.mark.slow
PATIENCE_MS = 30_000
A_RUN_MS = 120_000


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1440, "height": 1000}, locale="sv-SE")
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    yield opened
    context.close()


@pytest.fixture
def january(tmp_path: Path) -> Path:
    """The school's electricity in January 2023: no change of clocks, so the file cannot tell its time basis."""
    start = datetime(2023, 1, 1, tzinfo=STOCKHOLM).astimezone(UTC)
    end = datetime(2023, 2, 1, tzinfo=STOCKHOLM).astimezone(UTC)
    file = tmp_path / "export januari.csv"
    file.write_text(eon_text(SCHOOL_EL, start, end, lambda _day: 9.0), "utf-8")
    return file


def test_from_the_county_to_a_municipality_and_a_building(served: Served, page: Page) -> None:
    page.goto(served.url)
    expect(page.get_by_role("heading", name="Västerbottens län")).to_be_visible()
    page.get_by_role("link", name="Vännäs").first.click()
    expect(page.get_by_role("heading", name="Vännäs", exact=False).first).to_be_visible()
    page.get_by_role("link", name="Hammarskolan").first.click()
    expect(page.get_by_role("heading", name="Hammarskolan", exact=False).first).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "sv"


def test_a_file_handed_in_is_understood_and_seen_in_the_figures(served: Served, page: Page, january: Path) -> None:
    page.goto(served.url)
    expect(page.get_by_text("Data till och med", exact=False).last).to_contain_text("2023")
    expect(page.get_by_text("31 januari 2023", exact=False)).to_have_count(0)

    page.get_by_role("link", name="Lämna in filer").click()
    page.get_by_role("combobox", name="Organisation").click()
    page.get_by_role("option", name="Vännäs kommun").click()
    page.locator("input[type=file]").set_input_files(january)
    expect(page.get_by_text(SCHOOL_EL).first).to_be_visible()
    expect(page.get_by_text("samma som i tidigare filer", exact=False).first).to_be_visible()
    page.get_by_role("button", name="Lämna in", exact=True).click()
    expect(page.get_by_text("Finns i siffrorna", exact=False).first).to_be_visible(timeout=A_RUN_MS)

    delivery = next(d for d in ledger(served.home)["deliveries"] if d["file"] == january.name)
    assert delivery["rows"] == {"read": 744, "used": 744, "superseded": 0, "held": 0, "rejected": 0}
    assert delivery["energy_kwh"]["used"] == pytest.approx(744 * 9)
    page.goto(served.url)
    expect(page.get_by_text("31 januari 2023", exact=False).first).to_be_visible()


def test_values_of_an_unknown_meter_are_said_to_wait(served: Served, page: Page, tmp_path: Path) -> None:
    file = tmp_path / "okänd mätare.csv"
    file.write_text(long_file(STRANGER, datetime(2022, 2, 1, tzinfo=UTC), 24, 1.0), "utf-8")
    page.goto(served.url)
    hand_in(page, file)
    expect(page.get_by_text("väntar på ett svar eller en känd mätare", exact=False)).to_be_visible(timeout=A_RUN_MS)
    page.get_by_role("link", name="Datans läge").click()
    expect(page.get_by_text(STRANGER).first).to_be_visible()


def hand_in(page: Page, file: Path) -> None:
    page.get_by_role("link", name="Lämna in filer").click()
    page.get_by_role("combobox", name="Organisation").click()
    page.get_by_role("option", name="Vännäs kommun").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Lämna in", exact=True).click()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("tom.csv", b""),
        ("bild.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20),
        ("adresser.csv", b"Namn;Gata\nAnna;Storgatan\n"),
        ("trasig.xlsx", b"PK\x03\x04" + b"\x00" * 400),
    ],
)
def test_a_hostile_file_gets_a_clear_message_and_changes_nothing(
    served: Served, page: Page, tmp_path: Path, name: str, data: bytes
) -> None:
    before = len(ledger(served.home)["deliveries"])
    (tmp_path / name).write_bytes(data)
    page.goto(served.url)
    page.get_by_role("link", name="Lämna in filer").click()
    page.locator("input[type=file]").set_input_files(tmp_path / name)
    expect(page.get_by_text("Inget har sparats", exact=False).first).to_be_visible()
    expect(page.get_by_role("button", name="Lämna in", exact=True)).to_have_count(0)
    assert arrivals(served.home) == []
    assert len(ledger(served.home)["deliveries"]) == before


def test_the_page_is_also_in_english(served: Served, page: Page) -> None:
    page.goto(served.url)
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_role("link", name="County", exact=True)).to_be_visible()
    expect(page.get_by_text("Länets offentliga byggnader", exact=False)).to_have_count(0)


def test_ending_the_command_ends_every_process(served: Served) -> None:
    served.process.send_signal(signal.SIGINT)
    served.process.wait(timeout=60)
    for url in (served.url, served.dagster_url):
        port = int(url.rsplit(":", 1)[1])
        deadline = time.monotonic() + 10
        while _is_open(port) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert not _is_open(port), url


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
