"""Hourly energy of a meter before any measure: heating, occupancy, holidays, hot water, noise and slow drift.

The physics is light: heat follows the outdoor temperature, smoothed by the building's mass, below a change point;
electricity follows a base, people and darkness. Each meter's level is set so that its
2021 is what area and use imply.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipelines.demo.axis import FloatArray, HourAxis
from pipelines.demo.calendar import day_flags
from pipelines.demo.climate import Climate, remembering_noise
from pipelines.demo.county import Building, Meter
from pipelines.demo.seeds import stream
from pipelines.demo.traits import TRAITS

LAGS_HOURS = (14.0, 26.0, 44.0)
"""How slowly light, medium and heavy buildings follow the weather."""
COMMON_DRIFT = 0.005
"""Standard deviation of the drift that all buildings share, as a share of the energy after one year."""
OWN_DRIFT = (0.015, 0.025)
LATITUDE_RAD = np.radians(64.3)


@dataclass(frozen=True)
class Closure:
    """A building that stood empty for a while; `end` is the day it opened again."""

    building_id: str
    first: date
    end: date


@dataclass
class LoadModel:
    """Makes the hourly energy of any meter of the county; what many meters need is worked out once."""

    seed: int
    axis: HourAxis
    climate: Climate
    closures: tuple[Closure, ...] = ()
    _occupancy: dict[str, FloatArray] = field(default_factory=dict)
    _lagged: dict[tuple[str, float], FloatArray] = field(default_factory=dict)

    def energy_kwh(self, meter: Meter) -> FloatArray:
        """kWh in each hour of the axis without any measure, shape (hours,); NaN outside the meter's life."""
        building = meter.building
        draw = stream(self.seed, "meter", meter.metering_point_id)
        if meter.role == "sub" and not meter.is_production:
            shape, year_kwh_m2 = self._ventilation_shape(meter), draw.uniform(6, 14)
        elif meter.carrier == "electricity":
            shape, year_kwh_m2 = self._electricity_shape(meter, draw)
        else:
            shape, year_kwh_m2 = self._heat_shape(meter, draw)
        values = shape * (year_kwh_m2 * building.area_m2 / 8760.0 / shape[self._baseline_hours].mean())
        values = values * self._noise(meter) * self._drift(meter) * self._closed(building, meter.carrier)
        if self.has_solar(building):
            values = self._net_of_solar(building, values, meter)
        return self._within_life(meter, values)

    @staticmethod
    def has_solar(building: Building) -> bool:
        return building.order % 20 == 0  # the buildings that the meter pattern gives a production meter

    @cached_property
    def _baseline_hours(self) -> slice:
        return self.axis.hours("local", date(2021, 1, 1), date(2022, 1, 1))

    @cached_property
    def _flags(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        return day_flags(self.axis.day_count + 2)

    @cached_property
    def _darkness(self) -> FloatArray:
        """1 in midwinter, 0 in midsummer."""
        day_of_year = (self.axis.utc - self.axis.utc.astype("datetime64[Y]")).astype(np.int64) / 24.0
        return 0.5 + 0.5 * np.cos(2 * np.pi * (day_of_year + 10) / 365.25)

    @cached_property
    def _common_drift(self) -> FloatArray:
        steps = stream(self.seed, "drift").standard_normal(self.axis.day_count + 2)
        return np.cumsum(steps) * COMMON_DRIFT / np.sqrt(365.0)

    def occupancy(self, use: str) -> FloatArray:
        """Activity of a building from 0 (nobody) to 1 (a full workday), shape (hours,)."""
        if use not in self._occupancy:
            trait = TRAITS[use]
            edges = [trait.opens - 1.5, trait.opens + 0.5, trait.closes - 1.5, trait.closes + 1.0]
            weekday, is_holiday, is_break = self._flags
            level = np.where((weekday >= 5) | is_holiday, trait.weekend_level, 1.0)
            level = level * np.where(is_break, trait.break_level, 1.0)
            day_number = np.arange(len(weekday)) + np.datetime64("2021-01-01", "D")
            is_july = day_number.astype("datetime64[M]").astype(np.int64) % 12 == 6
            level = level * np.where(is_july & ~(is_break & (trait.break_level < 0.5)), trait.july_level, 1.0)
            by_hour = np.interp(np.arange(24) + 0.5, edges, [0.0, 1.0, 1.0, 0.0])
            self._occupancy[use] = level[self.axis.local_day] * by_hour[self.axis.local_hour]
        return self._occupancy[use]

    def _lagged_temperature(self, building: Building) -> FloatArray:
        lag = LAGS_HOURS[int(stream(self.seed, "mass", building.building_id).integers(3))]
        key = (building.station_id, lag)
        if key not in self._lagged:
            self._lagged[key] = self.climate.on_axis(building.station_id, lag)
        return self._lagged[key]

    def _electricity_shape(self, meter: Meter, draw: np.random.Generator) -> tuple[FloatArray, float]:
        trait = TRAITS[meter.building.use]
        people = self.occupancy(meter.building.use)
        shape = trait.base_share + (1 - trait.base_share) * people
        shape = shape * (1 + draw.uniform(0.10, 0.25) * (self._darkness - 0.5))
        year_kwh_m2 = draw.uniform(*trait.electricity_kwh_m2)
        # Ventilation batteries and engine heaters: a little more in the cold, also with district heating.
        cold = np.maximum(0.0, draw.uniform(0.0, 6.0) - self._lagged_temperature(meter.building))
        shape = shape * (1 + 0.004 * cold)
        if not meter.is_heated_by_electricity:
            return shape, year_kwh_m2
        # A heat pump makes the heat of about three kWh out of one.
        heat, heat_kwh_m2 = self._heat_shape(meter, draw)
        heat_kwh_m2 = min(heat_kwh_m2 * 0.35, 115.0 - year_kwh_m2)
        base = self._baseline_hours
        both = shape / shape[base].mean() * year_kwh_m2 + heat / heat[base].mean() * heat_kwh_m2
        return both, year_kwh_m2 + heat_kwh_m2

    def _heat_shape(self, meter: Meter, draw: np.random.Generator) -> tuple[FloatArray, float]:
        trait = TRAITS[meter.building.use]
        people = self.occupancy(meter.building.use)
        change_point_c = draw.normal(14.5, 1.1)
        heating = np.maximum(0.0, change_point_c - self._lagged_temperature(meter.building))
        heating = heating * (1 + draw.uniform(0.0, 0.12) * (people - 0.5))
        hot_water = 0.35 + 0.65 * people
        base = self._baseline_hours
        share = trait.hot_water_share * draw.uniform(0.8, 1.2)
        shape = (1 - share) * heating / heating[base].mean() + share * hot_water / hot_water[base].mean()
        return shape, draw.uniform(*trait.heat_kwh_m2)

    def _ventilation_shape(self, meter: Meter) -> FloatArray:
        return 0.25 + 0.75 * self.occupancy(meter.building.use)

    def _noise(self, meter: Meter) -> FloatArray:
        """Factor around 1: days that differ, and hours that differ more."""
        draw = stream(self.seed, "noise", meter.metering_point_id)
        day_width, hour_width = draw.uniform(0.03, 0.08), draw.uniform(0.04, 0.10)
        if meter.carrier != "electricity":
            day_width = min(day_width, 0.06)
        days = remembering_noise(
            stream(self.seed, "day noise", meter.metering_point_id), self.axis.day_count + 2, memory=2.0
        )
        hours = stream(self.seed, "hour noise", meter.metering_point_id).standard_normal(self.axis.hour_count)
        return np.maximum(0.2, 1 + day_width * days[self.axis.local_day]) * np.maximum(0.3, 1 + hour_width * hours)

    def _drift(self, meter: Meter) -> FloatArray:
        """Factor that starts at 1 and walks slowly away: use changes without anybody deciding it."""
        draw = stream(self.seed, "drift", meter.metering_point_id)
        yearly = draw.uniform(*OWN_DRIFT)
        own = np.cumsum(draw.standard_normal(self.axis.day_count + 2)) * yearly / np.sqrt(365.0)
        return np.exp(own + self._common_drift)[self.axis.local_day]

    def _closed(self, building: Building, carrier: str) -> FloatArray | float:
        factor: FloatArray | float = 1.0
        for closure in self.closures:
            if closure.building_id == building.building_id:
                factor = np.ones(self.axis.hour_count)
                left = 0.4 if carrier == "electricity" else 0.75
                factor[self.axis.hours("local", closure.first, closure.end)] = left
        return factor

    def _net_of_solar(self, building: Building, load_kwh: FloatArray, meter: Meter) -> FloatArray:
        """What the grid meters see: import is the load less the sun, export what the building cannot use."""
        if meter.carrier != "electricity" or meter.resolution != "hour":
            return load_kwh
        sun = self._sun(building)
        if meter.is_production:
            # The building itself takes what a usual day's activity needs; only the rest reaches the export meter.
            return np.maximum(sun - 0.55 * sun.max() * np.clip(self.occupancy(building.use), 0.25, 1.0), 0.0)
        return np.maximum(load_kwh - sun * 0.6, load_kwh * 0.08)

    def _sun(self, building: Building) -> FloatArray:
        """kWh an hour from a roof that yields about 8 kWh per heated square metre and year."""
        hours = (self.axis.utc - self.axis.utc.astype("datetime64[D]")).astype(np.int64)
        day_of_year = (self.axis.utc - self.axis.utc.astype("datetime64[Y]")).astype(np.int64) / 24.0
        declination = -0.409 * np.cos(2 * np.pi * (day_of_year + 10) / 365.25)
        angle = np.radians(15.0 * (hours + 0.5 + 18.5 / 15.0 - 12.0))
        height = np.sin(LATITUDE_RAD) * np.sin(declination)
        height = height + np.cos(LATITUDE_RAD) * np.cos(declination) * np.cos(angle)
        clouds = remembering_noise(stream(self.seed, "sun", building.building_id), self.axis.hour_count, memory=14.0)
        sun = np.maximum(height, 0.0) * np.clip(0.6 + 0.3 * clouds, 0.08, 1.0)
        return sun * (8.0 * building.area_m2 / 8760.0 / sun[self._baseline_hours].mean())

    def _within_life(self, meter: Meter, values: FloatArray) -> FloatArray:
        if meter.valid_from is not None:
            values[: self.axis.position("local", meter.valid_from)] = np.nan
        if meter.valid_to is not None and meter.valid_to <= self.axis.until:
            values[self.axis.position("local", meter.valid_to) :] = np.nan
        return values
