from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from pipelines import fit_readings
from pipelines.errors import BadInput
from pipelines.fit_input import FitRequest, Span
from tests.made_up_fit_files import hours

MARCH = Span(date(2021, 3, 27), date(2021, 3, 30))
OCTOBER = Span(date(2021, 10, 30), date(2021, 11, 2))


def _request(folder: Path, text: str, **options: object) -> FitRequest:
    path = folder / "readings.csv"
    path.write_text(text)
    return FitRequest(path, folder / "weather.csv", MARCH, OCTOBER, folder / "out.parquet", **options)  # type: ignore[arg-type]


def _ones(first: datetime, end: datetime) -> str:
    rows = [f"m,{stamp:%Y-%m-%dT%H:%M:%SZ},1" for stamp in hours(first, end)]
    return "\n".join(["meter_id,timestamp,kwh", *rows, ""])


def _by_day(request: FitRequest) -> dict[date, float | None]:
    days = fit_readings.readings_by_day(request, "", "~")
    return dict(days.select("day_local", "energy_kwh").sort("day_local").iter_rows())


def test_days_are_local_and_23_or_25_hours_long_when_the_clock_changes(tmp_path: Path) -> None:
    spring = _request(tmp_path, _ones(datetime(2021, 3, 26, 23), datetime(2021, 3, 29, 22)))
    assert _by_day(spring) == {date(2021, 3, 27): 24, date(2021, 3, 28): 23, date(2021, 3, 29): 24}

    autumn = _request(tmp_path, _ones(datetime(2021, 10, 29, 22), datetime(2021, 11, 1, 23)))
    assert _by_day(autumn) == {date(2021, 10, 30): 24, date(2021, 10, 31): 25, date(2021, 11, 1): 24}


def test_another_zone_cuts_its_own_days(tmp_path: Path) -> None:
    request = _request(tmp_path, _ones(datetime(2021, 3, 27), datetime(2021, 3, 28)), time_zone="UTC")
    assert _by_day(request) == {date(2021, 3, 27): 24}


def test_a_day_that_lacks_an_hour_has_no_energy(tmp_path: Path) -> None:
    text = _ones(datetime(2021, 3, 26, 23), datetime(2021, 3, 28, 22))
    without_value = text.replace("m,2021-03-27T05:00:00Z,1", "m,2021-03-27T05:00:00Z,")
    without_row = text.replace("m,2021-03-27T05:00:00Z,1\n", "")
    for faulty in (without_value, without_row):
        assert _by_day(_request(tmp_path, faulty)) == {date(2021, 3, 27): None, date(2021, 3, 28): 23}


def test_times_without_zone_in_parquet_are_utc(tmp_path: Path) -> None:
    stamps = hours(datetime(2021, 3, 26, 23), datetime(2021, 3, 27, 23)).dt.replace_time_zone(None)
    path = tmp_path / "readings.parquet"
    pl.DataFrame({"meter_id": "m", "timestamp": stamps, "kwh": 1}).write_parquet(path)
    assert _by_day(replace(_request(tmp_path, ""), readings=path)) == {date(2021, 3, 27): 24}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("m,2021-03-27T02:00:00Z,x", "Rad 3: readings.csv: kwh är inget tal."),
        ("m,2021-03-27T02:00:00Z,1,5", "Rad 3: readings.csv går inte att läsa"),
        ("m,2021-03-27T02:15:00Z,1", "Rad 3: readings.csv: värdet är inget timvärde."),
        ("m,2021-03-27T02:00:00+01:00,1", "Rad 3: readings.csv: tiden går inte att läsa."),
        ("m,i går,1", "Rad 3: readings.csv: tiden går inte att läsa."),
        ("m,2021-03-27T01:00:00Z,1", "samma timme två gånger den 2021-03-27"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, row: str, said: str) -> None:
    request = _request(tmp_path, f"meter_id,timestamp,kwh\nm,2021-03-27T01:00:00Z,1\n{row}\n")
    for read in (fit_readings.readings_by_day, fit_readings.readings_by_hour):
        with pytest.raises(BadInput) as refused:
            read(request, "", "~")
        assert said in str(refused.value)


def test_hours_keep_their_instants_and_what_is_missing_stays_missing(tmp_path: Path) -> None:
    text = _ones(datetime(2021, 10, 30, 22), datetime(2021, 10, 31, 23)).replace("T05:00:00Z,1", "T05:00:00Z,")
    found = fit_readings.readings_by_hour(_request(tmp_path, text), "", "~").sort("hour_start_utc")
    assert (found.height, found["energy_kwh"].null_count(), found["energy_kwh"].sum()) == (25, 1, 24)
    assert found["hour_start_utc"][0].isoformat() == "2021-10-30T22:00:00+00:00"


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="saknar kolumnen meter_id"):
        fit_readings.meters(_request(tmp_path, "id;timestamp;kwh\n1;2021-03-27T01:00:00Z;1\n"))
    with pytest.raises(BadInput, match="finns inte"):
        fit_readings.meters(replace(_request(tmp_path, ""), readings=tmp_path / "no.csv"))
    with pytest.raises(BadInput, match="har inga rader"):
        fit_readings.meters(_request(tmp_path, "meter_id,timestamp,kwh\n"))


def test_a_meter_has_one_carrier(tmp_path: Path) -> None:
    head = "meter_id,timestamp,kwh,carrier\n"
    two = "b,2021-03-27T01:00:00Z,1,gas\na,2021-03-27T01:00:00Z,1,\n"
    assert fit_readings.meters(_request(tmp_path, head + two)).rows() == [("a", "unknown"), ("b", "gas")]
    with pytest.raises(BadInput, match="två energibärare"):
        fit_readings.meters(_request(tmp_path, head + two + "b,2021-03-27T02:00:00Z,1,electricity\n"))


def test_month_rows_are_whole_months(tmp_path: Path) -> None:
    head = "meter_id,from,to,kwh\n"
    request = _request(tmp_path, head + "m,2021-03-01,2021-04-01,5\nm,2021-04-01,2021-05-01,\n")
    assert fit_readings.is_month_rows(request)
    assert fit_readings.readings_by_month(request).rows() == [
        ("m", date(2021, 3, 1), 5.0),
        ("m", date(2021, 4, 1), None),
    ]
    with pytest.raises(BadInput, match=r"Rad 2: .*ingen hel månad"):
        fit_readings.readings_by_month(_request(tmp_path, head + "m,2021-03-01,2021-03-31,5\n"))
