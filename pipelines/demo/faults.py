"""A meter's series as its grid company has it, with the faults that real deliveries have, each one recorded.

Gaps, estimated values, meter changes, months that were wrong and corrected later, files that came late or twice.
Which meters have which fault follows their order, so that the record can be compared between worlds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from pipelines.demo.axis import FIRST_DAY, FloatArray, HourAxis, day_after, month_start
from pipelines.demo.county import Meter
from pipelines.demo.deliveries import time_basis
from pipelines.demo.seeds import stream

# The n-th meter of a class (modulo the length of the row) gets the fault of that place.
FAULTS_BY_CLASS: dict[str, tuple[str, ...]] = {
    "eon": ("gap", "meter_change", "corrected_month", "estimated", "late_file", "sent_twice", "", "", ""),
    "ellevio": ("gap", "", "", "gap", "", "", "", ""),
    "heat_hour": ("", "gap", "", "", ""),
    "day": ("gap", "", "", "", "gap", "", ""),
    "heat": ("estimated", "", "", "gap", "", "corrected_month", "", "", "", "", ""),
    "utilts_month": ("meter_change", "", "", "", "", "corrected_month", "", "", "", "gap", "", "", "", ""),
    "none": ("",),
    "none_ediel": ("",),
}
WRONG_FACTOR = 1.35
"""What a month's first, wrong values were multiplied by."""


@dataclass(frozen=True)
class Fault:
    kind: str
    organisation_id: str
    metering_point_id: str
    first: date
    end: date
    note: str

    def as_json(self) -> dict[str, str]:
        return {
            "kind": self.kind,
            "organisation_id": self.organisation_id,
            "metering_point_id": self.metering_point_id,
            "from": self.first.isoformat(),
            "to": self.end.isoformat(),
            "note": self.note,
        }


@dataclass
class Series:
    """What is known of one meter in its own resolution: hours of the axis, local days, or whole months."""

    meter: Meter
    values: FloatArray  # kWh, NaN where nothing was registered
    estimated: npt.NDArray[np.bool_]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, kind: str) -> Fault | None:
        return next((f for f in self.faults if f.kind == kind), None)


def make_series(
    seed: int, axis: HourAxis, meter: Meter, hours_kwh: FloatArray, fault_class: str, place: int, organisation_id: str
) -> Series:
    """Sum the hours to the meter's resolution, round as the export does, and put in the fault of its place."""
    values = _in_resolution(axis, meter, hours_kwh, fault_class)
    series = Series(meter, values, np.zeros(len(values), dtype=bool))
    row = FAULTS_BY_CLASS[fault_class]
    kind = row[place % len(row)]
    if kind:
        _add_fault(seed, axis, series, kind, fault_class, organisation_id)
    return series


def local_time_faults(organisation_id: str) -> list[dict[str, str]]:
    """The record of files whose hours follow the wall clock; empty for an organisation that has normal time."""
    if time_basis(organisation_id) != "local":
        return []
    note = "hour files in local time: 23 rows on the last Sunday of March, 25 on that of October"
    return [Fault("local_time", organisation_id, "", FIRST_DAY, date.max, note).as_json() | {"to": ""}]


def span(axis: HourAxis, series: Series, basis_is_local: bool, first: date, end: date) -> slice:
    """Where the days from `first` to `end` (not included) lie in the series' values."""
    if series.meter.resolution == "hour":
        return axis.hours("local" if basis_is_local else "normal_time", first, end)
    if series.meter.resolution == "day":
        return slice((first - FIRST_DAY).days, (end - FIRST_DAY).days)
    return slice(_month_index(first), _month_index(end))


def _in_resolution(axis: HourAxis, meter: Meter, hours_kwh: FloatArray, fault_class: str) -> FloatArray:
    if meter.resolution == "hour":
        return np.round(hours_kwh, 3) + 0.0
    if meter.resolution == "day":
        return np.round(axis.day_sums(hours_kwh), 2)
    if fault_class in ("utilts_month", "none_ediel"):
        # Registers stand in whole kWh, and Ediel months follow normal time.
        return np.round(axis.month_sums(hours_kwh, "normal_time"))
    return np.round(axis.month_sums(hours_kwh, "local"))


def _add_fault(seed: int, axis: HourAxis, series: Series, kind: str, fault_class: str, organisation_id: str) -> None:
    meter = series.meter
    draw = stream(seed, "fault", meter.metering_point_id)
    first = FIRST_DAY + timedelta(days=int(draw.integers(60, 1500)))
    length = int(draw.integers(3, 24))
    if meter.resolution == "month" or kind == "corrected_month":
        first = month_start(first)
        end = month_start(first, 2 if kind == "estimated" else 1)
    elif kind in ("late_file", "sent_twice"):
        first = date(max(first.year, FIRST_DAY.year + 1), 1, 1)
        end = date(first.year + 1, 1, 1)
    else:
        end = first + timedelta(days=1 if kind == "meter_change" else length)
    is_told_later = kind in ("late_file", "sent_twice", "corrected_month")
    latest = date(end.year + 1, 7, 1) if is_told_later else end
    alive_to = meter.valid_to or day_after(axis.until)
    if latest > min(alive_to, day_after(axis.until)) or (meter.valid_from and meter.valid_from > first):
        return
    where = span(axis, series, True, first, end)
    note = _change_values(draw, series, kind, where)
    if note:
        series.faults.append(Fault(kind, organisation_id, meter.metering_point_id, first, end, note))


def _change_values(draw: np.random.Generator, series: Series, kind: str, where: slice) -> str:
    """Change the values where the fault does; the sentence says what happened."""
    values = series.values
    if kind == "gap":
        values[where] = np.nan
        return "no values were registered"
    if kind == "estimated":
        decimals = 0 if series.meter.resolution == "month" else 3
        values[where] = np.round(np.nanmean(values[where]) * draw.uniform(0.9, 1.1), decimals)
        series.estimated[where] = True
        return "values were calculated by the grid company and marked so"
    if kind == "meter_change":
        if series.meter.resolution == "hour":
            values[where.start + 8 : where.start + 13] = np.nan
        return "the meter was changed; the metering point keeps its id"
    notes = {
        "late_file": "the year's file came in June of the following year",
        "sent_twice": "the year's file was sent again nine days later, unchanged",
        "corrected_month": f"first sent {WRONG_FACTOR} times too high, sent again in February with the right values",
    }
    return notes[kind]


def _month_index(day: date) -> int:
    return (day.year - FIRST_DAY.year) * 12 + day.month - FIRST_DAY.month
