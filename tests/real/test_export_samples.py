"""Every real export is read, asked about or refused with words, as an independent calculation says it should be."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import BadInput
from pipelines.ingest.canonical import MeterFile, WeatherFile
from pipelines.ingest.detect import read_file
from pipelines.ingest.inspect import description
from tests.mutation.judge import energies
from tests.real import independent as by
from tests.real.conftest import SHARED_DATA
from tests.real.export_cases import AMR, CASES, ID, LONDON, REFUSED_OR_ASKED, SCHOOLS, UTC_ANSWERS, WEATHER, Case
from tests.real.independent import Energy

pytestmark = pytest.mark.real

FOLDERS = (
    "export-samples",
    "tartu-district-heating",
    "aalborg-heat-meter",
    "hslu-edar",
    "cbe-berkeley",
    "helsinki-nuuka",
    "banes-schools",
)
NOT_EXPORTS = {"README.md", "temperature_bath_halfhourly.parquet"}


def present(relative: str) -> Path:
    """The file, or the reason why the test cannot be run."""
    path = SHARED_DATA / relative
    if not path.exists():
        pytest.skip(f"the measured data does not lie beside the project: ../shared/data/{relative.split('/')[0]}")
    return path


def read(path: Path, zone: str, answers: dict[str, str]) -> MeterFile:
    """The file as meter readings."""
    result = read_file(path, path.name, assumptions=answers, zone=zone)
    assert isinstance(result, MeterFile)
    return result


def found_energy(readings: pl.DataFrame) -> list[Energy]:
    """What was read, one line a direction."""
    by_direction: dict[str, list[by.Row]] = {}
    for (_, direction, start, end), kwh in energies(readings)[0].items():
        by_direction.setdefault(direction, []).append((start, end, kwh))
    return [by.summed(rows, direction) for direction, rows in sorted(by_direction.items())]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.path)
def test_export_gives_the_energy_that_an_independent_calculation_gives(case: Case) -> None:
    path = present(case.path)
    file = read(path, case.zone, case.answers)
    assert file.questions == ()
    expected = sorted(case.expected(path), key=lambda one: one.direction)
    found = found_energy(file.readings)
    assert [(one.direction, one.first, one.end) for one in found] == [(e.direction, e.first, e.end) for e in expected]
    assert [one.total_kwh for one in found] == pytest.approx([e.total_kwh for e in expected], abs=case.tolerance_kwh)
    if not case.counts_differ:
        assert [one.count for one in found] == [e.count for e in expected]
    if case.ids is not None:
        assert set(file.readings["metering_point_id"].to_list()) == set(case.ids)
    if case.basis is not None:
        assert file.time.basis == case.basis


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.path)
def test_only_what_the_file_cannot_tell_is_asked_and_the_next_file_of_the_kind_asks_nothing(case: Case) -> None:
    path = present(case.path)
    told = description(read(path, case.zone, {}), path.name, "", zone=case.zone)
    asked = [question["key"] for question in told["questions"]]
    assert case.must <= set(asked) <= case.must | case.may
    assert len(asked) <= 3
    assert told["rows"]["used"] == 0 if asked else told["rows"]["used"] > 0
    assert read(path, case.zone, {key: case.answers[key] for key in asked}).questions == ()


def words_about(path: Path) -> str:
    """The words of the refusal, or of the questions, or of the warnings where no energy was read."""
    try:
        file = read_file(path, path.name)
    except BadInput as refused:
        return f"{refused.message_sv} {refused.fix_sv}" if refused.fix_sv else ""
    if isinstance(file, WeatherFile):
        return "temperatur"
    assert isinstance(file, MeterFile)
    if file.questions:
        return " ".join(question.text_sv for question in file.questions)
    return " ".join(file.warnings) if file.readings["energy_kwh"].drop_nulls().is_empty() else "read without a question"


@pytest.mark.parametrize("relative", REFUSED_OR_ASKED)
def test_what_is_no_energy_of_a_known_meter_is_refused_or_asked_about_in_words_that_say_why(relative: str) -> None:
    assert re.search(REFUSED_OR_ASKED[relative], words_about(present(relative)))


@pytest.mark.parametrize("relative", WEATHER)
def test_temperatures_are_never_taken_for_energy(relative: str) -> None:
    assert re.search(r"temperatur|mätvärde|kolumn", words_about(present(relative)))


def test_the_energy_of_a_bill_is_never_put_on_the_day_of_the_bill() -> None:
    path = present("export-samples/other-utilities/us-xcel.csv")
    try:
        file = read(path, "America/Denver", ID)
    except BadInput:
        return
    days = file.readings.select((pl.col("period_end_utc") - pl.col("period_start_utc")).dt.total_days()).to_series()
    assert file.questions or days.drop_nulls().ge(20).all()


def test_gas_and_electricity_of_one_school_are_kept_apart() -> None:
    path = present(SCHOOLS)
    answers = {"unit": "kWh", "time_basis": "utc"}
    file = read_file(path, path.name, zone=LONDON, assumptions=answers)
    assert isinstance(file, MeterFile)
    assert file.questions == ()
    summed = file.readings.group_by("metering_point_id", "carrier").agg(pl.col("energy_kwh").sum().round(3))
    # Sums of the 48 columns by school and fuel. Two fuels of one id are two meters: the fuel tells them apart.
    assert set(summed.rows()) == {
        ("A", "gas", 431295.74),
        ("B-electricity", "electricity", 106126.494),
        ("B-gas", "gas", 256461.1),
    }


def test_every_file_of_the_samples_is_in_the_table() -> None:
    listed = {case.path for case in CASES} | set(REFUSED_OR_ASKED) | set(WEATHER) | {SCHOOLS}
    workbooks = {f"{AMR}upload_data_files__banes-example-file.{suffix}" for suffix in ("xls", "xlsx")}
    there = {
        str(path.relative_to(SHARED_DATA))
        for folder in FOLDERS
        for path in (SHARED_DATA / folder).rglob("*")
        if path.is_file() and path.name not in NOT_EXPORTS
    }
    if not there:
        pytest.skip("the measured data does not lie beside the project: ../shared/data/export-samples")
    assert there - listed - workbooks == set()


@pytest.mark.parametrize("suffix", ["xls", "xlsx"])
def test_the_same_rows_in_a_workbook_give_the_same_energy(suffix: str) -> None:
    path = present(f"{AMR}upload_data_files__banes-example-file.{suffix}")
    file = read_file(path, path.name, zone=LONDON, assumptions=UTC_ANSWERS)
    assert isinstance(file, MeterFile)
    text = present(f"{AMR}upload_data_files__banes-example-file.csv")
    assert energies(file.readings) == energies(read(text, LONDON, UTC_ANSWERS).readings)
