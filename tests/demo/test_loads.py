from __future__ import annotations

from datetime import date

import numpy as np

from pipelines.demo.world import make_world


def test_energy_per_square_metre_is_plausible() -> None:
    world = make_world(24, 120, date(2021, 12, 31))
    for meter in world.county.meters:
        if meter.role == "main" and meter.valid_from is None:
            values = world.loads.energy_kwh(meter)
            kwh_m2 = np.nansum(values) / meter.building.area_m2
            low, high = (20, 125) if meter.carrier == "electricity" else (50, 190)
            assert low < kwh_m2 < high, (meter.metering_point_id, meter.building.use, kwh_m2)
            assert values.min() >= 0


def test_a_school_uses_less_at_night_and_in_the_summer_break() -> None:
    world = make_world(24, 48, date(2021, 12, 31))
    people = world.loads.occupancy("school")
    local = world.axis.local
    assert people[local == np.datetime64("2021-02-03T10", "h")] == 1.0
    assert people[local == np.datetime64("2021-02-03T02", "h")] == 0.0
    assert people[local == np.datetime64("2021-07-07T10", "h")] < 0.2
    assert people[local == np.datetime64("2021-05-13T10", "h")] < 0.1  # Ascension Day


def test_a_longer_world_has_the_same_past() -> None:
    short, longer = make_world(24, 12, date(2021, 12, 31)), make_world(24, 12, date(2022, 6, 30))
    meter = short.county.meters[1]
    first = short.loads.energy_kwh(meter)
    assert np.allclose(longer.loads.energy_kwh(meter)[: len(first)], first, rtol=1e-12)
