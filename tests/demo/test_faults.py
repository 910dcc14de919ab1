from __future__ import annotations

from datetime import date

import numpy as np

from pipelines.demo.county import build_county
from pipelines.demo.faults import FAULTS_BY_CLASS, make_series
from pipelines.demo.world import make_world

WORLD = make_world(24, 24, date(2025, 6, 30))
HOURLY = next(m for m in WORLD.county.meters if m.resolution == "hour" and not m.is_production)


def series_with(kind: str):  # type: ignore[no-untyped-def]
    hours = np.ones(WORLD.axis.hour_count)
    place = FAULTS_BY_CLASS["eon"].index(kind)
    return make_series(24, WORLD.axis, HOURLY, hours, "eon", place, "kommun-2480")


def test_a_gap_has_no_values_and_is_recorded_by_its_days() -> None:
    series = series_with("gap")
    fault = series.faults[0]
    where = WORLD.axis.hours("local", fault.first, fault.end)
    assert np.isnan(series.values[where]).all()
    assert np.isnan(series.values).sum() == where.stop - where.start
    assert 3 <= (fault.end - fault.first).days < 24


def test_estimated_values_are_marked_and_close_to_what_they_stand_for() -> None:
    series = series_with("estimated")
    where = WORLD.axis.hours("local", series.faults[0].first, series.faults[0].end)
    assert series.estimated[where].all()
    assert series.estimated.sum() == where.stop - where.start
    assert 0.9 <= series.values[where][0] <= 1.1


def test_a_meter_change_leaves_five_hours_out() -> None:
    assert np.isnan(series_with("meter_change").values).sum() == 5


def test_the_default_county_has_faults_of_every_kind() -> None:
    world = make_world(24, len(build_county(24, 320).meters), date(2026, 11, 21))
    kinds = {f.kind for m in world.county.meters for f in world.series(m).faults}
    assert kinds == {"gap", "meter_change", "corrected_month", "estimated", "late_file", "sent_twice"}
