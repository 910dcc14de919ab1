"""What a header says, in five languages and in words put together that nobody has listed."""

from __future__ import annotations

import pytest

from pipelines.ingest.headers import direction_of, directions_of, is_estimated, is_nordic, is_total, says


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Anläggnings-id", "metering_point_id"), ("Målepunkts-ID", "metering_point_id"), ("GSRN", "metering_point_id"),
        ("Käyttöpaikan tunnus", "metering_point_id"), ("Meter point reference", "metering_point_id"),
        ("Mätarnummer", "meter_number"), ("Måler nr.", "meter_number"), ("Startdatum", "start"), ("Til dato", "end"),
        ("Jakson loppu", "end"), ("Förbrukningsdag", "time"), ("Kalenderår", "time"), ("Tunnin numero", "time"),
        ("Mätarkonstant", "multiplier"), ("Kundnummer", "other"), ("Måleenhet", "unit"), ("Mätvärdesstatus", "quality"),
        ("Virtaussuunta", "direction"), ("Förbrukning (kWh)", None),
    ],
)  # fmt: skip
def test_role_is_told_by_stems_and_words(header: str, role: str | None) -> None:
    assert says(header).role == role


@pytest.mark.parametrize(
    ("header", "quantity"),
    [
        ("Nettoförbrukning (kWh)", "consumption"), ("Sähkönkulutus", "consumption"), ("Uttak", "consumption"),
        ("Inmatad energi", "production"), ("Ylijäämätuotanto (kWh)", "production"), ("Levering til net", "production"),
        ("Spotpris (öre/kWh)", "price"), ("Price per kWh", "price"), ("Kostnad (kr)", "cost"),
        ("Utetemperatur", "temperature"),
        ("Reaktiv energi (kvarh)", "reactive"), ("Medeleffekt (kW)", "power"), ("Volym (m³)", "flow"),
        ("Ackumulerad förbrukning", "accumulated"), ("Mätarställning", "register"), ("Målerstand", "register"),
        ("Meter reading (kWh)", "register"), ("Beräknad årsförbrukning", "yearly"), ("Medelvärde", "average"),
        ("Föregående år (kWh)", "other_period"), ("Normalårskorrigerad (kWh)", "corrected"), ("kWh", "energy"),
    ],
)  # fmt: skip
def test_quantity_is_told_and_what_is_no_energy_is_named(header: str, quantity: str) -> None:
    assert says(header).quantity == quantity


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("Mängd (kWh)", "kWh"),
        ("energy_mwh", "MWh"),
        ("kWh_1", "kWh"),
        ("KWH 60 Forbruk", "kWh"),
        ("Pris (öre/kWh)", None),
    ],
)
def test_unit_is_found_wherever_it_stands_and_never_in_a_price(header: str, unit: str | None) -> None:
    assert says(header).unit == unit


@pytest.mark.parametrize(
    ("header", "identity"),
    [
        ("TS_735999000000000013.cons", "735999000000000013"),
        ("735 999 000 000 000 013 (kWh)", "735 999 000 000 000 013"),
        ("123456 kWh", "123456"), ("Datum", None), ("2024-01", None),
    ],
)  # fmt: skip
def test_identity_in_a_header(header: str, identity: str | None) -> None:
    assert says(header).identity == identity


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("Tid (UTC)", "utc"), ("Tid(norsk normaltid)", "normal_time"),
        ("Ajat ovat talviaikaa koko vuoden", "normal_time"),
        ("Times are standard time all year (no DST)", "normal_time"), ("Lokal tid med sommartid", "local"),
        ("Tid", None),
    ],
)  # fmt: skip
def test_clock_that_a_header_names(text: str, basis: str | None) -> None:
    assert says(text).basis == basis


def test_unknown_word_of_two_directions_is_the_other_one() -> None:
    assert directions_of(["Otto", "Xyz"]) == {"Otto": "consumption", "Xyz": "production"}
    assert directions_of(["Xyz"]) == {}
    assert direction_of("Indfødning") == "production"


@pytest.mark.parametrize("word", ["Beräknat", "Stipulert", "Skønnet", "Arvioitu", "Provisional", "A03", "Estimat", "E"])
def test_words_for_estimated(word: str) -> None:
    assert is_estimated(word)


@pytest.mark.parametrize("word", ["Summa", "I alt:", "Totalt 2024", "Jakso yhteensä", "Grand total", "Medel", "Samlet"])
def test_words_that_begin_a_sum_row(word: str) -> None:
    assert is_total(word)
    assert not is_total("Skolan i Umeå, hus B och C")


def test_language_is_told_by_letters_and_stems() -> None:
    assert is_nordic(["Förbrukning"])
    assert is_nordic(["Fra", "Til", "KWH 60 Forbruk"])
    assert not is_nordic(["Start time", "Quantity (kWh)"])
