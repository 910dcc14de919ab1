"""SVEF/24: MWh between tabs, with a status for each value."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import BadInput
from pipelines.ingest import svef as reader
from pipelines.ingest.canonical import MeterFile
from pipelines.ingest.intervals import Context
from tests.ingest.made_up_files import SCHOOL

QUICK = settings(max_examples=30, deadline=None)
HEADER = "SVEF/24:1/2024-04-01 06:00:00\n"


def read(content: str, **assumptions: str) -> MeterFile:
    """Read a text as a file from somebody who has sent nothing before."""
    return reader.read(content, Context("export.txt", assumptions))


def rows(first: datetime, values: list[str], status: str = "2") -> str:
    """Hours that follow one another."""
    return "".join(
        f"{SCHOOL}\t{first + timedelta(hours=n):%Y-%m-%d %H:%M}\t{status}\t{value}\n" for n, value in enumerate(values)
    )


def test_megawatt_hours_start_at_their_stamp() -> None:
    """24 hours on the day when the clock is put forward show normal time."""
    file = read("// exported\n" + HEADER + rows(datetime(2024, 3, 31), ["0,001"] * 24))
    assert (file.format, file.time.basis, file.time.stamp, file.questions) == ("se-svef24", "normal_time", "start", ())
    assert file.readings["period_start_utc"].dt.strftime("%Y-%m-%d %H:%M")[0] == "2024-03-30 23:00"
    assert file.readings["energy_kwh"].sum() == pytest.approx(24.0)
    assert file.readings.select("metering_point_id", "unit", "source_row").row(0) == (SCHOOL, "MWh", 3)


def test_only_the_time_basis_is_asked_for_where_no_day_shows_it() -> None:
    assert [one.key for one in read(HEADER + rows(datetime(2024, 5, 1), ["1.0", "2.0"])).questions] == ["time_basis"]


@pytest.mark.parametrize(
    ("status", "quality"),
    [
        (0, "measured"),
        (2, "measured"),
        (3, "estimated"),
        (5, "estimated"),
        (6, "estimated"),
        (7, "missing"),
        (9, "missing"),
    ],
)
def test_status_is_the_quality(status: int, quality: str) -> None:
    file = read(HEADER + rows(datetime(2024, 5, 1), ["1.0"], str(status)))
    assert file.readings["quality"].to_list() == [quality]
    assert file.warnings == ()


def test_unknown_status_is_measured_with_a_warning() -> None:
    file = read(HEADER + rows(datetime(2024, 5, 1), ["1.0"], "4"))
    assert file.readings["quality"].to_list() == ["measured"]
    assert "Statuskoderna 4 är okända" in file.warnings[0]


def test_rows_that_do_not_fit_are_rejected_and_an_empty_value_is_missing() -> None:
    file = read(HEADER + rows(datetime(2024, 5, 1), ["1.0", "", "x"]) + "half a row\t2024-05-01 03:00\n")
    assert file.readings["value"].to_list() == [1.0, None]
    assert file.rejected["source_row"].to_list() == [4, 5]


def test_header_alone_is_refused() -> None:
    with pytest.raises(BadInput, match="inga värden"):
        read(HEADER)


def test_recognised_by_its_first_line() -> None:
    assert reader.recognises("\ufeff// a comment\r\n\r\nSVEF/24:1/2024-04-01 06:00:00")
    assert not reader.recognises("Tid;Värde\nSVEF/24")


@QUICK
@given(st.lists(st.one_of(st.none(), st.integers(0, 10**6)), min_size=2, max_size=200))
def test_written_hours_come_back(values: list[int | None]) -> None:
    """Thousandths of a MWh are kWh."""
    texts = ["" if value is None else f"{value // 1000},{value % 1000:03d}" for value in values]
    file = read(HEADER + rows(datetime(2024, 5, 1), texts), time_basis="normal_time")
    assert file.readings["energy_kwh"].to_list() == [None if v is None else pytest.approx(v) for v in values]
