"""Hourly temperatures and stations of a kit."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.errors import BadInput
from pipelines.ingest.canonical import StationFile, WeatherFile
from tests.ingest.made_up_files import read


def test_temperatures_are_hours_in_utc() -> None:
    file = read("station,timestamp,temp_c\n140480,2024-03-31T01:00:00Z,-3.5\n140480,2024-03-31 02:00,0\n")
    assert isinstance(file, WeatherFile)
    assert file.temperatures.rows() == [
        ("140480", datetime(2024, 3, 31, 1, tzinfo=UTC), -3.5),
        ("140480", datetime(2024, 3, 31, 2, tzinfo=UTC), 0.0),
    ]


def test_impossible_temperature_is_rejected_and_a_missing_one_is_nothing() -> None:
    content = "station,timestamp,temp_c\na,2024-01-01 00:00,-61\na,2024-01-01 01:00,\na,2024-01-01 02:00,50\na,x,1\n"
    file = read(content)
    assert isinstance(file, WeatherFile)
    assert file.temperatures["temperature_c"].to_list() == [50.0]
    assert file.rejected["source_row"].to_list() == [2, 5]


def test_file_without_any_temperature_is_refused() -> None:
    with pytest.raises(BadInput, match="Inga temperaturer"):
        read("station,timestamp,temp_c\na,2024-01-01 00:00,\n")


def test_stations_have_places() -> None:
    file = read("station,name,lat,lon\n140480,Umeå flygplats,63.79,20.29\nb,B,99,20\n")
    assert isinstance(file, StationFile)
    assert file.stations.rows() == [("140480", "Umeå flygplats", 63.79, 20.29)]
    assert file.rejected.row(0)[:2] == (3, "lat är ingen latitud.")
