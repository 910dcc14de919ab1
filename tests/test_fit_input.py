from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from pipelines import fit_input
from pipelines.errors import BadInput
from pipelines.fit_input import FitRequest, Span
from tests.made_up_fit_files import hours

MARCH = Span(date(2021, 3, 27), date(2021, 3, 30))
OCTOBER = Span(date(2021, 10, 30), date(2021, 11, 2))


def _request(folder: Path, text: str, **options: object) -> FitRequest:
    path = folder / "readings.csv"
    path.write_text(text)
    return FitRequest(path, folder / "weather.csv", MARCH, OCTOBER, folder / "out.parquet", **options)  # type: ignore[arg-type]


def test_open_days_overrule_closed_ones(tmp_path: Path) -> None:
    calendar = tmp_path / "calendar.csv"
    calendar.write_text("meter_id,from,to,kind\nm,2021-07-01,2021-07-04,closed\nm,2021-07-02,2021-07-03,open\n")
    found = fit_input.closed_days(_request(tmp_path, "", calendar=calendar))
    assert sorted(found["day_local"]) == [date(2021, 7, 1), date(2021, 7, 3)]
    calendar.write_text("meter_id,from,to,kind\nm,2021-07-01,2021-07-04,lov\n")
    with pytest.raises(BadInput, match=r"Rad 2: calendar\.csv"):
        fit_input.closed_days(_request(tmp_path, "", calendar=calendar))


def test_a_day_of_temperatures_needs_twenty_hours(tmp_path: Path) -> None:
    stamps = hours(datetime(2021, 3, 26, 23), datetime(2021, 3, 28, 17))  # a whole day, and 18 hours of a 23-hour day
    rows = "\n".join(f"{stamp:%Y-%m-%d %H:%M},{n % 24}" for n, stamp in enumerate(stamps))
    request = _request(tmp_path, "")
    request.weather.write_text(f"timestamp,temp_c\n{rows}\n")
    by_day = fit_input.weather_days(fit_input.weather_hours(request), request.time_zone)
    assert by_day.rows() == [("", date(2021, 3, 27), 11.5)]  # mean of 0 … 23
    assert fit_input.station_of(request, ["m"], {""}) == {"m": ""}


def test_each_meter_needs_a_station_that_the_weather_has(tmp_path: Path) -> None:
    stations = tmp_path / "stations.csv"
    request = _request(tmp_path, "", stations=stations)
    stations.write_text("meter_id,station\nm,s\n")
    assert fit_input.station_of(request, ["m"], {"s"}) == {"m": "s"}
    for meters, known in ((["m", "n"], {"s"}), (["m"], {"other"})):
        with pytest.raises(BadInput, match=f"mätaren {meters[-1]} har ingen station"):
            fit_input.station_of(request, meters, known)


def test_the_same_hour_of_weather_twice_needs_a_station(tmp_path: Path) -> None:
    request = _request(tmp_path, "")
    request.weather.write_text("timestamp,temp_c\n2021-03-27T01:00Z,1\n2021-03-27T01:00Z,2\n")
    with pytest.raises(BadInput, match="--stations"):
        fit_input.weather_hours(request)


def test_a_meter_stands_in_one_group(tmp_path: Path) -> None:
    group = tmp_path / "group.csv"
    group.write_text("meter_id,group_id\nm,1\nm,2\n")
    with pytest.raises(BadInput, match=r"Rad 2: group\.csv"):
        fit_input.groups(_request(tmp_path, "", group=group))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reporting": Span(date(2021, 3, 28), date(2021, 4, 1))}, "innan basperioden är slut"),
        ({"baseline": Span(date(2021, 3, 28), date(2021, 3, 28))}, "--baseline slutar innan den börjar"),
        ({"time_zone": "Europe/Nowhere"}, "ingen tidszon"),
        ({"model": "monthly"}, "hela månader"),
    ],
)
def test_periods_and_zone_must_make_sense(tmp_path: Path, changed: dict[str, object], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        fit_input.check(replace(_request(tmp_path, ""), **changed))  # type: ignore[arg-type]
