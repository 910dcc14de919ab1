"""A county with its energy: every meter's series as it was registered, and what is true about it.

Does not belong here: files (kit.py and the exporters).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pipelines.demo.axis import HourAxis
from pipelines.demo.climate import Climate
from pipelines.demo.county import (
    BUILT_DAY,
    CLOSED_BUILDING,
    CLOSED_DAY,
    NEW_BUILDING,
    SOLD_BUILDING,
    SOLD_DAY,
    County,
    Meter,
    build_county,
)
from pipelines.demo.deliveries import is_eon, utilts_hours_from
from pipelines.demo.effects import Measure, effect_kwh_year, plan_closures, plan_measures, with_measure
from pipelines.demo.faults import Series, make_series
from pipelines.demo.loads import Closure, LoadModel


@dataclass
class World:
    """A county with its energy; `make_world` builds it, without anything being written."""

    seed: int
    axis: HourAxis
    county: County
    measures: tuple[Measure, ...]
    closures: tuple[Closure, ...]
    climate: Climate
    loads: LoadModel
    effects: list[dict[str, Any]] = field(default_factory=list)
    _series: dict[str, Series] = field(default_factory=dict)
    _places: dict[str, tuple[str, int]] = field(default_factory=dict)

    def series(self, meter: Meter) -> Series:
        """The meter's series with measure and faults; not kept, except where two organisations send it."""
        identity = meter.metering_point_id
        if identity in self._series:
            return self._series[identity]
        fault_class, place = self._places[identity]
        organisation_id = meter.building.owners[0].organisation_id
        measure = next((m for m in self.measures if m.meter == meter), None)
        without = self.loads.energy_kwh(meter)
        hours = with_measure(self.axis, measure, without)
        if measure is not None:
            kwh_year = effect_kwh_year(self.axis, measure, without, hours)
            self.effects.append(_effect(measure, kwh_year))
        series = make_series(self.seed, self.axis, meter, hours, fault_class, place, organisation_id)
        if len(meter.building.owners) > 1:
            self._series[identity] = series
        return series


def make_world(seed: int, meters: int, until: date) -> World:
    """The county of `seed` with `meters` meters up to and including `until`."""
    county = build_county(seed, meters)
    axis = HourAxis(until)
    closures = plan_closures(county.buildings, until)
    climate = Climate(seed, axis)
    world = World(
        seed=seed,
        axis=axis,
        county=county,
        measures=plan_measures(seed, county.meters, until),
        closures=closures,
        climate=climate,
        loads=LoadModel(seed, axis, climate, closures),
    )
    counts: Counter[str] = Counter()
    for meter in county.meters:
        fault_class = _fault_class(meter, until)
        world._places[meter.metering_point_id] = (fault_class, counts[fault_class])
        counts[fault_class] += 1
    return world


def events(world: World) -> list[dict[str, str]]:
    """What happened to buildings beside measures, as far as the world reaches."""
    found = [
        {"kind": "closed", "building_id": c.building_id, "from": str(c.first), "to": str(c.end)} for c in world.closures
    ]
    kinds = {SOLD_BUILDING: ("sold", SOLD_DAY), CLOSED_BUILDING: ("closed_for_good", CLOSED_DAY)}
    kinds[NEW_BUILDING] = ("built", BUILT_DAY)
    for building in world.county.buildings:
        kind, day = kinds.get(building.order, ("", date.max))
        if day <= world.axis.until:
            found.append({"kind": kind, "building_id": building.building_id, "from": str(day), "to": ""})
    return found


def _fault_class(meter: Meter, until: date) -> str:
    """Which row of faults a meter takes part in; buildings with a history have enough as it is."""
    owner = meter.building.owners[0].organisation_id
    if meter.building.order in (SOLD_BUILDING, CLOSED_BUILDING, NEW_BUILDING) or meter.is_production:
        return "none_ediel" if meter.carrier == "electricity" and meter.resolution == "month" else "none"
    if utilts_hours_from(meter, owner, until) is not None:
        return "none"
    if meter.resolution == "hour":
        if meter.carrier != "electricity":
            return "heat_hour"
        return "eon" if is_eon(meter, owner) else "ellevio"
    if meter.resolution == "day":
        return "day"
    return "utilts_month" if meter.carrier == "electricity" else "heat"


def _effect(measure: Measure, kwh_year: float) -> dict[str, Any]:
    return {
        "measure_id": measure.measure_id,
        "building_id": measure.meter.building.building_id,
        "metering_point_id": measure.meter.metering_point_id,
        "from": measure.effective.isoformat(),
        "effect_share": measure.effect_share,
        "effect_kwh_year": round(kwh_year, 1) + 0.0,
    }
