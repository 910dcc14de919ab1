from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from pipelines.demo.county import build_county
from pipelines.demo.effects import plan_measures
from pipelines.demo.world import World


def test_the_default_county_has_the_promised_measures() -> None:
    county = build_county(24, 320)
    measures = plan_measures(24, county.meters, date(2026, 11, 21))
    assert 85 <= len(measures) <= 105
    assert sum(m.meter.resolution != "month" for m in measures) >= 20
    assert sum(m.effect_share == 0 for m in measures) in (9, 10)
    assert sum(m.effect_share < 0 for m in measures) in (2, 3)
    assert all(m.effect_share <= 0 or 0.03 <= m.effect_share <= 0.30 for m in measures)
    assert {m.started.year for m in measures} <= {2022, 2023, 2024, 2025}
    assert max(Counter(m.meter.building.building_id for m in measures).values()) == 1
    assert len({m.kind for m in measures}) >= 6


def test_the_truth_is_what_was_taken_from_the_energy(small_kit: Path, small_world: World) -> None:
    truth = json.loads((small_kit / "truth.json").read_text("utf-8"))
    assert truth["seed"] == 24
    assert truth["until"] == "2022-10-15"
    by_id = {m.measure_id: m for m in small_world.measures}
    assert truth["measures"], "the small world must have a measure to compare"
    for told in truth["measures"]:
        measure = by_id[told["measure_id"]]
        day = date.fromisoformat(told["from"])
        without = small_world.loads.energy_kwh(measure.meter)
        start = small_world.axis.position("local", day)
        if measure.meter.resolution == "hour":
            with_measure = small_world.series(measure.meter).values
            share = 1 - np.nansum(with_measure[start:]) / np.nansum(without[start:][~np.isnan(with_measure[start:])])
            assert share == pytest.approx(told["effect_share"], abs=1e-4)
            assert np.nansum(with_measure[:start]) == pytest.approx(np.nansum(without[:start]), rel=1e-4)
        days = (small_world.axis.until - day + timedelta(days=1)).days
        expected = told["effect_share"] * without[start:].sum() / days * 365.25
        assert told["effect_kwh_year"] == pytest.approx(expected, rel=2e-3)  # the last day ends in normal time
