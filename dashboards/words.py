"""The reader's words for the codes in the tables. An unknown code is shown as it is, never hidden."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboards.text import _


def carrier(code: str | None) -> str:
    """Energy carrier, with a capital letter."""
    names = {
        "electricity": _("El"),
        "district_heating": _("Fjärrvärme"),
        "district_cooling": _("Fjärrkyla"),
        "gas": _("Gas"),
        "oil": _("Olja"),
        "pellets": _("Pellets"),
        "wood_chips": _("Flis"),
    }
    return names.get(code or "", code or _("Okänt energislag"))


CARRIERS = ("electricity", "district_heating", "district_cooling", "gas", "oil", "pellets", "wood_chips")
SECTORS = ("municipality", "region", "state")


def sector(code: str | None) -> str:
    """Whose building it is."""
    names = {"municipality": _("Kommuner"), "region": _("Regionen"), "state": _("Staten")}
    return names.get(code or "", code or _("Okänd sektor"))


def building_use(code: str | None) -> str:
    """What the building is used for."""
    names = {
        "school": _("Skola"),
        "preschool": _("Förskola"),
        "care_home": _("Äldreboende"),
        "office": _("Kontor"),
        "sports_hall": _("Idrottshall"),
        "hospital": _("Sjukhus"),
        "health_centre": _("Hälsocentral"),
        "court": _("Domstol"),
        "library": _("Bibliotek"),
        "culture": _("Kulturhus"),
        "garage": _("Garage"),
        "police_station": _("Polisstation"),
        "swimming_hall": _("Simhall"),
    }
    return names.get(code or "", code or "")


def measure(code: str | None) -> str:
    """What was done in the building."""
    names = {
        "night_setback": _("Nattsänkning"),
        "ventilation_control": _("Styrd ventilation"),
        "led_lighting": _("Ledbelysning"),
        "heat_pump": _("Värmepump"),
        "heat_recovery": _("Värmeåtervinning"),
        "window_replacement": _("Nya fönster"),
        "roof_insulation": _("Tilläggsisolerat tak"),
        "heating_balancing": _("Injusterat värmesystem"),
        "closed_building": _("Stängd byggnad"),
    }
    return names.get(code or "", code or "")


def reason(code: str | None) -> str:
    """Why there is no answer yet."""
    reasons = {
        "no_readings": _("inga mätvärden har kommit"),
        "too_few_baseline_days": _("för få dygn under basåret"),
        "no_temperature": _("utetemperatur saknas"),
        "temperatures_not_covered": _("basåret saknar så kalla eller varma dygn"),
        "model_too_poor": _("användningen följer inte vädret tillräckligt väl"),
        "negative_values": _("mätaren har negativa värden"),
        "production_meter": _("mätaren mäter bara produktion"),
        "long_zero_run": _("mätaren har stått på noll länge"),
        "not_energy": _("mätaren visar inte energi"),
        "virtual_meter": _("mätaren räknas fram ur andra"),
        "no_reporting_days": _("inga mätvärden under perioden"),
        "building_unknown": _("mätaren hör inte till någon känd byggnad"),
        "low_coverage": _("för liten del av ytan kan jämföras"),
    }
    return reasons.get(code or "", code or _("skälet är inte känt"))


def resolution(code: str | None) -> str:
    """How often the meter is read."""
    names = {
        "PT15M": _("kvart"),
        "PT30M": _("halvtimme"),
        "PT1H": _("timme"),
        "P1D": _("dygn"),
        "P1M": _("månad"),
        "irregular": _("ojämn"),
    }
    return names.get(code or "", code or _("inga värden"))


def role(code: str | None) -> str:
    """The meter's place in the building."""
    names = {"main": _("huvudmätare"), "sub": _("undermätare"), "virtual": _("beräknad mätare")}
    return names.get(code or "", code or "")


def day_status(code: str | None) -> str:
    """How a day's energy came about."""
    names = {
        "measured": _("uppmätt"),
        "estimated": _("uppskattat"),
        "partial": _("ofullständigt"),
        "missing": _("saknas"),
    }
    return names.get(code or "", code or "")


def file_format(code: str | None) -> str:
    """The form of a file, as its reader names it; a suffix tells that it only holds days or months."""
    names = {
        "se-eon-csv": _("E.ON Mätvärdesexport"),
        "se-ellevio-csv": _("Ellevios export"),
        "se-utilts-e66": _("Ediel UTILTS E66"),
        "no-elhub-csv": _("Elhub, Norge"),
        "dk-eloverblik-csv": _("Eloverblik, Danmark"),
        "fi-datahub-csv": _("Datahub, Finland"),
        "fi-caruna-csv": _("Caruna, Finland"),
        "rows-csv": _("tabell med en rad per värde"),
        "day-hours-csv": _("tabell med ett dygn per rad"),
        "monthly-sheet": _("tabell med månader"),
        "across-csv": _("tabell med tider eller mätare i kolumner"),
        "se-vattenfall-serie": _("Vattenfall, blad Serie"),
        "dk-mscons-d96a": _("Ediel MSCONS D.96A, Danmark"),
        "se-mscons-d96a": _("Ediel MSCONS D.96A"),
        "ch-mscons-d99a": _("MSCONS D.99A, Schweiz"),
        "de-mscons-d04b": _("MSCONS D.04B, Tyskland och Schweiz"),
        "mscons": _("MSCONS"),
        "green-button": _("Green Button"),
        "dk-eloverblik-json": _("Eloverblik, JSON"),
        "dk-eloverblik-readings-json": _("Eloverblik, mätarställningar"),
        "fi-nuuka-json": _("Nuuka, Helsingfors"),
        "uk-n3rgy-json": _("n3rgy, Storbritannien"),
        "se-svef24": _("SVEF/24"),
        "json": _("JSON"),
        "archive": _("packad fil med flera filer"),
        "workbook": _("arbetsbok med flera slags blad"),
    }
    # What follows a colon tells one layout of a form from another and says nothing to a reader.
    plain_code = (code or "").split(":")[0].removesuffix("-day").removesuffix("-month")
    return names.get(plain_code, plain_code)


def outcome(code: str | None) -> str:
    """What became of a delivery."""
    names = {
        "used": _("används"),
        "partly": _("används delvis"),
        "waiting": _("väntar på svar"),
        "refused": _("kunde inte läsas"),
    }
    return names.get(code or "", code or "")


def delivery_kind(code: str | None) -> str:
    """What a delivered file holds."""
    names = {
        "readings": _("mätvärden"),
        "register": _("register"),
        "weather": _("väder"),
        "stations": _("väderstationer"),
        "unknown": _("okänt innehåll"),
    }
    return names.get(code or "", code or "")


def held_reason(code: str | None) -> str:
    """Why a meter's values wait."""
    names = {
        "unknown_meter": _("mätaren finns inte i registret"),
        "other_organisation": _("mätaren hör till en annan organisation"),
        "question": _("filen väntar på ett svar"),
    }
    return names.get(code or "", code or "")


def time_basis(code: str | None) -> str:
    """How the stamps of a file are read."""
    names = {
        "normal_time": _("normaltid hela året"),
        "local": _("svensk tid med sommartid"),
        "utc": _("UTC"),
        "offset": _("tidszonen står vid varje värde"),
        "unknown": _("framgår inte"),
    }
    return names.get(code or "", code or "")


def severity(code: str | None) -> str:
    """What a check does when it finds something."""
    names = {"stop": _("stoppar publicering"), "hold": _("håller inne mätaren"), "warn": _("påpekar")}
    return names.get(code or "", code or "")


def direction(code: str | None) -> str:
    """Which way the energy goes."""
    names = {"consumption": _("förbrukning"), "production": _("produktion")}
    return names.get(code or "", code or "")


def reading_kind(series: Mapping[str, Any]) -> str:
    """What the values of a series are."""
    what = direction(series["direction"])
    if series["kind"] == "register":
        return _("{what}, ur mätarställningar").format(what=what)
    return what


def change(code: str | None) -> str:
    """What a file does to a month that has values already."""
    names = {
        "same": _("oförändrad"),
        "changed": _("ändras"),
        "longer": _("fylls på"),
        "part": _("filen har en del av månaden, eller uppskattade värden"),
    }
    return names.get(code or "", code or "")


def likeness(code: str | None) -> str:
    """Why a registered meter may be the one that is meant."""
    names = {
        "spreadsheet": _("Excel har avrundat id:t"),
        "last_digit": _("den sista siffran saknas"),
        "one_digit": _("en siffra skiljer"),
        "swapped": _("två siffror har bytt plats"),
        "same_end": _("slutet är detsamma"),
        "no_values": _("saknar värden för perioden"),
    }
    return names.get(code or "", code or "")


def question(key: str | None) -> str:
    """What a question is about."""
    names = {
        "time_basis": _("Tid"),
        "stamp": _("Periodens början eller slut"),
        "unit": _("Enhet"),
        "metering_point_id": _("Anläggnings-id"),
        "value_column": _("Kolumn med värden"),
        "value_kind": _("Värdenas slag"),
        "decimal_mark": _("Decimaltecken"),
        "day_first": _("Datumets ordning"),
    }
    return names.get(key or "", key or "")


def answer(key: str | None, value: str) -> str:
    """An answer in words where it is a code, else as it was given."""
    if key == "time_basis":
        return time_basis(value)
    names = {"start": _("början"), "end": _("slut")} if key == "stamp" else {}
    return names.get(value, value)
