"""JSON: lists of records wherever they stand, and documents that are refused."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from pipelines.errors import BadInput
from pipelines.ingest import json_files as reader
from pipelines.ingest.canonical import MeterFile
from pipelines.ingest.intervals import Context
from pipelines.ingest.json_document import MAX_CHARACTERS, parsed
from pipelines.ingest.json_tables import tables
from tests.ingest.made_up_files import LIBRARY, SCHOOL, starts, total_kwh

DAY = datetime(2024, 3, 31)
"""When the clock is put forward: 24 hours show normal time."""


def read(document: Any, **assumptions: str) -> MeterFile:
    """Read a document as a file from somebody who has sent nothing before."""
    text = document if isinstance(document, str) else json.dumps(document)
    file = reader.read(text, Context("export.json", assumptions))
    assert isinstance(file, MeterFile)
    return file


def hours(count: int = 24, value: float = 1.5) -> list[dict[str, Any]]:
    """Records of hours in normal time."""
    return [{"timestamp": f"{DAY + timedelta(hours=n):%Y-%m-%dT%H:%M:%S}", "consumption": value} for n in range(count)]


def test_a_list_of_records_is_a_table() -> None:
    file = read([{"meteringPointId": SCHOOL, "unit": "kWh", **one} for one in hours()])
    assert (file.time.basis, file.questions) == ("normal_time", ())
    assert total_kwh(file) == 36.0
    assert starts(file)[0] == "2024-03-30 23:00"
    assert file.readings["metering_point_id"].unique().to_list() == [SCHOOL]


def test_what_stands_above_the_records_holds_for_all_of_them() -> None:
    meters = [
        {"meteringPointId": one, "unit": "kWh", "readings": {"values": hours(value=value)}}
        for one, value in ((SCHOOL, 1.0), (LIBRARY, 2.0))
    ]
    file = read({"data": {"createdAt": "2024-05-01T00:00:00Z", "meters": meters}})
    found = file.readings.group_by("metering_point_id").agg(pl.col("energy_kwh").sum()).sort("energy_kwh")
    assert found.rows() == [(SCHOOL, 24.0), (LIBRARY, 48.0)]
    assert file.questions == ()


def test_an_id_written_as_a_number_keeps_its_digits() -> None:
    text = json.dumps([{"gsrn": 735999000000000013, "unit": "kWh", **one} for one in hours()])
    assert read(text).readings["metering_point_id"].unique().to_list() == [SCHOOL]


def test_missing_is_not_zero_in_any_of_its_spellings() -> None:
    records = [{"gsrn": SCHOOL, "unit": "kWh", **one} for one in hours()]
    records[3]["consumption"], records[4]["consumption"] = None, ""
    file = read(json.dumps(records).replace('"consumption": 1.5', '"consumption": NaN', 1))
    assert file.readings["value"].null_count() == 3
    assert total_kwh(file) == 21 * 1.5


def test_columns_beside_each_other_are_a_table() -> None:
    records = hours()
    document = {"gsrn": SCHOOL, "unit": "kWh"} | {key: [one[key] for one in records] for key in records[0]}
    assert total_kwh(read(document)) == 36.0


def test_values_by_stamp_are_a_table() -> None:
    document = {"gsrn": SCHOOL, "unit": "kWh", "series": {one["timestamp"]: one["consumption"] for one in hours()}}
    assert total_kwh(read(document)) == 36.0


def test_lines_of_json_are_a_list() -> None:
    lines = "\n".join(json.dumps({"gsrn": SCHOOL, "unit": "kWh", **one}) for one in hours())
    assert total_kwh(read(lines)) == 36.0


def test_hours_and_the_day_that_they_add_up_to_count_once() -> None:
    days = [
        {"date": f"{DAY:%Y-%m-%d}", "consumption": 36.0},
        {"date": f"{DAY + timedelta(1):%Y-%m-%d}", "consumption": 5.0},
    ]
    hourly = hours() + [
        {"timestamp": f"{DAY + timedelta(days=1, hours=n):%Y-%m-%dT%H:%M:%S}", "consumption": 1.0} for n in range(24)
    ]
    file = read({"gsrn": SCHOOL, "unit": "kWh", "hourly": hourly, "daily": days})
    used = file.readings.filter(~pl.col("is_second_account"))
    assert used["resolution"].unique().to_list() == ["PT1H"]
    assert used["energy_kwh"].sum() == 60.0


@pytest.mark.parametrize("document", ["{}", "[]", "[1, 2]", '{"a": {"b": "c"}}', '[{"name": "x", "area": 5}]'])
def test_documents_without_values_are_refused_in_plain_words(document: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(document)
    assert refused.value.fix_sv


@pytest.mark.parametrize("text", ['{"a": [1, 2', '{"a": 1} x', "[1,]"])
def test_broken_json_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="inte hel JSON"):
        read(text)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_deep_nesting_is_refused(opening: str) -> None:
    with pytest.raises(BadInput):
        read(opening * 200_000)


def test_a_number_of_a_million_digits_is_a_text_like_others() -> None:
    with pytest.raises(BadInput):
        read('[{"timestamp": "2024-01-01", "value": ' + "9" * 1_000_000 + "}]")


def test_too_large_a_document_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(BadInput, match="för stor"):
        parsed("[" + " " * MAX_CHARACTERS)


def test_very_many_small_values_are_refused_before_they_take_memory() -> None:
    with pytest.raises(BadInput, match="för många värden"):
        parsed("[" + "[]," * 8_000_001 + "[]]")


def test_nested_scalars_are_named_by_both_keys() -> None:
    found = tables([{"time": {"from": "a", "to": "b"}, "value": "1"}])
    assert found[""].csv_text() == "time from;time to;value\na;b;1\n"


def test_json_is_recognised_by_its_first_sign() -> None:
    assert reader.recognises('\ufeff\n {"a": 1}')
    assert not reader.recognises("Tid;Värde")
