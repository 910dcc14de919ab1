"""Every page on the tiny town: what it says is what was worked out by hand in tests/town/kit.py."""

from __future__ import annotations

import pytest

from dashboards import text
from pipelines.home import Home
from pipelines.settings import load_settings
from tests.dashboards.conftest import OpenPage, all_text, open_page
from tests.town.kit import NURSERY_EL, STRANGER

pytestmark = pytest.mark.slow
__all__ = ["open_page"]


@pytest.fixture(autouse=True)
def _on_the_town(town: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARKRAFT_HOME", str(town.root))
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()
    text.use("sv")


def _said(open_page: OpenPage, view: str, **parameters: str) -> str:
    page = open_page(view, **parameters)
    assert not page.exception, page.exception
    return all_text(page).replace("\u00a0", " ")


def test_the_county_page_ranks_the_town_and_names_the_municipality_without_an_answer(open_page: OpenPage) -> None:
    said = _said(open_page, "county", period="2022")
    assert "Västerbottens län" in said
    assert "Vännäs" in said
    assert "går inte att avgöra än" in said  # Lycksele: an office without a baseline year


def test_the_municipality_page_shows_its_buildings(open_page: OpenPage) -> None:
    said = _said(open_page, "municipality", kommun="2460", period="2022")
    assert "Hammarskolan" in said
    assert "Björkens förskola" in said


def test_the_building_page_tells_of_the_ten_days_that_never_came(open_page: OpenPage) -> None:
    said = _said(open_page, "building", byggnad="b2", matare=NURSERY_EL, steg="dygn", period="2022")
    assert "10 dygn saknas" in said


def test_a_building_without_a_baseline_says_why_there_is_no_answer(open_page: OpenPage) -> None:
    said = _said(open_page, "building", byggnad="b3", period="2022")
    assert "går inte att avgöra än" in said
    assert "basåret" in said


def test_the_page_on_the_data_names_the_meter_that_nobody_knows(open_page: OpenPage) -> None:
    said = _said(open_page, "data_status")
    assert STRANGER in said
    assert "mätaren finns inte i registret" in said


def test_the_page_for_handing_in_lists_the_towns_organisations(open_page: OpenPage) -> None:
    page = open_page("upload")
    assert not page.exception
    assert {"Vännäs kommun", "Lycksele kommun"} <= set(page.selectbox(key="organisation").options)


def test_a_made_up_town_loaded_by_hand_is_not_called_a_demonstration(open_page: OpenPage) -> None:
    assert "Demonstration" not in _said(open_page, "county")
