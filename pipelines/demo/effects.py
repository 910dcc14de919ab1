"""What was done to the buildings: energy measures with an effect that is known, and closures.

A measure takes a fixed share of its meter's energy from a day on. Three kinds of outcome are included on purpose:
effects, no effect at all, and one measure that made things worse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.demo.axis import FloatArray, HourAxis
from pipelines.demo.county import CLOSED_BUILDING, NEW_BUILDING, SOLD_BUILDING, Building, Meter
from pipelines.demo.loads import Closure, LoadModel
from pipelines.demo.seeds import stream
from pipelines.demo.traits import TRAITS

# Smallest and largest share saved, and price in SEK per promised kWh and year.
ELECTRICITY_KINDS = {"led_lighting": (0.06, 0.20, 4.5), "ventilation_control": (0.06, 0.22, 2.5)}
HEAT_KINDS = {
    "night_setback": (0.03, 0.09, 0.6),
    "heating_balancing": (0.03, 0.09, 0.9),
    "window_replacement": (0.05, 0.12, 14.0),
    "roof_insulation": (0.05, 0.14, 9.0),
    "ventilation_control": (0.08, 0.20, 2.0),
    "heat_recovery": (0.12, 0.30, 6.0),
}
ELECTRIC_HEAT_KINDS = {"heat_pump": (0.20, 0.30, 7.0), "roof_insulation": (0.05, 0.14, 9.0)}
FINE_EVERY, MONTH_EVERY = 2, 3
"""Every n-th meter with day or hour values, and every n-th with month values, has a measure."""
ZERO_EFFECT_EVERY, ZERO_EFFECT = 10, 3
NEGATIVE_EFFECT_EVERY, NEGATIVE_EFFECT = 40, 8
"""One measure in ten gave nothing, one in forty cost energy: the remainders of their order numbers."""
CLOSURE_ORDER = 27
"""Order number of the first building that stood empty for a time; then one in forty."""


@dataclass(frozen=True)
class Measure:
    measure_id: str
    meter: Meter
    kind: str
    started: date  # work began
    effective: date  # done: the first day of the effect
    effect_share: float  # of what would have been used; negative where more is used
    expected_kwh_year: int  # as promised when it was decided
    cost_sek: int


def plan_measures(seed: int, meters: Sequence[Meter], until: date) -> tuple[Measure, ...]:
    """The county's measures that began to work at least 30 days before the end of `until`'s world."""
    main = [m for m in meters if _can_have_measure(m)]
    fine = [m for m in main if m.resolution != "month"][2::FINE_EVERY]
    monthly = [m for m in main if m.resolution == "month"][5::MONTH_EVERY]
    chosen: list[Meter] = []
    for meter in sorted([*fine, *monthly], key=lambda m: m.metering_point_id):
        if all(meter.building.order != other.building.order for other in chosen):
            chosen.append(meter)
    planned = [_measure(seed, number, meter) for number, meter in enumerate(chosen)]
    return tuple(m for m in planned if m.effective + timedelta(days=30) <= until)


def plan_closures(buildings: Sequence[Building], until: date) -> tuple[Closure, ...]:
    """Buildings that stood empty for a known time."""
    chosen = [b for b in buildings if b.order % 40 == CLOSURE_ORDER]
    first, end = date(2023, 5, 1), date(2023, 9, 1)
    return tuple(Closure(b.building_id, first, end) for b in chosen if end <= until)


def with_measure(axis: HourAxis, measure: Measure | None, energy_kwh: FloatArray) -> FloatArray:
    """The energy that is used when the measure works from its first day on, shape (hours,)."""
    if measure is None:
        return energy_kwh
    changed = energy_kwh.copy()
    changed[axis.position("local", measure.effective) :] *= 1 - measure.effect_share
    return changed


def effect_kwh_year(axis: HourAxis, measure: Measure, without_kwh: FloatArray, with_kwh: FloatArray) -> float:
    """Energy saved per year (365.25 days), the mean from the measure's first day to the end of the world."""
    rest = slice(axis.position("local", measure.effective), None)
    saved = float((without_kwh[rest] - with_kwh[rest]).sum())
    return saved / (len(without_kwh[rest]) / 24.0) * 365.25


def _can_have_measure(meter: Meter) -> bool:
    if meter.role != "main" or meter.building.order in (SOLD_BUILDING, CLOSED_BUILDING, NEW_BUILDING):
        return False
    is_emptied = meter.building.order % 40 == CLOSURE_ORDER
    is_fuel = meter.carrier not in ("electricity", "district_heating")
    return not (is_emptied or is_fuel or LoadModel.has_solar(meter.building))


def _measure(seed: int, number: int, meter: Meter) -> Measure:
    draw = stream(seed, "measure", meter.metering_point_id)
    kinds = HEAT_KINDS if meter.carrier == "district_heating" else ELECTRICITY_KINDS
    if meter.is_heated_by_electricity:
        kinds = ELECTRIC_HEAT_KINDS
    kind = list(kinds)[meter.building.order // 3 % len(kinds)]
    low, high, price_sek = kinds[kind]
    promised_share = draw.uniform(low, high)
    share = round(promised_share * draw.uniform(0.7, 1.15), 4)
    share = min(max(share, 0.03), 0.30)
    if number % ZERO_EFFECT_EVERY == ZERO_EFFECT:
        share = 0.0
    elif number % NEGATIVE_EFFECT_EVERY == NEGATIVE_EFFECT:
        share = -0.04
    day = date(2022, 1, 10) + timedelta(days=int(draw.integers(0, 1300)))
    trait = TRAITS[meter.building.use]
    low_kwh, high_kwh = trait.heat_kwh_m2 if meter.carrier == "district_heating" else trait.electricity_kwh_m2
    usual_kwh_year = (low_kwh + high_kwh) / 2 * meter.building.area_m2
    expected = max(round(promised_share * usual_kwh_year, -2), 100)
    return Measure(
        measure_id=f"m-{meter.building.building_id[2:]}",
        meter=meter,
        kind=kind,
        started=max(date(2022, 1, 3), day - timedelta(days=int(draw.integers(3, 40)))),
        effective=day,
        effect_share=share,
        expected_kwh_year=int(expected),
        cost_sek=int(round(expected * price_sek, -3)),
    )
