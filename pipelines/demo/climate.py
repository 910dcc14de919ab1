"""Made-up weather at real places: hourly outdoor temperature for six stations in Västerbotten.

Station numbers, names and positions are those of SMHI's open observation network (opendata.smhi.se, parameter 1,
air temperature). The temperatures are invented: an annual and a daily cycle of a northern climate, weather that
remembers about five days and is shared between the stations, years that differ, and a cold spell each winter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from math import asin, cos, radians, sin, sqrt

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.demo.axis import FloatArray, HourAxis
from pipelines.demo.seeds import stream

WEATHER_START = date(2020, 12, 1)
EXTRA_HOURS = 6
"""Observations after the last day of energy: the morning on which the kit is written."""
MEMORY_HOURS = 120.0


@dataclass(frozen=True)
class Station:
    station_id: str
    name: str
    latitude_deg: float
    longitude_deg: float
    january_c: float
    july_c: float
    daily_swing_k: float  # half of the summer day's range


STATIONS = (
    Station("140480", "Umeå Flygplats", 63.7931, 20.28, -7.9, 15.9, 3.8),
    Station("146350", "Vilhelmina A", 64.5798, 16.8386, -11.0, 13.7, 4.6),
    Station("147560", "Gunnarn A", 65.0094, 17.6993, -12.4, 13.6, 5.2),
    Station("148330", "Lycksele A", 64.5481, 18.713, -11.5, 14.5, 5.4),
    Station("149120", "Vindeln-Sunnansjönäs", 64.1371, 19.7581, -10.2, 14.6, 5.2),
    Station("151380", "Skellefteå Flygplats", 64.6244, 21.0717, -9.1, 15.6, 4.2),
)


@dataclass(frozen=True)
class Climate:
    """Hourly temperature of every station, from 1 December 2020 to a few hours after the last day."""

    seed: int
    axis: HourAxis

    @cached_property
    def utc(self) -> npt.NDArray[np.datetime64]:
        end = np.datetime64(self.axis.until + timedelta(days=1), "h") + np.timedelta64(EXTRA_HOURS, "h")
        return np.arange(np.datetime64(WEATHER_START, "h"), end, dtype="datetime64[h]")

    @cached_property
    def temperatures(self) -> dict[str, FloatArray]:
        """Degrees Celsius by station id, each of shape (weather hours,)."""
        shared = self._shared_weather()
        return {s.station_id: self._station(s, shared) for s in STATIONS}

    def on_axis(self, station_id: str, lag_hours: float = 0.0) -> FloatArray:
        """Temperature on the energy axis, smoothed exponentially where the building answers slowly."""
        values = self.temperatures[station_id]
        if lag_hours > 0:
            values = pl.Series(values).ewm_mean(alpha=1.0 / lag_hours, adjust=False).to_numpy()
        offset = int((self.axis.utc[0] - self.utc[0]).astype(np.int64))
        return values[offset : offset + self.axis.hour_count]

    def _year_part(self) -> FloatArray:
        """Days since 1 January 2020 as a share of the year, running on through the years."""
        hours = (self.utc - np.datetime64("2020-01-01T00", "h")).astype(np.int64)
        return hours / 24.0 / 365.25

    def _season(self) -> FloatArray:
        """1 at mid-July, −1 at mid-January."""
        return -np.cos(2 * np.pi * (self._year_part() - 18 / 365.25))

    def _shared_weather(self) -> FloatArray:
        """Departure from the season that all stations feel: weather, the year's character, a cold spell."""
        spread = 4.6 - 1.9 * self._season()
        weather = spread * remembering_noise(stream(self.seed, "weather", "shared"), len(self.utc), MEMORY_HOURS)
        return weather + self._year_character() + self._cold_spells()

    def _year_character(self) -> FloatArray:
        """Slow anomaly: a drawn value for every half year, joined smoothly."""
        halves = self._year_part() * 2
        anomalies = stream(self.seed, "weather", "years").normal(0.0, 0.9, 200)
        return np.interp(halves, np.arange(200), anomalies)

    def _cold_spells(self) -> FloatArray:
        """One deep cold spell each January or February, four to ten days long."""
        days = (self.utc - np.datetime64(WEATHER_START, "h")).astype(np.int64) / 24.0
        total = np.zeros(len(days))
        for year in range(2021, self.axis.until.year + 1):
            draw = stream(self.seed, "weather", "cold spell", year)
            centre = (date(year, 1, 1) - WEATHER_START).days + draw.uniform(8, 52)
            half_width = draw.uniform(2.0, 5.0)
            depth = draw.uniform(7.0, 14.0)
            distance = np.clip(np.abs(days - centre) / half_width, 0, 1)
            total -= depth * 0.5 * (1 + np.cos(np.pi * distance))
        return total

    def _station(self, station: Station, shared: FloatArray) -> FloatArray:
        season = self._season()
        mean = (station.july_c + station.january_c) / 2 + (station.july_c - station.january_c) / 2 * season
        solar_hour = (self.utc - self.utc.astype("datetime64[D]")).astype(np.int64) + station.longitude_deg / 15
        swing = station.daily_swing_k * (0.12 + 0.88 * (0.5 + 0.5 * season))
        daily = swing * np.cos(2 * np.pi * (solar_hour - 15) / 24)
        own = 1.5 * remembering_noise(stream(self.seed, "weather", station.station_id), len(self.utc), 40.0)
        return mean + daily + shared + own

    def observations(self, station: Station) -> pl.DataFrame:
        """What the station reported: rounded to 0.1 °C, with some hours never reported."""
        draw = stream(self.seed, "weather", station.station_id, "outages")
        keep = draw.random(len(self.utc)) > 0.0008
        for _ in range(3):
            first = int(draw.integers(0, 17_000))
            keep[first : first + int(draw.integers(4, 30))] = False
        frame = pl.DataFrame(
            {
                "station": pl.repeat(station.station_id, len(self.utc), eager=True),
                "timestamp": pl.Series(self.utc.astype("datetime64[us]")).dt.to_string("%Y-%m-%dT%H:%M:%SZ"),
                "temp_c": np.round(self.temperatures[station.station_id], 1) + 0.0,
            }
        )
        return frame.filter(pl.Series(keep))


def remembering_noise(draw: np.random.Generator, count: int, memory: float) -> FloatArray:
    """First-order autoregressive noise, mean 0 and standard deviation 1, that forgets by 1/e in `memory` steps."""
    share = float(np.exp(-1.0 / memory))
    shocks = draw.standard_normal(count)
    scale = np.sqrt(1 - share * share) / (1 - share)
    shocks[0] /= scale  # so that the first value is as wide as the others
    # The exponentially weighted mean is the same recursion, run by Polars in one pass.
    return pl.Series(shocks).ewm_mean(alpha=1 - share, adjust=False).to_numpy() * scale


def nearest_station(latitude_deg: float, longitude_deg: float) -> Station:
    """The station with the shortest great-circle distance."""

    def distance(station: Station) -> float:
        north = radians(station.latitude_deg - latitude_deg) / 2
        east = radians(station.longitude_deg - longitude_deg) / 2
        scale = cos(radians(latitude_deg)) * cos(radians(station.latitude_deg))
        return asin(sqrt(sin(north) ** 2 + scale * sin(east) ** 2))

    return min(STATIONS, key=distance)


def stations_frame() -> pl.DataFrame:
    """The kit's `weather/stations.csv`."""
    return pl.DataFrame(
        {
            "station": [s.station_id for s in STATIONS],
            "name": [s.name for s in STATIONS],
            "lat": [s.latitude_deg for s in STATIONS],
            "lon": [s.longitude_deg for s in STATIONS],
        }
    )
