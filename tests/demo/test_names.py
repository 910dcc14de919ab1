from __future__ import annotations

from pipelines.demo.names import building_name


def test_a_name_follows_the_use_of_the_building() -> None:
    assert building_name(24, "school", 0, "Umeå").endswith("skolan")
    assert building_name(24, "preschool", 0, "Umeå").endswith("s förskola")
    assert building_name(24, "court", 0, "Umeå") == "Umeå rättscentrum"


def test_no_two_of_a_thousand_schools_have_the_same_name() -> None:
    names = {building_name(24, "school", serial, "Umeå") for serial in range(1000)}
    assert len(names) == 1000
