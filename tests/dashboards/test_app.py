"""Every page in both languages, on a whole home, an empty home and with hostile names."""

import re
from pathlib import Path

import pytest

from dashboards import access, text
from tests.dashboards.conftest import OpenPage, all_text, html_bodies, raw_texts, seen_texts
from tests.dashboards.small_home import HOSTILE

VIEWS = {
    "county": {},
    "municipality": {"kommun": "2481"},
    "building": {"byggnad": "b-1"},
    "upload": {},
    "data_status": {},
}
PUBLISHED_VIEWS = ("county", "municipality", "building")


def _swedish_patterns() -> list[re.Pattern[str]]:
    """A pattern for each Swedish message that English says otherwise; fields match anything."""
    patterns = []
    for message in text.catalog("en"):
        if not message.id:
            continue
        identities = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        for identity, string in zip(identities, strings, strict=True):
            words = re.sub(r"\{\w+\}", "", identity)
            if identity != string and re.search(r"[a-zåäö]{2}", words):
                parts = re.split(r"\{\w+\}", identity)
                patterns.append(re.compile(".+".join(re.escape(part) for part in parts)))
    return patterns


@pytest.mark.parametrize("view", VIEWS)
def test_each_page_is_drawn_with_one_heading_banner_and_footer(view: str, home: Path, open_page: OpenPage) -> None:
    page = open_page(view, **VIEWS[view])
    assert not page.exception
    assert "".join(html_bodies(page)).count("<h1") == 1
    said = all_text(page)
    assert "Demonstration: byggnader, mätare och siffror på den här sidan är påhittade." in said
    assert "Data till och med 21 november 2026. Publicerat 22 november 2026 05.31. Sparkraft 0.1.0." in said


@pytest.mark.parametrize("view", VIEWS)
def test_each_page_in_english_has_no_swedish_message_left(view: str, home: Path, open_page: OpenPage) -> None:
    page = open_page(view, sprak="en", **VIEWS[view])
    assert not page.exception
    patterns = _swedish_patterns()
    same_in_both = {"Register", "Period", "Garage", "Format", "Pellets", "Gas", "Organisation", "Trend"}
    pieces = {piece.replace("\u00a0", " ") for piece in seen_texts(page)} - same_in_both
    left = {piece for piece in pieces for pattern in patterns if pattern.fullmatch(piece)}
    assert left == set()
    assert "document.documentElement.lang = 'en'" in "".join(raw_texts(page))
    assert "Data up to and including 21 November 2026." in all_text(page)


@pytest.mark.parametrize("view", PUBLISHED_VIEWS)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_an_empty_home_says_what_will_be_here_and_what_to_do(
    view: str, language: str, empty_home: Path, open_page: OpenPage
) -> None:
    page = open_page(view, sprak=language)
    assert not page.exception
    said = all_text(page)
    if language == "sv":
        assert "Lämna in filer med mätvärden, så visas siffrorna efter nästa körning." in said
    else:
        assert "Hand in files with meter values" in said


def test_an_empty_home_still_takes_files_and_asks_for_the_organisation(empty_home: Path, open_page: OpenPage) -> None:
    page = open_page("upload")
    assert not page.exception
    assert page.text_input[0].label == "Organisationens id"
    assert "Ingen fil har tagits emot än." in all_text(open_page("data_status"))


def test_the_county_says_its_saving_and_ranks_every_municipality(home: Path, open_page: OpenPage) -> None:
    page = open_page("county")
    said = all_text(page)
    assert "Länets offentliga byggnader har använt 5,4 % mindre energi än väntat (−7 till −3)." in said
    assert "4 av 5 organisationer, 95 % av ytan" in said
    ranked = [said.index(f"\n{name}\n") for name in ("Vännäs", "Lycksele", "Sorsele")]
    assert ranked == sorted(ranked)
    assert "går inte att avgöra än" in said
    assert "inga mätvärden har kommit" in said
    assert "1 mätare saknar värden" in said
    assert "Region Västerbotten" in said
    html = "".join(raw_texts(page))
    assert 'href="kommun?kommun=2460"' in html


def test_a_choice_stands_in_the_address_and_follows_every_link(home: Path, open_page: OpenPage) -> None:
    page = open_page("county")
    page.selectbox(key="choice_sektor").select("region").run()
    page.selectbox(key="choice_period").select("2025").run()
    assert page.query_params["sektor"] == "region"
    assert page.query_params["period"] == "2025"
    assert "Regionens byggnader i länet har använt" in all_text(page)
    assert "kommun?period=2025&amp;sektor=region&amp;kommun=2481" in "".join(raw_texts(page))


def test_an_address_that_offers_nothing_known_gives_the_default(home: Path, open_page: OpenPage) -> None:
    page = open_page("county", period="1066", sektor="<script>", energislag="x")
    assert not page.exception
    assert page.selectbox(key="choice_period").value == "12m"
    assert "<script>alert" not in "".join(raw_texts(page))


def test_a_municipality_shows_the_largest_increase_first_and_names_no_protected_building(
    home: Path, open_page: OpenPage
) -> None:
    page = open_page("municipality", kommun="2481")
    said = all_text(page)
    places = [said.index(f"\n{name}\n") for name in ("Ängens förskola", "Hammarskolan", "Lycksele lasarett")]
    assert places == sorted(places)
    assert "ökning" in said
    assert "Skyddsrummet" not in said
    assert "1 byggnad med skyddade uppgifter ingår i summorna men visas inte." in said


def test_a_protected_building_has_no_page(home: Path, open_page: OpenPage) -> None:
    page = open_page("building", byggnad="b-8")
    said = all_text(page)
    assert "Byggnaden i adressen finns inte här, eller har skyddade uppgifter. Välj en annan." in said
    assert "Skyddsrummet" not in said


def test_a_building_says_its_holes_its_model_and_its_measures(home: Path, open_page: OpenPage) -> None:
    page = open_page("building", byggnad="b-1", matare="735999000000000011")
    said = all_text(page)
    assert "14 dygn saknas, 1 dygn är ofullständigt, 6 dygn är uppskattade" in said
    assert "20 kWh mer per dygn för varje grad under 15 °C; grundlast 480 kWh per dygn" in said
    assert "Varifrån kommer siffran?" in said
    assert any("Ledbelysning" in raw for raw in raw_texts(page) if raw.startswith('{"data"'))


def test_a_building_with_a_month_meter_shows_months_only(home: Path, open_page: OpenPage) -> None:
    page = open_page("building", byggnad="b-3", matare="735999000000000032")
    assert not page.exception
    assert "Mätaren läses en gång i månaden, så dygnen visas inte." in all_text(page)


def test_a_meter_without_values_says_what_to_do(home: Path, open_page: OpenPage) -> None:
    page = open_page("building", byggnad="b-5", matare="735999000000000052")
    assert not page.exception
    assert "Inga mätvärden har kommit." in all_text(page)


@pytest.mark.parametrize("view", ["municipality", "building"])
def test_a_hostile_name_is_shown_as_text(view: str, home: Path, open_page: OpenPage) -> None:
    page = open_page(view, kommun="2460", byggnad="b-4")
    assert not page.exception
    for body in html_bodies(page):
        assert re.search(r"(?<!\\)<img src=x", body) is None
    assert any(HOSTILE in piece for piece in seen_texts(page))


def test_the_data_status_page_shows_sums_that_add_up(home: Path, open_page: OpenPage) -> None:
    said = all_text(open_page("data_status"))
    assert "2 filer har kommit in. 1 fråga väntar på svar." in said
    for number in ("2 976", "2 160", "720", "72", "24"):
        assert f"\n{number}\n" in said
    assert "<b>elak</b>.csv" in said
    assert "Okänt innehåll, kunde inte läsas. Filen är tom. Exportera den igen." in said
    assert "mätaren finns inte i registret" in said


def test_days_of_a_meter_are_shown_when_the_address_asks_for_them(home: Path, open_page: OpenPage) -> None:
    page = open_page("building", byggnad="b-1", matare="735999000000000011", steg="dygn")
    assert not page.exception
    assert "Energi per dygn, november 2025 till och med oktober 2026." in all_text(page)


def test_nothing_is_shown_when_the_server_listens_elsewhere(
    home: Path, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "LOOPBACK_ADDRESSES", frozenset())
    page = open_page("county")
    assert not page.exception
    assert "Den här sidan visas bara på den dator där Sparkraft körs." in all_text(page)
