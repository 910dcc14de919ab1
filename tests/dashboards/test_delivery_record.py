"""The record of a delivery: the receipt as it was, with what has become of its rows."""

from __future__ import annotations

from pathlib import Path

from dashboards import delivery_record
from tests.dashboards.conftest import OpenPage, all_text, raw_texts
from tests.dashboards.made_up_receipt import DELIVERY


def test_a_record_is_the_receipt_with_what_stands_now(home: Path) -> None:
    found = delivery_record.record(DELIVERY)
    assert found is not None
    assert found.found["rows"] == {"read": 2976, "used": 2160, "superseded": 720, "held": 72, "rejected": 24}
    assert found.found["rejected"] == [{"row": 17, "reason": "Värdet är inte ett tal.", "fix": "Rätta cellen."}]
    assert [one["metering_point_id"] for one in found.found["unknown_meters"]] == ["735999000000000099"]
    (month,) = found.found["comparison"]
    assert (month["change"], month["energy_before_kwh"], month["energy_after_kwh"]) == ("changed", 51000.0, 52000.0)


def test_a_refused_delivery_has_its_reason(home: Path) -> None:
    found = delivery_record.record("b" * 64)
    assert found is not None
    assert not found.is_readable
    assert found.reason == "Filen är tom. Exportera den igen."


def test_a_delivery_that_nobody_knows_has_no_record(home: Path) -> None:
    assert delivery_record.record("c" * 64) is None


def test_the_status_page_leads_to_the_record_and_shows_it(home: Path, open_page: OpenPage) -> None:
    assert f"leverans={DELIVERY}" in "".join(raw_texts(open_page("data_status")))
    page = open_page("data_status", leverans=DELIVERY)
    assert not page.exception
    told = all_text(page)
    assert "Format: E.ON Mätvärdesexport." in told
    assert "Enhet: kWh, samma svar som för tidigare filer av samma slag från er." in told
    assert "1 dygn saknas" in told
    assert "Månader som redan hade värden" in told
    assert "Öppna frågor" not in told


def test_an_address_without_a_delivery_says_so(home: Path, open_page: OpenPage) -> None:
    page = open_page("data_status", leverans="<script>")
    assert not page.exception
    assert "Filen finns inte här" in all_text(page)
