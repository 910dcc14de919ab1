"""What the daily model looks at: columns made from a meter's temperature and calendar, in families.

Each family has a prior spread: how large its coefficients are expected to be, as share of the meter's mean day (per
10 K for the families of temperature). A small spread holds a family near zero unless the days say otherwise. Meters
with the same weather, calendar and baseline have the same columns, which is what makes thousands of meters quick.

Does not belong here: energy. Formulas and the choice of families stand in docs/method.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.domain.least_squares import Bools, Floats

HINGE_UNIT_K = 10.0
TURN_POINTS_C = np.arange(-4.0, 24.0, 3.0)  # the temperature curve may bend at each of them
LAG_TURN_POINTS_C = np.array([5.0, 11.0, 17.0])
HEATING_LIMIT_C = 15.0  # below it a day needs heat, for the families that scale with heat
HALF_LIFE_DAYS = 0.5  # of the temperature that the curve is drawn against
LAG_HALF_LIVES_DAYS = {"lag_none": 0.0, "lag_days": 4.0, "lag_weeks": 15.0}
SEASON_BUMPS = 26  # fortnights
BUMP_WIDTH = 0.7  # of a fortnight
DRIFT_STEP_DAYS = 14
SPELL_DAYS = 14
SPELL_WIDTH_DAYS = 8.0
SUMMER_SOLSTICE_DAY = 172
DAYS_PER_YEAR = 365.25
SUN_AT_SOLSTICE_DEG = 23.44
WAKING_HOURS = 11.0  # 07 to 18, when premises are lit
CALIBRATED_LATITUDE_DEG = 52.0  # of the buildings that the spreads were found on
LEAST_LIGHT_SHARE = 0.25

FREE = 30.0  # prior spread of what is not held back

ELECTRICITY_PRIOR: Mapping[str, float] = {
    "level": FREE,
    "off_day": 3.0,
    "weekday": 0.3,
    "holiday": 0.05,
    "christmas": 0.5,
    "christmas_fringe": 0.2,
    "bridge_day": 0.03,
    "closed": 3.0,
    "closed_heat": 0.2,
    "temperature": 0.25,
    "turn": 0.28,
    "off_day_turn": 0.1,
    "weekday_heat": 0.1,
    "christmas_heat": 0.1,
    "lag_none": 0.12,
    "lag_days": 0.08,
    "lag_weeks": 0.037,
    "light": 0.06,
    "season": 0.03,
    "season_workday": 0.03,
    "drift": 0.023,
    "drift_heat": 0.014,
    "spell": 0.035,
}
"""Prior spreads at CALIBRATED_LATITUDE_DEG, found by predicting the next year of measured buildings: docs/method.md."""

HEAT_PRIOR: Mapping[str, float] = {
    **ELECTRICITY_PRIOR,
    "off_day_turn": 0.15,
    "weekday_heat": 0.25,
    "lag_none": 0.25,
    "lag_weeks": 0.02,
    "light": 0.12,
    "drift": 0.008,
    "spell": 0.05,
}
"""Heat and gas: weather and weekday say more, more of the season follows the sun, less of it is drift."""


def dark_waking_hours(latitude_deg: float) -> float:
    """Hours between 07 and 18 without daylight at the winter solstice, by the sunrise equation."""
    cosine = np.tan(np.radians(latitude_deg)) * np.tan(np.radians(SUN_AT_SOLSTICE_DEG))
    daylight_hours = 24 / np.pi * np.arccos(np.clip(cosine, -1.0, 1.0))
    return float(max(WAKING_HOURS - daylight_hours, 0.0))


def electricity_prior(latitude_deg: float) -> Mapping[str, float]:
    """Prior spreads for electricity: the darker the winter, the more of the season may be lighting.

    Without this the dark months of a Nordic building are taken for a level that rose towards the end of the year, and a
    saving is claimed that nobody made.
    """
    share = max(dark_waking_hours(latitude_deg) / dark_waking_hours(CALIBRATED_LATITUDE_DEG), LEAST_LIGHT_SHARE)
    return {**ELECTRICITY_PRIOR, "light": ELECTRICITY_PRIOR["light"] * share}


@dataclass(frozen=True)
class DayDesign:
    """Columns [D, P], the family of each column, and the days that the model is fitted on (`baseline` [D])."""

    columns: Floats
    family: tuple[str, ...]
    baseline: Bools
    workday: Bools

    def prior_variance(self, prior: Mapping[str, float]) -> Floats:
        """The square of the prior spread of each column, shape [P]."""
        return np.array([prior[name] for name in self.family]) ** 2

    def rows(self, positions: NDArray[Any]) -> DayDesign:
        """The design of some of its days."""
        return DayDesign(self.columns[positions], self.family, self.baseline[positions], self.workday[positions])

    def without(self, families: Collection[str]) -> Floats:
        """The columns [D, P] with those of the families named at zero."""
        return np.where([name in families for name in self.family], 0.0, self.columns)


def decayed_mean(temperature_c: Floats, half_life_days: float) -> Floats:
    """Exponentially weighted mean of each day and those before it [°C], shape [D]; 0 gives the day itself.

    A missing day is nan and leaves the mean of the days before it as it stands.
    """
    if half_life_days == 0:
        return temperature_c
    keep = 0.5 ** (1.0 / half_life_days)
    mean = np.full(len(temperature_c), np.nan)
    state = np.nan
    for day, today in enumerate(temperature_c.tolist()):
        if today == today:  # not nan
            state = today if state != state else keep * state + (1 - keep) * today
            mean[day] = state
    return mean


def day_design(
    days: NDArray[Any], temperature_c: Floats, day_type: NDArray[Any], is_closed: Bools, baseline: Bools
) -> DayDesign:
    """The columns of all families for D days.

    Parameters: days datetime64[D] without gaps; temperature_c [D] (nan: the row is nan too); day_type [D] codes in the
    order of calendar_features.DAY_TYPES; is_closed [D] (only days that the model may set apart); baseline [D].
    """
    off = (day_type != 0) | is_closed
    families = {
        **_calendar_families(days, day_type, off, is_closed),
        **_temperature_families(days, temperature_c, off),
        **_season_families(days, off),
        **_time_families(days, baseline),
    }
    heat = _below(decayed_mean(temperature_c, HALF_LIFE_DAYS), HEATING_LIMIT_C)
    families["weekday_heat"] = families["weekday"] * heat
    families["christmas_heat"] = families["christmas"] * heat
    families["closed_heat"] = families["closed"] * heat
    families["drift_heat"] = families["drift"] * heat
    return DayDesign(
        columns=np.concatenate(list(families.values()), axis=1),
        family=tuple(name for name, part in families.items() for _ in range(part.shape[1])),
        baseline=baseline,
        workday=~off,
    )


def _below(temperature_c: Floats, limit_c: float) -> Floats:
    """Degrees below the limit, in tens of kelvin, as a column [D, 1]."""
    return (np.maximum(limit_c - temperature_c, 0.0) / HINGE_UNIT_K)[:, None]


def _christmas(days: NDArray[Any]) -> Bools:
    """24 December to 1 January: most workplaces rest, whatever the list of holidays says."""
    month, day = _month_and_day(days)
    return np.asarray(((month == 12) & (day >= 24)) | ((month == 1) & (day == 1)))


def _christmas_fringes(days: NDArray[Any]) -> tuple[Bools, Bools]:
    """The days just before and just after Christmas, when many are away."""
    month, day = _month_and_day(days)
    return np.asarray((month == 12) & (day >= 21) & (day <= 23)), np.asarray((month == 1) & (day >= 2) & (day <= 5))


def _month_and_day(days: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    months = days.astype("datetime64[M]")
    return months.astype(np.int64) % 12 + 1, (days - months).astype(np.int64) + 1


def _year_share(days: NDArray[Any]) -> Floats:
    return np.asarray((days - days.astype("datetime64[Y]")).astype(np.int64) / DAYS_PER_YEAR, dtype=np.float64)


def _calendar_families(
    days: NDArray[Any], day_type: NDArray[Any], off: Bools, is_closed: Bools
) -> dict[str, NDArray[Any]]:
    weekday = (days.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday; 0 is Monday
    holiday = (day_type == 2) & (weekday != 6)
    christmas = _christmas(days)
    before_off, after_off = np.r_[off[1:], False], np.r_[False, off[:-1]]
    bridge = ~off & (((weekday == 0) & before_off) | ((weekday == 4) & after_off))
    return {
        "level": np.ones((len(days), 1)),
        "off_day": off[:, None].astype(np.float64),
        "weekday": np.stack([(weekday == k) & ~holiday for k in range(7)], axis=1).astype(np.float64),
        "holiday": holiday[:, None].astype(np.float64),
        "christmas": np.stack([christmas & ~off, christmas], axis=1).astype(np.float64),
        "christmas_fringe": np.stack([~off & fringe for fringe in _christmas_fringes(days)], axis=1).astype(np.float64),
        "bridge_day": bridge[:, None].astype(np.float64),
        "closed": is_closed[:, None].astype(np.float64),
    }


def _temperature_families(days: NDArray[Any], temperature_c: Floats, off: Bools) -> dict[str, NDArray[Any]]:
    felt_c = decayed_mean(temperature_c, HALF_LIFE_DAYS)
    turns = np.concatenate([_below(felt_c, limit_c) for limit_c in TURN_POINTS_C], axis=1)
    families = {
        "temperature": ((felt_c - 10.0) / HINGE_UNIT_K)[:, None],
        "turn": turns,
        "off_day_turn": turns * off[:, None],
    }
    for name, half_life in LAG_HALF_LIVES_DAYS.items():
        lagged_c = decayed_mean(temperature_c, half_life)
        parts = [((lagged_c - felt_c) / HINGE_UNIT_K)[:, None]]
        parts += [_below(lagged_c, limit_c) - _below(felt_c, limit_c) for limit_c in LAG_TURN_POINTS_C]
        families[name] = np.concatenate(parts, axis=1)
    return families


def _season_families(days: NDArray[Any], off: Bools) -> dict[str, NDArray[Any]]:
    share = _year_share(days)
    away = np.abs((share[:, None] * SEASON_BUMPS - np.arange(SEASON_BUMPS) + SEASON_BUMPS / 2) % SEASON_BUMPS)
    bumps = np.exp(-0.5 * ((away - SEASON_BUMPS / 2) / BUMP_WIDTH) ** 2)
    light = np.cos(2 * np.pi * (share - SUMMER_SOLSTICE_DAY / DAYS_PER_YEAR))
    return {"light": light[:, None], "season": bumps, "season_workday": bumps * ~off[:, None]}


def _time_families(days: NDArray[Any], baseline: Bools) -> dict[str, NDArray[Any]]:
    """Drift: a level that changes in steps and stands at its last value after the baseline. Spells: what passes."""
    where = np.flatnonzero(baseline)
    first, last = int(where[0]), int(where[-1])
    position = np.arange(len(days))[:, None]
    edges = np.arange(last + 1 - DRIFT_STEP_DAYS, first, -DRIFT_STEP_DAYS)
    centres = np.arange(first + SPELL_DAYS / 2, last + 1, SPELL_DAYS)
    inside = (position >= first) & (position <= last)
    spells = np.exp(-0.5 * ((position - centres) / SPELL_WIDTH_DAYS) ** 2) * inside
    return {"drift": -(position < edges).astype(np.float64), "spell": spells}
