"""The design of the hourly baseline: what a day is like, in columns that all 24 clock hours of it share.

Shapes: M meters, D days, P columns. Does not belong here: fitting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.domain.hour_panel import HourPanel
from pipelines.domain.least_squares import Bools, Floats
from pipelines.domain.meter_panel import smoothed_temperature

DAY_KINDS = ("workday", "saturday", "sunday", "closed")
LEAST_CLOSED_DAYS = 5  # fewer closed days in the baseline say nothing: they count as sundays
HEATING_KNOTS_C = (5.0, 11.0, 17.0)
COOLING_KNOT_C = 18.0
HINGE_UNIT_K = 10.0
SEASON_BUMPS = 13
LEVEL_STEP_DAYS = 28
DAYS_PER_YEAR = 365.25

EVERY_DAY_SHRINKAGE = 0.001  # so little that it only settles what the day kinds leave open
KIND_SHRINKAGE = 0.3
TEMPERATURE_SHRINKAGE = 1.0
OFF_DAY_TEMPERATURE_SHRINKAGE = 2.0
CALENDAR_SHRINKAGE = 3.0
LEVEL_SHRINKAGE = 150.0


@dataclass(frozen=True)
class HourDesign:
    """Columns for each meter and day, and how strongly each is shrunk towards 0 (in days of evidence)."""

    columns: Floats  # [M, D, P]; 0 on days without temperature
    shrinkage: Floats  # [P]; nan in the season's columns, whose shrinkage is chosen per meter
    closed_known: Bools  # [M] enough closed days for a kind of their own
    places: dict[str, slice]  # the columns by name

    def with_season(self, season_shrinkage: float) -> Floats:
        """Shrinkage [P] with the season's columns filled in."""
        return np.where(np.isnan(self.shrinkage), season_shrinkage, self.shrinkage)


def hour_design(panel: HourPanel) -> HourDesign:
    """The design of every day of the panel; what the levels step from is the last day used in each baseline.

    Columns: every day (1); day kind (4); weekday of a workday (5); a holiday that is no Sunday (1); 22 December–3
    January on workdays and on days off (2); heating hinges max(0, knot − T)/10 K (3), the same on days off (3); cooling
    (1); season bumps (13); level steps (one for each 28 days of baseline). T is the day's mean temperature, half of it
    remembered from the day before [°C].
    """
    used = panel.whole_days() & panel.is_baseline
    closed_known = (panel.is_closed & used).sum(axis=1) >= LEAST_CLOSED_DAYS
    kind = np.where(panel.is_closed, np.where(closed_known[:, None], 3, 2), panel.day_type)
    workday = kind == 0
    temperature_c = smoothed_temperature(panel.temperature_c)
    heating = np.maximum(0.0, np.array(HEATING_KNOTS_C) - temperature_c[..., None]) / HINGE_UNIT_K
    cooling = np.maximum(0.0, temperature_c[..., None] - COOLING_KNOT_C) / HINGE_UNIT_K
    parts: dict[str, tuple[Floats, float]] = {
        "every_day": (np.ones((*kind.shape, 1)), EVERY_DAY_SHRINKAGE),
        "kind": (_one_of(kind, len(DAY_KINDS)), KIND_SHRINKAGE),
        "weekday": (_weekday(panel, workday), CALENDAR_SHRINKAGE),
        "holiday": (_holiday(panel, workday), CALENDAR_SHRINKAGE),
        "heating": (heating, TEMPERATURE_SHRINKAGE),
        "cooling": (cooling, TEMPERATURE_SHRINKAGE),
        "off_day_heating": (heating * ~workday[..., None], OFF_DAY_TEMPERATURE_SHRINKAGE),
        "season": (_season(panel.days()), np.nan),
        "level": (_level_steps(used), LEVEL_SHRINKAGE),
    }
    columns = np.concatenate([part for part, _ in parts.values()], axis=2)
    columns[np.isnan(temperature_c)] = 0.0
    ends = np.cumsum([part.shape[2] for part, _ in parts.values()])
    return HourDesign(
        columns=columns,
        shrinkage=np.concatenate([np.full(part.shape[2], shrinkage) for part, shrinkage in parts.values()]),
        closed_known=closed_known,
        places={
            name: slice(int(end) - part.shape[2], int(end))
            for (name, (part, _)), end in zip(parts.items(), ends, strict=True)
        },
    )


def _one_of(code: NDArray[Any], count: int) -> Floats:
    return np.asarray(code[..., None] == np.arange(count), dtype=np.float64)


def _weekday_number(days: NDArray[Any]) -> NDArray[np.int64]:
    return (days.astype("datetime64[D]").astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday; Monday is 0


def _weekday(panel: HourPanel, workday: Bools) -> Floats:
    """Monday … Friday, on workdays only. [M, D, 5]"""
    return _one_of(np.where(workday, _weekday_number(panel.days()), -1), 5)


def _holiday(panel: HourPanel, workday: Bools) -> Floats:
    """A holiday that is no Sunday, Christmas on workdays, Christmas on days off. [M, D, 3]"""
    days = panel.days()
    month = days.astype("datetime64[M]").astype(np.int64) % 12
    day_of_month = (days - days.astype("datetime64[M]")).astype(np.int64) + 1
    christmas = ((month == 11) & (day_of_month >= 22)) | ((month == 0) & (day_of_month <= 3))
    holiday = (panel.day_type == 2) & (_weekday_number(days) != 6) & ~panel.is_closed
    return np.stack([holiday, christmas & workday, christmas & ~workday], axis=2).astype(np.float64)


def _season(days: NDArray[Any]) -> Floats:
    """Triangular bumps a thirteenth of a year apart, round the year; they sum to 1 each day. [M, D, 13]"""
    day_of_year = (days - days.astype("datetime64[Y]")).astype(np.int64)
    phase = day_of_year / DAYS_PER_YEAR * SEASON_BUMPS
    distance = (phase[..., None] - np.arange(SEASON_BUMPS) + SEASON_BUMPS / 2) % SEASON_BUMPS - SEASON_BUMPS / 2
    return np.asarray(np.maximum(0.0, 1.0 - np.abs(distance)), dtype=np.float64)


def _level_steps(used: Bools) -> Floats:
    """1 before each step back from the baseline's last used day, 0 after it: [M, D, S].

    Shrunk steps are a random walk of the level, so that the last weeks decide what comes next, as far as they differ.
    """
    day_count = used.shape[1]
    last = day_count - 1 - np.argmax(used[:, ::-1], axis=1)
    first = np.argmax(used, axis=1)
    count = int(((last - first) // LEVEL_STEP_DAYS).max())
    step = last[:, None] + 1 - LEVEL_STEP_DAYS * np.arange(1, count + 1)
    return np.asarray(np.arange(day_count)[:, None] < step[:, None, :], dtype=np.float64)
