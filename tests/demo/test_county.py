from __future__ import annotations

from collections import Counter

from pipelines.demo.county import build_county, metering_point_id


def test_a_check_digit_follows_the_gs1_rule() -> None:
    # 73599999924000001: from the right 1·3+0+0+0+0+0+4·3(place 6)… worked out by hand:
    # digits right to left 1 0 0 0 0 0 4 2 9 9 9 9 9 9 5 3 7 with weights 3 1 3 1 …:
    # 3 + 0+0+0+0+0 + 12 + 2 + 27+9+27+9+27+9 + 15 + 3 + 21 = 164, so the digit is 6.
    assert metering_point_id(0, 1) == "735999999240000016"


def test_the_default_county_has_the_promised_buildings() -> None:
    county = build_county(24, 320)
    by_municipality = Counter(b.municipality_code for b in county.buildings)
    assert len(county.buildings) == 160
    assert len(by_municipality) == 15
    assert sum(n >= 8 for n in by_municipality.values()) >= 10
    assert {code for code, n in by_municipality.items() if n < 5} == {"2422", "2425"}
    uses = {b.use for b in county.buildings}
    assert {"school", "preschool", "care_home", "office", "sports_hall", "hospital", "court"} <= uses


def test_the_default_county_has_the_promised_meters() -> None:
    county = build_county(24, 320)
    resolutions = Counter(m.resolution for m in county.meters)
    carriers = Counter(m.carrier for m in county.meters if m.role == "main")
    assert len(county.meters) == 320
    assert resolutions["hour"] >= 50
    assert 55 <= resolutions["day"] <= 70
    assert carriers["electricity"] == 160  # every building
    assert carriers["district_heating"] == 120
    assert carriers["pellets"] == carriers["gas"] == 8
    assert sum(m.is_production for m in county.meters) == 8
    assert len({m.metering_point_id for m in county.meters}) == 320


def test_organisations_are_the_municipalities_the_region_and_five_agencies() -> None:
    organisations = build_county(24, 320).organisations
    assert Counter(o.sector for o in organisations) == {"municipality": 15, "region": 1, "state": 5}
    assert next(o.name for o in organisations if o.organisation_id == "kommun-2480") == "Umeå kommun"


def test_every_size_has_exactly_the_meters_asked_for() -> None:
    for count in (12, 13, 101, 2000):
        assert len(build_county(24, count).meters) == count


def test_a_larger_county_is_the_smaller_one_with_more_added() -> None:
    small, large = build_county(24, 100), build_county(24, 400)
    assert large.buildings[: len(small.buildings)] == small.buildings
    assert large.meters[:100] == small.meters


def test_building_names_are_unique_in_the_largest_county() -> None:
    names = [b.name for b in build_county(24, 2000).buildings]
    assert len(set(names)) == len(names)
