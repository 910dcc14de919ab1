"""What a header or a word in a cell says, in the Nordic languages and English: role, quantity, unit, identity.

Headers are read by their stems and words, not as whole strings, so that one nobody has seen is understood too.
Does not belong here: what the cells below say (columns_profile.py), and which columns are used (layouts.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from pipelines.domain.units import KWH_PER_UNIT, canonical_unit
from pipelines.ingest import vocabulary as words
from pipelines.ingest.vocabulary import Words

_UNITS = r"wh|kwh|mwh|gwh|mj|gj|n?m\^?[3³]s?|kw|mw|kvarh|°c|liter|ton|therms?"
_UNIT = re.compile(rf"(?<![^\W\d_])({_UNITS})(?![^\W_])", re.IGNORECASE)
_UNIT_AT_END = re.compile(rf"\s*[(\[]\s*(?:i\s+)?({_UNITS})\s*[)\]]|[\s_,]+({_UNITS})\s*$", re.IGNORECASE)
_PRICE = re.compile(
    r"(kr|öre|ore|øre|sek|nok|dkk|eur|€|cent|snt|c|p|pence|£|\$)\s*(/|per|pr\.?)\s*[kmg]?wh|\b[kmg]?wh\s*[- ]?pris",
    re.IGNORECASE,
)
_PER_AREA = re.compile(r"wh\s*(/|per)\s*(m|kvm|år|year)", re.IGNORECASE)
_MINUTES = re.compile(r"\bkwh\s(15|30|60)\b|\b(15|30|60)\s?min", re.IGNORECASE)
_NORMAL = re.compile(
    r"normaltid|normal time|normaali\s?aik|vintertid|talviaik|standard\s?ti(me|d)\b|(utc|gmt)\s?\+\s?0?1\b"
    r"|(utan|uten|uden|ei|no|without|not?) (sommartid|sommertid|kesäaik|dst|daylight|summer time)"
)
_LOCAL = re.compile(
    r"lokal\w* ?tid|local\s?(date)?\s?time|paikalli\w* aika|sommartid|sommertid|kesäaik|daylight|summer time"
    r"|(svensk|dansk|norsk|finsk) tid"
)
_CAMEL = re.compile(r"(?<=[a-zåäöæø])(?=[A-ZÅÄÖÆØ])|(?<=[A-Z])(?=[A-Z][a-z])")
_UNIT_SPELLING = re.compile(r"[kMG]WH?|[kMG]Wh|kVArh?|KWH|kvarh|m3|m³", re.IGNORECASE)
_BREAKS = re.compile(r"[\s_\-/\\.,:;()\[\]{}|\"'*#+&=]+")
_GSRN = re.compile(r"(?<!\d)(\d(?:[\s\u00a0\u202f]?\d){17})(?!\d)")
_LEADING_ID = re.compile(r"^(\d(?:[\s\u00a0]?\d){5,33}|\d[.,]\d+E\+?\d+)(?=$|[\s(\[_,;:-])", re.IGNORECASE)
_MIXED_ID = re.compile(r"^(?=[^\s]*\d)[A-ZÅÄÖ0-9][A-ZÅÄÖ0-9\-_./]{3,34}$")
_LEADING_LETTERS = re.compile(r"^[A-Z]{2}\d{8,31}(?=$|[\s(\[])")

NOT_ENERGY = (
    *("price", "cost", "temperature", "reactive", "power", "flow", "emission", "share", "corrected", "yearly"),
    *("other_period", "average", "extreme"),
)
"""Quantities that stand beside energy in exports and are never energy."""

_NO_QUANTITY = ("other", "unit", "quality", "multiplier")
_SELDOM_QUANTITY = ("metering_point_id", "direction", "carrier", "resolution", "product")

_BEFORE_ENERGY = (
    ("share", words.SHARE),
    ("emission", words.EMISSION),
    ("reactive", words.REACTIVE),
    ("temperature", words.TEMPERATURE),
    ("corrected", words.CORRECTED),
    ("other_period", words.OTHER_PERIOD),
    ("yearly", words.YEARLY),
    ("average", words.AVERAGE),
    ("extreme", words.EXTREME),
    ("accumulated", words.ACCUMULATED),
    ("register", words.REGISTER),
)
_AFTER_UNIT = (("power", words.POWER), ("flow", words.FLOW))
_ENERGY_WORDS = (
    ("production", words.PRODUCTION),
    ("consumption", words.CONSUMPTION),
    ("energy", words.ENERGY),
    ("value", words.QUANTITY),
)


LONGEST = 300  # characters of a header that are read


@dataclass(frozen=True)
class HeaderSays:
    """What one header says; None or "" where it says nothing."""

    role: str | None  # a key of vocabulary.ROLES, or start, end, time
    quantity: str | None  # production, consumption, energy, value, register, accumulated, or one of NOT_ENERGY
    unit: str | None  # canonical spelling
    direction: str | None
    carrier: str | None
    identity: str | None
    is_total: bool
    minutes: int | None
    basis: str | None  # utc | normal_time | local, where the header names the clock


@lru_cache(maxsize=4096)
def says(header: str) -> HeaderSays:
    """Read one header."""
    text = " ".join(header[:LONGEST].replace("\ufeff", "").split()).strip("\"' ")
    identity = identity_in(text)
    bare = text.replace(identity, " ") if identity else text
    tokens = tuple(token for token in _BREAKS.split(_spaced(bare).lower()) if token)
    unit = unit_of(bare)
    role = None if identity else _role(tokens)
    if unit in KWH_PER_UNIT and role in ("start", "end", "time"):
        role = None  # `Levering til net (kWh)` is no end
    quantity = (
        None if role in _NO_QUANTITY or (role in _SELDOM_QUANTITY and not unit) else _quantity(bare, tokens, unit)
    )
    if quantity in ("production", "consumption") and role in ("start", "end"):
        role = None  # `Levering til net`
    minutes = next((int(one) for found in _MINUTES.finditer(text) for one in found.groups() if one), None)
    last = next((token for token in reversed(tokens) if canonical_unit(token) is None), None)
    direction = "production" if quantity == "production" else direction_of(last)
    if direction is None and quantity in ("register", "accumulated") and _has(words.PRODUCTION, tokens):
        direction = "production"
    return HeaderSays(
        role=role,
        quantity=quantity,
        unit=unit,
        direction=direction,
        carrier=next((carrier for token in tokens if (carrier := carrier_of(token)) is not None), None)
        or carrier_in_compound("".join(tokens)),
        identity=identity,
        is_total=_has(words.TOTAL, tokens),
        minutes=minutes,
        basis=basis_of(text),
    )


def plain(header: str) -> str:
    """A header in the form that is compared: lower case, without the unit, single blanks."""
    text = re.sub(r"\s+", " ", header.replace("\ufeff", "").replace("\u00a0", " ").strip().strip('"').lower())
    return _UNIT_AT_END.sub("", text).strip()


def unit_of(header: str) -> str | None:
    """The unit that a header states: `Förbrukning (kWh)`, `energy_mwh`, `kWh`; canonical spelling, else None."""
    text = _spaced(header)
    if _PRICE.search(text) or _PER_AREA.search(text):
        return None
    found = _UNIT_AT_END.search(text) or _UNIT.search(text) or _UNIT.search(header)
    named = next((one for one in found.groups() if one), None) if found else None
    return canonical_unit(named.replace("^", "")) if named else None


def without_unit(header: str) -> str:
    """A header without the unit in brackets or at its end."""
    return _UNIT_AT_END.sub("", header).strip()


def identity_in(text: str) -> str | None:
    """The id of a metering point that a header holds: 18 digits anywhere, a number or a code that it begins with."""
    if (found := _GSRN.search(text)) is not None:
        return found.group(1)
    found = _LEADING_ID.match(text) or _LEADING_LETTERS.match(text)
    return found.group(0 if found.re is _LEADING_LETTERS else 1) if found else None


def is_code(text: str) -> bool:
    """Whether a header is a code of somebody's own (`A-1023`): capitals and digits and no word that is known."""
    said = says(text)
    is_known = said.role or said.quantity or said.unit
    return _MIXED_ID.match(text.strip()) is not None and not is_known and not text.strip().startswith("#")


def basis_of(text: str) -> str | None:
    """The clock that a header or a preamble names: utc, normal_time or local; None when it names none."""
    low = text.lower()
    if _NORMAL.search(low):
        return "normal_time"
    if _LOCAL.search(low):
        return "local"
    return "utc" if re.search(r"\b(utc|gmt|zulu)\b|[_ (](utc|gmt)\b", low) else None


def is_nordic(headers: Iterable[str]) -> bool:
    """Whether headers are plainly in a Nordic language, where the decimal mark is a comma."""
    joined = " ".join(headers).lower()
    return re.search(r"[åäöæø]", joined) is not None or any(stem in joined for stem in words.NORDIC_STEMS)


def direction_of(text: str | None) -> str | None:
    """consumption or production, from a word in any of the languages; None when it says neither."""
    word = (text or "").strip().lower()
    if word in words.PRODUCTION_WORDS or word.startswith(words.PRODUCTION_STEMS):
        return "production"
    is_consumption = word in words.CONSUMPTION_WORDS or word.startswith(words.CONSUMPTION_STEMS)
    return "consumption" if is_consumption else None


def directions_of(texts: Iterable[str]) -> dict[str, str]:
    """The direction of each word in a column of directions; of two words, one known tells the other."""
    known = {text: direction_of(text) for text in texts if text.strip()}
    found = {text: direction for text, direction in known.items() if direction is not None}
    if len(known) == 2 and len(found) == 1:
        unknown = next(text for text in known if text not in found)
        other = next(iter(found.values()))
        found[unknown] = "production" if other == "consumption" else "consumption"
    return found


def carrier_of(text: str | None) -> str | None:
    """The energy carrier that a word stands for; None when unknown."""
    word = (text or "").strip().lower()
    return next((carrier for carrier, known in words.CARRIERS.items() if word in known), None)


def carriers_of(texts: Iterable[str]) -> dict[str, str]:
    """The carrier of each word that stands for one."""
    return {text: carrier for text in texts if (carrier := carrier_of(text)) is not None}


def carrier_in_compound(joined: str) -> str | None:
    """The carrier that a compound word names (`fjärrvärmeförbrukning`)."""
    stems = {
        "district_heating": ("fjärrvärme", "fjernvarme", "kaukolämpö", "districtheat"),
        "district_cooling": ("fjärrkyla", "fjernkøling", "kaukojäähdytys", "districtcool"),
        "gas": ("naturgas", "maakaasu", "biogas"),
        "electricity": ("elförbruk", "elenergi", "elanvänd", "sähkönkulutus", "elforbrug", "strømforbruk", "electric"),
    }
    return next((carrier for carrier, known in stems.items() if any(stem in joined for stem in known)), None)


def is_estimated(text: str | None) -> bool:
    """Whether a quality word says that the value was estimated, calculated or is uncertain."""
    word = (text or "").strip().lower()
    return word.startswith(words.ESTIMATED_QUALITY) or word in words.ESTIMATED_CODES


def is_missing_word(text: str | None) -> bool:
    """Whether a quality word says that there is no value."""
    word = (text or "").strip().lower()
    return word.startswith(words.MISSING_QUALITY) or word == "a02"


def is_measured(text: str | None) -> bool:
    """Whether a quality word says that the value was measured."""
    word = (text or "").strip().lower()
    return word.startswith(words.MEASURED_QUALITY) or word in words.MEASURED_CODES


def is_quality_word(text: str | None) -> bool:
    """Whether a word says anything of quality; codes of one sign do not count, since they may say anything."""
    is_known = is_estimated(text) or is_missing_word(text) or is_measured(text)
    return is_known and len((text or "").strip()) > 1


def is_total(text: str) -> bool:
    """Whether the first cell of a row says that the row is a sum, a mean or an extreme and no value of its own."""
    tokens = tuple(token for token in _BREAKS.split(text.lower()) if token)
    if not tokens or len(tokens) > 4:
        return False
    if (
        any(
            token in words.TOTAL.words or any(stem in token for stem in ("total", *words.TOTAL.stems))
            for token in tokens
        )
        or "".join(tokens) in words.TOTAL.words
    ):
        return True
    first = tokens[0]
    kinds = (words.TOTAL, words.AVERAGE, words.EXTREME)
    return any(first in known.words or first.startswith(known.stems) for known in kinds)


def _spaced(header: str) -> str:
    """Words that are told apart by capitals only, told apart by blanks; units stay whole."""
    return _CAMEL.sub(" ", _UNIT_SPELLING.sub(lambda found: found.group(0).lower(), header))


def _role(tokens: tuple[str, ...]) -> str | None:
    if not tokens:
        return None
    other = words.ROLES["other"]
    if _has(other, tokens):
        return "other"
    is_named_id = any(token in ("id", "ident", "identifier", "identitet", "tunnus") for token in tokens)
    for role, known in words.ROLES.items():
        if role in ("other", "weak_id", "place") or (role == "meter_number" and is_named_id):
            continue
        if _has(known, tokens):
            return role
    for role, known in (("start", words.START), ("end", words.END)):
        if _has(known, tokens):
            return role
    if _has(words.TIME, tokens) or tokens[-1].endswith(words.TIME_ENDINGS):
        return "time"
    return next((role for role in ("weak_id", "place") if _has(words.ROLES[role], tokens)), None)


def _quantity(text: str, tokens: tuple[str, ...], unit: str | None) -> str | None:
    if _PRICE.search(text):
        return "price"
    if _PER_AREA.search(text):
        return "share"
    is_energy = unit in KWH_PER_UNIT
    by_name = next((quantity for quantity, known in _BEFORE_ENERGY if _has(known, tokens)), None)
    if by_name:
        return by_name
    by_unit = {"kvarh": "reactive", "°C": "temperature", "kW": "power", "MW": "power", "m³": "flow", "l": "flow"}.get(
        unit or ""
    )
    if by_unit:
        return by_unit
    if any(stem in "".join(tokens) for stem in words.PRICE.stems):
        return "price"
    if not is_energy:
        if _has(words.PRICE, tokens):
            return "price"
        if _has(words.COST, tokens):
            return "cost"
        by_word = next((quantity for quantity, known in _AFTER_UNIT if _has(known, tokens)), None)
        if by_word:
            return by_word
    by_word = next((quantity for quantity, known in _ENERGY_WORDS if _has(known, tokens)), None)
    return by_word or ("energy" if is_energy else None)


def _has(known: Words, tokens: tuple[str, ...]) -> bool:
    joined = "".join(tokens)
    return any(token in known.words for token in tokens) or any(stem.replace("_", "") in joined for stem in known.stems)
