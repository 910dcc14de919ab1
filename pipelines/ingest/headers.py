"""Header words of meter exports in the Nordic languages and English, and what each column is.

Does not belong here: the layouts that use them (rows_csv.py, columns_csv.py, heat_sheet.py).
"""

from __future__ import annotations

import re

from pipelines.domain.units import canonical_unit

ROLE_WORDS: dict[str, tuple[str, ...]] = {
    "metering_point_id": (
        "metering_point_id",
        "meteringpointid",
        "metering point id",
        "metering point",
        "meteringpointgsrn",
        "meter_id",
        "meterid",
        "meter id",
        "meter",
        "gsrn",
        "ean",
        "mpan",
        "mpr",
        "anläggnings-id",
        "anläggningsid",
        "anläggnings id",
        "anläggning-id",
        "anläggning id",
        "anl.id",
        "anl-id",
        "anläggningsnummer",
        "mätpunkt",
        "mätpunkts-id",
        "mätpunktsid",
        "mätpunkt id",
        "mätplats-id",
        "målepunkt",
        "målepunktid",
        "målepunktsid",
        "målepunkt-id",
        "målepunkt id",
        "målepunkts-id",
        "mittauspisteen tunnus",
        "mittauspiste",
        "käyttöpaikka",
        "käyttöpaikkatunnus",
    ),
    "start": (
        "starttidpunkt",
        "starttid",
        "start",
        "start time",
        "start_time",
        "starttime",
        "period_start",
        "period_start_utc",
        "period start",
        "från",
        "från och med",
        "fra",
        "fra_dato",
        "fra dato",
        "from",
        "from_utc",
        "alkuaika",
        "start_utc",
        "startdatum",
        "fr.o.m.",
        "periodstart",
    ),
    "end": (
        "sluttidpunkt",
        "sluttid",
        "slut",
        "end",
        "end time",
        "end_time",
        "period_end",
        "period_end_utc",
        "period end",
        "till",
        "til",
        "til_dato",
        "til dato",
        "to",
        "to_utc",
        "loppuaika",
        "end_utc",
        "slutdatum",
        "t.o.m.",
        "periodslut",
    ),
    "stamp": (
        "timestamp",
        "timestamp_utc",
        "time",
        "datetime",
        "date/time",
        "date time",
        "readdatetime",
        "tid",
        "tidpunkt",
        "tidsstämpel",
        "datum/tid",
        "datum tid",
        "datum och tid",
        "datum & tid",
        "dato/tid",
        "dato",
        "tidspunkt",
        "tidspunkt",
        "ajankohta",
        "aika",
        "päivämäärä",
        "datum",
        "date",
        "period",
        "månad",
        "month",
        "mätdatum",
        "dag",
        "day",
        "kuukausi",
        "måned",
    ),
    "clock": (
        "klockslag",
        "kl",
        "kl.",
        "timme",
        "hour",
        "klokkeslett",
        "klokkeslæt",
        "klokkeslæt",
        "time of day",
        "tunti",
        "kellonaika",
    ),
    "value": (
        "value",
        "värde",
        "mätvärde",
        "kvantitet",
        "quantity",
        "mängd",
        "mængde",
        "määrä",
        "förbrukning",
        "forbruk",
        "forbrug",
        "förbr",
        "consumption",
        "energi",
        "energy",
        "energia",
        "kulutus",
        "kwh",
        "mwh",
        "användning",
        "energianvändning",
        "elförbrukning",
        "volym",
        "volume",
        "usage",
        "uttag",
        "laskutettava kulutus",
        "ylijäämätuotanto",
        "produktion",
        "production",
        "value_kwh",
        "energy_kwh",
        "kwh 60 forbruk",
        "kwh 15 forbruk",
        "kwh 60 produksjon",
        "kwh 15 produksjon",
    ),
    "unit": ("unit", "enhet", "måttenhet", "måleenhed", "måleenhet", "yksikkö", "yksikkötyyppi", "unit type"),
    "quality": ("quality", "kvalitet", "status", "laatu", "mätvärdesstatus", "kvalitetskod", "readtype"),
    "direction": ("direction", "energiriktning", "riktning", "retning", "suunta"),
    "carrier": ("carrier", "energislag", "energibärare", "energityp", "fuel", "energikälla"),
    "resolution": ("resolution", "resoluutio", "upplösning", "oppløsning", "opløsning"),
    "product": ("product type", "tuotteen tyyppi", "product", "energiprodukt", "produkt"),
    "series_type": ("type",),
}
"""Role → header words, lower case; the order of roles is the order of choice."""

_ROLE_BY_WORD = {word: role for role, words in ROLE_WORDS.items() for word in words}
_UNIT_IN_HEADER = re.compile(r"[(\[]\s*([^)\]]+?)\s*[)\]]\s*$|[\s_,](wh|kwh|mwh|gwh|mj|gj|m3|m³|kw)$", re.IGNORECASE)
_ELHUB_VALUE = re.compile(r"^kwh (\d+) (forbruk|produksjon)$", re.IGNORECASE)


def plain(header: str) -> str:
    """A header in the form that is compared: lower case, without the unit, single blanks."""
    text = re.sub(r"\s+", " ", header.replace("\ufeff", "").replace("\u00a0", " ").strip().strip('"').lower())
    return _UNIT_IN_HEADER.sub("", text).strip() if _header_unit(text) else text


def role_of(header: str) -> str | None:
    """What a column is by its header: metering_point_id, start, end, stamp, value, unit, …; None when unknown."""
    return _ROLE_BY_WORD.get(re.sub(r"\s*\((utc|gmt)\)$", "", plain(header)))


def unit_of(header: str) -> str | None:
    """The unit that a header states: `Förbrukning (kWh)`, `energy_mwh`, `kWh`; canonical spelling, else None."""
    text = header.strip()
    if (elhub := _ELHUB_VALUE.match(text)) is not None:
        return canonical_unit(elhub.group(0)[:3])
    return canonical_unit(text) or _header_unit(text.lower())


def minutes_of(header: str) -> int | None:
    """The interval length that a header states (`KWH 60 Forbruk`); None when it does not."""
    found = _ELHUB_VALUE.match(header.strip())
    return int(found.group(1)) if found else None


def roles(header: list[str]) -> dict[str, int]:
    """First column of each role in a header: role → column number from 0."""
    found: dict[str, int] = {}
    for place, name in enumerate(header):
        role = role_of(name)
        if role is not None:
            found.setdefault(role, place)
    return found


def direction_of(text: str | None) -> str | None:
    """consumption or production, from a word in any of the languages; None when it says neither."""
    word = (text or "").strip().lower()
    if word in ("produktion", "production", "produksjon", "tuotanto", "inmatning", "e18", "out", "prod"):
        return "production"
    if word in ("förbrukning", "consumption", "forbruk", "forbrug", "kulutus", "uttag", "e17", "in", "cons"):
        return "consumption"
    return None


def carrier_of(text: str | None) -> str | None:
    """The energy carrier that a word stands for; None when unknown."""
    word = (text or "").strip().lower()
    known = {
        "electricity": ("electricity", "el", "elektricitet", "elkraft", "aktiv energi", "elenergi", "sähkö", "strøm"),
        "district_heating": ("district_heating", "district heating", "fjärrvärme", "värme", "heat", "fjernvarme"),
        "district_cooling": ("district_cooling", "district cooling", "fjärrkyla", "kyla", "cooling"),
        "gas": ("gas", "naturgas", "biogas", "fordonsgas", "stadsgas"),
        "oil": ("oil", "olja", "eldningsolja"),
        "pellets": ("pellets",),
        "wood_chips": ("wood_chips", "flis"),
    }
    return next((carrier for carrier, words in known.items() if word in words), None)


def is_estimated(text: str | None) -> bool:
    """Whether a quality word says that the value was estimated, calculated or is uncertain."""
    word = (text or "").strip().lower()
    stems = ("beräkn", "beregn", "estim", "uppskatt", "stipul", "prelim", "ersatt", "tillfäll", "osäker", "anslå")
    return word.startswith(stems) or word in ("a03", "est", "e", "arvio", "laskettu", "*", "56", "99")


def is_missing_word(text: str | None) -> bool:
    """Whether a quality word says that there is no value."""
    word = (text or "").strip().lower()
    return word.startswith(("missing", "saknas", "saknat", "mangler", "puuttuu")) or word == "a02"


def _header_unit(text: str) -> str | None:
    found = _UNIT_IN_HEADER.search(text)
    return canonical_unit(found.group(1) or found.group(2)) if found else None
