from __future__ import annotations

from datetime import date

import numpy as np

from pipelines.demo.axis import HourAxis
from pipelines.demo.climate import STATIONS, Climate, nearest_station

CLIMATE = Climate(24, HourAxis(date(2024, 12, 31)))


def test_january_is_cold_and_july_is_mild_in_the_north() -> None:
    months = CLIMATE.utc.astype("datetime64[M]").astype(int) % 12
    for values in CLIMATE.temperatures.values():
        assert -16 < values[months == 0].mean() < -5
        assert 11 < values[months == 6].mean() < 19


def test_stations_feel_the_same_weather() -> None:
    temperatures = np.array(list(CLIMATE.temperatures.values()))
    assert np.corrcoef(temperatures).min() > 0.9


def test_some_hours_were_never_reported() -> None:
    frame = CLIMATE.observations(STATIONS[0])
    assert 0 < len(CLIMATE.utc) - frame.height < 0.01 * len(CLIMATE.utc)
    assert frame.row(0)[:2] == ("140480", "2020-12-01T00:00:00Z")


def test_a_longer_world_has_the_same_past() -> None:
    longer = Climate(24, HourAxis(date(2025, 6, 30)))
    short = CLIMATE.temperatures["140480"]
    assert np.array_equal(longer.temperatures["140480"][: len(short)], short)


def test_the_nearest_station_to_umea_is_its_airport() -> None:
    assert nearest_station(63.83, 20.26).station_id == "140480"
