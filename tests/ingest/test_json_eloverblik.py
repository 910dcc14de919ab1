"""Eloverblik: positions in a period, resolutions, qualities, register readings, and answers without values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import BadInput
from pipelines.ingest import json_eloverblik as reader
from pipelines.ingest.canonical import MeterFile
from pipelines.ingest.intervals import Context
from pipelines.ingest.json_document import parsed
from tests.ingest.made_up_files import starts, total_kwh

QUICK = settings(max_examples=30, deadline=None)
POINT = "571313999000000010"


def read(document: Any, **assumptions: str) -> MeterFile:
    """Read an answer as a file from somebody who has sent nothing before."""
    return reader.read(parsed(json.dumps(document)), Context("export.json", assumptions))


def period(start: str, end: str, resolution: str, values: Sequence[object], quality: str = "A04") -> dict[str, Any]:
    """A period with its points from position 1."""
    points = [
        {"position": str(n), "out_Quantity.quantity": str(value), "out_Quantity.quality": quality}
        for n, value in enumerate(values, 1)
    ]
    return {"resolution": resolution, "timeInterval": {"start": start, "end": end}, "Point": points}


def answer(*periods: dict[str, Any], business: str = "A04", unit: str = "KWH", curve: str = "A01") -> dict[str, Any]:
    """An answer with one series."""
    series = {
        "mRID": POINT,
        "businessType": business,
        "curveType": curve,
        "measurement_Unit.name": unit,
        "MarketEvaluationPoint": {"mRID": {"codingScheme": "A10", "name": POINT}},
        "Period": list(periods),
    }
    document = {"mRID": "x", "TimeSeries": [series]}
    return {"result": [{"MyEnergyData_MarketDocument": document, "success": True, "id": POINT}]}


HOURS = period("2023-12-31T23:00:00Z", "2024-01-01T01:00:00Z", "PT1H", ["1.5", "2.500"])


def test_hours_of_a_point() -> None:
    file = read(answer(HOURS))
    assert (file.format, file.time.basis, file.questions, file.warnings) == ("dk-eloverblik-json", "utc", (), ())
    assert starts(file) == ["2023-12-31 23:00", "2024-01-01 00:00"]
    row = file.readings.select("metering_point_id", "carrier", "direction", "unit", "resolution", "quality").row(0)
    assert row == (POINT, "electricity", "consumption", "kWh", "PT1H", "measured")
    assert total_kwh(file) == 4.0


@pytest.mark.parametrize(
    ("resolution", "start", "end", "second", "shown"),
    [
        ("PT15M", "2024-03-31T00:00:00Z", "2024-03-31T00:30:00Z", "2024-03-31 00:15", "PT15M"),
        ("P1D", "2024-03-29T23:00:00Z", "2024-03-31T22:00:00Z", "2024-03-30 23:00", "P1D"),
        ("P1M", "2024-02-29T23:00:00Z", "2024-04-30T22:00:00Z", "2024-03-31 22:00", "P1M"),
        ("P1Y", "2022-12-31T23:00:00Z", "2024-12-31T23:00:00Z", "2023-12-31 23:00", "irregular"),
    ],
)
def test_positions_are_steps_of_the_resolution_in_local_days_months_and_years(
    resolution: str, start: str, end: str, second: str, shown: str
) -> None:
    file = read(answer(period(start, end, resolution, [1, 2])))
    assert starts(file)[1] == second
    assert file.readings["resolution"].unique().to_list() == [shown]
    assert file.readings["period_end_utc"][1] == datetime.fromisoformat(end)


def test_business_type_tells_production() -> None:
    assert read(answer(HOURS, business="A01")).readings["direction"].unique().to_list() == ["production"]


@pytest.mark.parametrize(
    ("code", "quality"),
    [("A01", "measured"), ("A02", "missing"), ("A03", "estimated"), ("A04", "measured"), ("A05", "measured")],
)
def test_quality_codes(code: str, quality: str) -> None:
    """A02 is not available: a zero beside it is no value."""
    file = read(answer(period("2023-12-31T23:00:00Z", "2024-01-01T01:00:00Z", "PT1H", [0, 0], code)))
    assert file.readings["quality"].unique().to_list() == [quality]
    assert ("A05" in "".join(file.warnings)) == (code == "A05")


def test_positions_that_are_left_out_are_no_values() -> None:
    gap = period("2023-12-31T23:00:00Z", "2024-01-01T02:00:00Z", "PT1H", [1, 2, 3])
    del gap["Point"][1]
    assert starts(read(answer(gap))) == ["2023-12-31 23:00", "2024-01-01 01:00"]


def test_curves_that_leave_out_repeated_values_are_not_read_as_holes() -> None:
    with pytest.raises(BadInput, match="A03"):
        read(answer(HOURS, curve="A03"))


def test_points_that_cannot_be_placed_are_rejected() -> None:
    strange = period("2023-12-31T23:00:00Z", "2024-01-01T01:00:00Z", "PT1H", [1, 2, 3, 4])
    strange["Point"][1]["position"] = "x"
    strange["Point"][3]["out_Quantity.quantity"] = "many"
    strange["Point"][3]["position"] = "2"
    file = read(answer(strange))
    assert file.readings["value"].to_list() == [1.0]
    assert file.rejected["source_row"].to_list() == [2, 3, 4]


def test_the_day_beside_its_hours_counts_once() -> None:
    hours = period("2023-12-31T23:00:00Z", "2024-01-01T23:00:00Z", "PT1H", [1] * 24)
    file = read(answer(hours, period("2023-12-31T23:00:00Z", "2024-01-01T23:00:00Z", "P1D", [24])))
    assert file.readings.filter("is_second_account")["resolution"].to_list() == ["P1D"]


def test_points_that_were_not_given_out_are_a_warning() -> None:
    document = answer(HOURS)
    document["result"].append({"success": False, "errorCode": 20000, "errorText": "WrongMeteringPointId", "id": "57"})
    assert read(document).warnings == ("Eloverblik lämnade inte ut allt: WrongMeteringPointId.",)


READINGS = [
    {
        "readingDate": f"2024-0{month}-01T00:00:00.000Z",
        "meterNumber": "1",
        "meterReading": value,
        "measurementUnit": "KWH",
    }
    for month, value in ((1, "100"), (2, "150.5"))
]


def test_register_readings_are_steps_and_the_constant_is_asked_for() -> None:
    document = {"result": [{"result": {"meteringPointId": POINT, "readings": READINGS}, "success": True}]}
    file = read(document)
    assert (file.format, [one.key for one in file.questions]) == ("dk-eloverblik-readings-json", ["register_constant"])
    answered = read(document, register_constant="1")
    assert answered.readings.select("metering_point_id", "kind", "energy_kwh").row(0) == (POINT, "register", 50.5)


def test_details_of_a_point_are_no_values() -> None:
    with pytest.raises(BadInput, match="uppgifter om mätpunkter"):
        read({"result": [{"result": {"meteringPointId": POINT, "typeOfMP": "E17"}, "success": True}]})


def test_only_its_own_answers_are_recognised() -> None:
    assert reader.recognises(answer(HOURS))
    assert not reader.recognises({"result": [{"value": "1"}]})
    assert not reader.recognises([])


@QUICK
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=120), st.integers(0, 8_700))
def test_written_hours_come_back(values: list[int], first: int) -> None:
    """Any row of hours in the year, the days of clock change included."""
    start = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=first)
    edges = [f"{one:%Y-%m-%dT%H:%M:%SZ}" for one in (start, start + timedelta(hours=len(values)))]
    file = read(answer(period(*edges, "PT1H", [value / 1000 for value in values])))
    assert file.readings["energy_kwh"].to_list() == [value / 1000 for value in values]
    assert file.readings["period_start_utc"].to_list() == [start + timedelta(hours=n) for n in range(len(values))]
