"""Nuuka and n3rgy: their stamps, months and changes of resolution."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from pipelines.errors import BadInput
from pipelines.ingest import json_portals as reader
from pipelines.ingest.canonical import MeterFile
from pipelines.ingest.intervals import Context
from pipelines.ingest.json_document import parsed


def read(document: Any, **assumptions: str) -> MeterFile:
    """Read an answer as a file from somebody who has sent nothing before."""
    return reader.read(parsed(json.dumps(document)), Context("export.json", assumptions))


def nuuka(
    points: list[tuple[str, float | None]], granularity: str = "hourly", group: str = "Electricity"
) -> dict[str, Any]:
    """An answer about one property."""
    return {
        "source": {"endpoint": "https://x.nuuka.cloud/api", "propertyCode": "091-002-0001-0001"},
        "series": {
            "reportingGroup": group,
            "granularity": granularity,
            "unit": "kWh",
            "points": [{"timestamp": stamp, "value": value} for stamp, value in points],
        },
    }


def hours(day: datetime, count: int) -> list[tuple[str, float | None]]:
    return [(f"{day + timedelta(hours=n):%Y-%m-%dT%H:%M:%S}", 1.0) for n in range(count)]


def test_hours_are_in_helsinki_and_the_time_basis_is_asked_for() -> None:
    file = read(nuuka(hours(datetime(2024, 5, 1), 24)))
    assert (file.format, file.time.zone, [one.key for one in file.questions]) == (
        "fi-nuuka-json",
        "Europe/Helsinki",
        ["time_basis"],
    )
    local = read(nuuka(hours(datetime(2024, 5, 1), 24)), time_basis="local")
    assert f"{local.readings['period_start_utc'][0]:%Y-%m-%d %H:%M}" == "2024-04-30 21:00"
    assert local.readings["metering_point_id"].unique().to_list() == ["091-002-0001-0001"]


def test_a_series_that_turns_into_quarters_midway_keeps_its_hours() -> None:
    stamps = ["00:00", "01:00", "02:00", "03:00", "03:15", "03:30", "03:45", "04:00"]
    file = read(nuuka([(f"2024-05-01T{one}:00", 1.0) for one in stamps]), time_basis="local", stamp="start")
    assert file.readings["resolution"].to_list() == ["PT1H"] * 3 + ["PT15M"] * 5


def test_the_hour_before_a_hole_is_an_hour() -> None:
    stamps = ["00:00", "01:00", "05:00", "05:15", "05:30", "05:45", "06:00"]
    file = read(nuuka([(f"2024-05-01T{one}:00", 1.0) for one in stamps]), time_basis="local", stamp="start")
    assert file.readings["resolution"].to_list() == ["PT1H"] * 2 + ["PT15M"] * 5


def test_months_are_stamped_with_their_last_day_and_a_running_month_is_no_month() -> None:
    file = read(
        nuuka([("2024-01-31T00:00:00", 5.0), ("2024-02-29T00:00:00", 6.0), ("2024-03-17T00:00:00", 2.0)], "monthly")
    )
    assert file.readings.select("resolution", "energy_kwh").rows() == [("P1M", 5.0), ("P1M", 6.0)]
    assert f"{file.readings['period_start_utc'][1]:%Y-%m-%d %H:%M}" == "2024-01-31 22:00"
    assert "Månaden är inte hel" in file.rejected["reason"][0]


@pytest.mark.parametrize(("group", "carrier"), [("Heat", "district_heating"), ("DistrictCooling", "district_cooling")])
def test_the_group_is_the_carrier(group: str, carrier: str) -> None:
    file = read(nuuka([("2024-01-01T00:00:00", 5.0), ("2024-01-02T00:00:00", None)], "daily", group))
    assert file.readings["carrier"].unique().to_list() == [carrier]
    assert file.readings["quality"].to_list() == ["measured", "missing"]


def n3rgy(stamps: list[str], granularity: str = "halfhour") -> dict[str, Any]:
    """An answer about one meter."""
    return {
        "resource": "/2234567891000/electricity/consumption/1",
        "granularity": granularity,
        "values": [{"value": 0.5, "timestamp": one} for one in stamps],
        "unit": "kWh",
    }


def test_half_hours_that_end_at_their_stamp() -> None:
    first = datetime(2024, 1, 1, 0, 30)
    stamps = [f"{first + timedelta(minutes=30 * n):%Y-%m-%d %H:%M}" for n in range(48)]
    file = read(n3rgy(stamps), time_basis="utc")
    assert (file.format, file.time.stamp, file.questions) == ("uk-n3rgy-json", "end", ())
    assert f"{file.readings['period_start_utc'][0]:%Y-%m-%d %H:%M}" == "2024-01-01 00:00"
    row = file.readings.select("metering_point_id", "carrier", "direction", "resolution").row(0)
    assert row == ("2234567891000", "electricity", "consumption", "PT30M")


def test_an_answer_without_points_is_refused() -> None:
    with pytest.raises(BadInput, match="inga mätvärden"):
        read(n3rgy([]))


def test_only_their_own_answers_are_recognised() -> None:
    assert reader.recognises(nuuka([]))
    assert not reader.recognises({"source": {"endpoint": "https://x.example"}, "series": {}})
    assert not reader.recognises([{"value": "1"}])
