"""Invented building names that sound like Swedish public buildings.

Does not belong here: which buildings there are (county.py).
"""

from __future__ import annotations

from functools import cache

from pipelines.demo.seeds import stream

STEMS = (
    "Hammar", "Björk", "Tall", "Gran", "Älv", "Fors", "Strand", "Berg", "Lid", "Ängs", "Lund", "Tjärn", "Sjö", "Mo",
    "Norrback", "Väster", "Öster", "Brunns", "Kvarn", "Smed", "Kyrk", "Skogs", "Ren", "Lav", "Fjäll", "Älg", "Lo",
    "Orr", "Tjäder", "Ripa", "Hjortron", "Lingon", "Blåbär", "Mård", "Utter", "Lax", "Harr", "Röding", "Is", "Vinter",
    "Sol", "Midnatts", "Måne", "Stjärn", "Norrsken", "Timmer", "Flott", "Sågverks", "Bruks", "Silver", "Koppar",
    "Guld", "Malm", "Järn", "Ros", "Sten", "Klipp", "Ås", "Dal", "Höjd",
)  # fmt: skip
DEFINITE_STEMS = (
    "Björken", "Tallen", "Granen", "Rönnen", "Aspen", "Sälgen", "Enen", "Lärken", "Tranan", "Ugglan", "Ekorren",
    "Haren", "Igelkotten", "Myran", "Humlan", "Fjärilen", "Nyckelpigan", "Hjortronet", "Lingonet", "Blåbäret",
    "Åkerbäret", "Smultronet", "Norrskenet", "Stjärnan", "Månen", "Solstrålen", "Snöflingan", "Regnbågen", "Kotten",
    "Bäcken", "Forsen", "Älven", "Ängen", "Gläntan", "Kojan", "Skogen", "Renen", "Vargen", "Uttern", "Laxen",
)  # fmt: skip
SIDES = ("", "Norra ", "Södra ", "Östra ", "Västra ", "Övre ", "Nedre ", "Gamla ", "Nya ", "Lilla ")
ENDINGS = {
    "school": "{stem}skolan",
    "preschool": "{definite}s förskola",
    "care_home": "{stem}gården, vård- och omsorgsboende",
    "office": "{stem}huset, kontor",
    "sports_hall": "{stem}hallen",
    "hospital": "{stem}höjdens sjukhus",
    "health_centre": "{stem}backens hälsocentral",
    "court": "{place} rättscentrum",
    "library": "{stem}backens bibliotek",
    "culture": "Kulturhuset {definite}",
    "garage": "{stem}vägens garage och förråd",
    "police_station": "{stem}vallens polishus",
    "swimming_hall": "{stem}badet",
}
"""Name pattern of each use of a building."""


@cache
def _pool(seed: int, use: str) -> list[tuple[str, str, str]]:
    """(side, stem, definite stem) in the order in which buildings of that use get them: plain names first."""
    order = stream(seed, "names", use).permutation(len(STEMS)).tolist()
    definite = stream(seed, "names", use, "definite").permutation(len(DEFINITE_STEMS)).tolist()
    is_definite = "{definite}" in ENDINGS[use]
    count = len(DEFINITE_STEMS) if is_definite else len(STEMS)
    return [
        (side, STEMS[order[i % len(STEMS)]], DEFINITE_STEMS[definite[i % len(DEFINITE_STEMS)]])
        for side in SIDES
        for i in range(count)
    ]


def building_name(seed: int, use: str, serial: int, place: str) -> str:
    """Name of the `serial`-th building (from 0) of a use in the county; unique for hundreds of buildings of a use."""
    if "{place}" in ENDINGS[use]:
        return ENDINGS[use].format(place=place)
    pool = _pool(seed, use)
    side, stem, definite = pool[serial % len(pool)]
    name = side + ENDINGS[use].format(stem=stem, definite=definite)
    return name if serial < len(pool) else f"{name} {serial // len(pool) + 1}"
