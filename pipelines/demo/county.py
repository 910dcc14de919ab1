"""The made-up county: organisations, buildings and meters of Västerbotten, as facts without energy.

Municipalities, their codes and places are real; every building, area and meter is invented. Buildings come in a
fixed order that keeps the proportions of the municipalities, so a larger county is a smaller one with more added.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal

from pipelines.demo.climate import nearest_station
from pipelines.demo.names import building_name
from pipelines.demo.seeds import stream
from pipelines.demo.traits import TRAITS
from pipelines.domain.gsrn import check_digit

COUNTY_CODE = "24"
Resolution = Literal["hour", "day", "month"]

# Buildings per municipality in a county of 160. Dorotea and Sorsele stay under five: figures for so few buildings
# must be handled with care, and a demonstration has to show that.
BUILDING_WEIGHTS = {
    "2401": 9, "2403": 8, "2404": 9, "2409": 9, "2417": 8, "2418": 8, "2421": 10, "2422": 4, "2425": 4,
    "2460": 10, "2462": 10, "2463": 8, "2480": 29, "2481": 14, "2482": 20,
}  # fmt: skip
STATE_AGENCIES = {
    "umea-universitet": "Umeå universitet",
    "domstolsverket": "Domstolsverket",
    "polismyndigheten": "Polismyndigheten",
    "trafikverket": "Trafikverket",
    "skogsstyrelsen": "Skogsstyrelsen",
}
REGION = "region-24"
USUAL_USES = (
    "school", "preschool", "care_home", "office", "sports_hall", "preschool", "health_centre", "school", "library",
    "care_home", "preschool", "garage", "school", "swimming_hall", "preschool", "culture", "school", "care_home",
)  # fmt: skip
# What a municipality has beside its own usual buildings: (municipality, n-th building there) -> (owner, use).
SPECIAL_BUILDINGS = {
    ("2480", 2): (REGION, "hospital"), ("2480", 4): ("umea-universitet", "office"),
    ("2480", 6): ("domstolsverket", "court"), ("2480", 11): (REGION, "health_centre"),
    ("2480", 13): ("polismyndigheten", "police_station"), ("2480", 16): ("umea-universitet", "library"),
    ("2480", 19): (REGION, "office"), ("2480", 22): ("trafikverket", "office"),
    ("2482", 3): (REGION, "hospital"), ("2482", 7): ("domstolsverket", "court"),
    ("2482", 11): ("trafikverket", "garage"), ("2482", 14): ("polismyndigheten", "police_station"),
    ("2481", 3): (REGION, "hospital"), ("2481", 8): ("skogsstyrelsen", "office"),
    ("2481", 11): ("domstolsverket", "court"), ("2404", 8): ("skogsstyrelsen", "office"),
    ("2421", 8): ("polismyndigheten", "police_station"), ("2462", 8): ("skogsstyrelsen", "office"),
}  # fmt: skip
# Meters of the n-th building (n modulo 20): electricity resolution, then (carrier, role, resolution) of the others.
# Twenty buildings have forty meters: 8 hourly, 8 daily, 24 monthly; three buildings are heated by electricity.
METER_PATTERN: tuple[tuple[Resolution, tuple[tuple[str, str, Resolution], ...]], ...] = (
    ("hour", (("district_heating", "main", "month"), ("electricity", "production", "hour"))),
    ("day", (("district_heating", "main", "day"),)),
    ("month", (("district_heating", "main", "month"),)),
    ("hour", ()),
    ("month", (("district_heating", "main", "hour"),)),
    ("hour", (("district_heating", "main", "month"), ("electricity", "sub", "day"))),
    ("month", (("district_heating", "main", "month"),)),
    ("day", (("district_heating", "main", "day"),)),
    ("month", (("pellets", "main", "month"),)),
    ("hour", (("district_heating", "main", "month"),)),
    ("month", (("district_heating", "main", "month"),)),
    ("month", (("district_heating", "main", "month"),)),
    ("hour", (("district_heating", "main", "day"), ("electricity", "sub", "day"))),
    ("month", ()),
    ("month", (("district_heating", "main", "month"),)),
    ("day", (("district_heating", "main", "month"),)),
    ("month", (("district_heating", "main", "month"),)),
    ("month", (("gas", "main", "month"),)),
    ("hour", (("district_heating", "main", "month"),)),
    ("month", ()),
)
SOLD_BUILDING, CLOSED_BUILDING, NEW_BUILDING = 6, 16, 10
"""Order numbers of the buildings with a history: sold to the region, closed for good, built in 2022."""
SOLD_DAY, CLOSED_DAY, BUILT_DAY = date(2023, 7, 1), date(2024, 8, 1), date(2022, 8, 1)


@dataclass(frozen=True)
class Organisation:
    organisation_id: str
    name: str
    sector: Literal["state", "region", "municipality"]
    municipality_code: str


@dataclass(frozen=True)
class Span:
    """Who owns a building from `first` (None: always) to `end` (not included; None: still)."""

    organisation_id: str
    first: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Building:
    order: int  # from 0, in the county
    building_id: str
    property_id: str
    designation: str
    name: str
    use: str
    municipality_code: str
    area_m2: int
    built_year: int
    station_id: str
    owners: tuple[Span, ...]
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True)
class Meter:
    metering_point_id: str
    building: Building
    carrier: str
    role: Literal["main", "sub"]
    is_production: bool
    resolution: Resolution
    parent_id: str
    is_heated_by_electricity: bool
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def unit(self) -> str:
        """Unit of the values in the exports."""
        return "MWh" if self.carrier != "electricity" and self.resolution == "month" else "kWh"


@dataclass(frozen=True)
class County:
    organisations: tuple[Organisation, ...]
    buildings: tuple[Building, ...]
    meters: tuple[Meter, ...]


def build_county(seed: int, meter_count: int) -> County:
    """The county with exactly `meter_count` meters in about half as many buildings."""
    places = _municipalities()
    buildings: list[Building] = []
    meters: list[Meter] = []
    in_municipality: Counter[str] = Counter()
    of_use: Counter[str] = Counter()
    while len(meters) < meter_count:
        code = min(BUILDING_WEIGHTS, key=lambda c: ((in_municipality[c] + 0.5) / BUILDING_WEIGHTS[c], c))
        owner, use = _owner_and_use(code, in_municipality[code])
        building = _building(seed, len(buildings), places[code], in_municipality[code], owner, use, of_use[use])
        in_municipality[code] += 1
        of_use[use] += 1
        buildings.append(building)
        meters += _meters(building)
    return County(_organisations(places), tuple(buildings), tuple(meters[:meter_count]))


def metering_point_id(building_order: int, meter_number: int) -> str:
    """An 18-digit GSRN of a made-up grid company, with the GS1 check digit."""
    body = f"735999999{COUNTY_CODE}{building_order:04d}{meter_number:02d}"
    return f"{body}{check_digit(body)}"


def _owner_and_use(code: str, number: int) -> tuple[str, str]:
    special = SPECIAL_BUILDINGS.get((code, number))
    if special is not None:
        return special
    # Larger municipalities start elsewhere in the list, so that not every place begins with the same building.
    use = USUAL_USES[(number + int(code) % 3) % len(USUAL_USES)]
    return (REGION if use == "health_centre" else f"kommun-{code}"), use


def _building(
    seed: int, order: int, place: dict[str, str], number: int, owner: str, use: str, use_serial: int
) -> Building:
    code = place["code"]
    draw = stream(seed, "building", order)
    trait = TRAITS[use]
    built_year = int(draw.choice([1938, 1952, 1961, 1967, 1972, 1976, 1983, 1991, 2003, 2012])) + int(draw.integers(5))
    area_m2 = round(draw.uniform(*trait.area_m2) / 10) * 10
    identity = f"{code}-{number + 1:03d}"
    building = Building(
        order=order,
        building_id=f"b-{identity}",
        property_id=f"p-{identity}",
        designation=f"{place['name']} {draw.choice(['Hammaren', 'Björken', 'Lodet', 'Kvarnen'])} {number + 1}:"
        f"{int(draw.integers(1, 40))}",
        name=building_name(seed, use, use_serial, place["name"]),
        use=use,
        municipality_code=code,
        area_m2=area_m2,
        built_year=built_year,
        station_id=nearest_station(float(place["ref_lat"]), float(place["ref_lon"])).station_id,
        owners=(Span(owner),),
        valid_from=date(built_year, 8, 1),
    )
    if order == SOLD_BUILDING:
        return replace(building, owners=(Span(owner, None, SOLD_DAY), Span(REGION, SOLD_DAY)))
    if order == CLOSED_BUILDING:
        return replace(building, owners=(Span(owner, None, CLOSED_DAY),), valid_to=CLOSED_DAY)
    if order == NEW_BUILDING:
        return replace(building, built_year=2022, owners=(Span(owner, BUILT_DAY),), valid_from=BUILT_DAY)
    return building


def _meters(building: Building) -> list[Meter]:
    electricity, others = METER_PATTERN[building.order % len(METER_PATTERN)]
    first = building.valid_from if building.order == NEW_BUILDING else None
    heats = not any(role == "main" for _, role, _ in others)
    plan = (("electricity", "main", electricity), *others)
    parent = metering_point_id(building.order, 1)
    return [
        Meter(
            metering_point_id=metering_point_id(building.order, i),
            building=building,
            carrier=carrier,
            role="main" if role == "main" else "sub",
            is_production=role == "production",
            resolution=resolution,
            parent_id="" if role == "main" else parent,
            is_heated_by_electricity=heats and i == 1,
            valid_from=first,
            valid_to=building.valid_to,
        )
        for i, (carrier, role, resolution) in enumerate(plan, start=1)
    ]


def _organisations(places: dict[str, dict[str, str]]) -> tuple[Organisation, ...]:
    municipalities = [Organisation(f"kommun-{c}", p["name_full"], "municipality", c) for c, p in places.items()]
    region = Organisation(REGION, "Region Västerbotten", "region", "2480")
    state = [Organisation(key, name, "state", "2480") for key, name in STATE_AGENCIES.items()]
    return (*municipalities, region, *state)


@cache
def _municipalities() -> dict[str, dict[str, str]]:
    """The county's rows of the reference table by municipality code."""
    text = resources.files("pipelines").joinpath("reference/municipalities.csv").read_text("utf-8")
    return {row["code"]: row for row in csv.DictReader(text.splitlines()) if row["county_code"] == COUNTY_CODE}
