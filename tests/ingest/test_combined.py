"""Several files or sheets as one: what one of them proves the others may use, and no energy is counted twice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.errors import BadInput
from tests.ingest.made_up_binary_workbooks import zipped
from tests.ingest.made_up_files import (
    LIBRARY,
    SCHOOL,
    eon,
    intervals,
    long_rows,
    read_meter,
    refusal_of,
    starts,
    total_kwh,
    workbook,
)


def month(number: int, count: int = 744, *, basis: str = "local", identity: str = SCHOOL) -> str:
    """A month of an E.ON export, 1 kWh an hour, from its first local hour in 2024."""
    points = intervals(datetime(2024, number, 1, tzinfo=UTC), count)
    return eon(points, [1.0] * count, basis=basis, identity=identity)


def test_files_of_one_kind_are_one_file_of_that_kind() -> None:
    file = read_meter(zipped({"januari.csv": month(1, 24), "februari.csv": month(2, 24)}), "export.zip")
    assert file.format == "se-eon-csv"
    assert total_kwh(file) == 48.0


def test_clock_that_one_month_proves_holds_for_the_others() -> None:
    alone = read_meter(month(1, 48))
    assert [question.key for question in alone.questions] == ["time_basis"]
    file = read_meter(zipped({"1.csv": month(1, 48), "3.csv": month(3)}), "export.zip")
    assert (file.time.basis, file.questions) == ("local", ())
    assert starts(file)[0] == "2024-01-01 00:00"


def test_clock_that_no_file_proves_is_asked_for_once() -> None:
    file = read_meter(zipped({"1.csv": month(1, 48), "2.csv": month(2, 48)}), "export.zip")
    assert [question.key for question in file.questions] == ["time_basis"]


def test_unlike_files_that_are_sure_of_themselves_are_one_archive() -> None:
    instants = f"Anläggnings-id;Starttid;kWh\n{LIBRARY};2024-01-01T00:00Z;2\n{LIBRARY};2024-01-01T01:00Z;2\n"
    file = read_meter(zipped({"a.csv": month(3), "b.csv": instants}), "export.zip")
    assert (file.format, file.questions) == ("archive", ())
    assert "a.csv: " in file.time.evidence
    assert "b.csv: " in file.time.evidence
    assert total_kwh(file) == 748.0


def test_unlike_files_that_ask_each_their_own_are_refused_by_name() -> None:
    points = intervals(datetime(2024, 1, 1, tzinfo=UTC), 4)
    refused = refusal_of(zipped({"a.csv": month(1, 4), "b.csv": long_rows(points, [1.0] * 4, basis="local")}))
    assert refused is not None
    assert "a.csv, b.csv behöver var sitt svar" in refused.message_sv


def test_files_without_id_for_the_same_time_are_refused_as_one_answer_cannot_hold_for_both() -> None:
    table = "Starttid;kWh\n2024-01-01T00:00Z;2\n2024-01-01T01:00Z;2\n"
    refused = refusal_of(zipped({"a.csv": table, "b.csv": table.replace(";2", ";3")}))
    assert refused is not None
    assert "a.csv, b.csv" in refused.message_sv


def test_id_in_the_name_of_each_file_is_used() -> None:
    table = "Starttid;kWh\n2024-01-01T00:00Z;2\n2024-01-01T01:00Z;2\n"
    file = read_meter(zipped({f"{SCHOOL}.csv": table, f"{LIBRARY}.csv": table}), "export.zip")
    assert set(file.readings["metering_point_id"]) == {SCHOOL, LIBRARY}
    assert file.id_source == "file_name"


ROWS = f"Anläggnings-id;Starttid;kWh\n{SCHOOL};2024-01-01T00:00Z;2\n{SCHOOL};2024-01-01T01:00Z;2\n"


def test_the_same_values_in_two_files_count_once() -> None:
    file = read_meter(zipped({"a.csv": ROWS, "kopia av a.csv": ROWS}), "export.zip")
    assert file.readings["is_second_account"].to_list() == [False, False, True, True]
    assert file.rejected.is_empty()


def test_values_that_two_files_contradict_each_other_about_are_rejected_with_their_file() -> None:
    file = read_meter(zipped({"a.csv": ROWS, "b.csv": ROWS.replace("01:00Z;2", "01:00Z;9")}), "export.zip")
    assert file.rejected["source_row"].to_list() == [3, 3]
    assert [reason.split(":")[0] for reason in file.rejected["reason"]] == ["Filen a.csv", "Filen b.csv"]
    assert file.readings.filter(~file.readings["is_second_account"])["energy_kwh"].to_list() == [2.0]


def test_days_beside_their_hours_are_a_second_account() -> None:
    hours = "Anläggnings-id;Starttid;Sluttid;kWh\n" + "".join(
        f"{SCHOOL};2024-01-01T{hour:02}:00+01:00;2024-01-0{1 + (hour == 23)}T{(hour + 1) % 24:02}:00+01:00;2\n"
        for hour in range(24)
    )
    day = f"Anläggnings-id;Starttid;Sluttid;kWh\n{SCHOOL};2024-01-01T00:00+01:00;2024-01-02T00:00+01:00;48\n"
    file = read_meter(zipped({"dygn.csv": day, "timmar.csv": hours}), "export.zip")
    assert (
        total_kwh(
            file.__class__(**{**vars(file), "readings": file.readings.filter(~file.readings["is_second_account"])})
        )
        == 48.0
    )
    assert file.readings.filter(file.readings["is_second_account"])["resolution"].to_list() == ["P1D"]


def test_rejected_rows_name_their_sheet() -> None:
    header = ["Anläggnings-id", "Starttid", "kWh"]
    rows = [[SCHOOL, "2024-01-01T00:00Z", 1], [SCHOOL, "2024-01-01T01:00Z", "hej"]]
    later = [[SCHOOL, "2024-02-01T00:00Z", 1], [SCHOOL, "2024-02-01T01:00Z", 1]]
    file = read_meter(workbook({"Jan": [header, *rows], "Feb": [header, *later]}), "x.xlsx")
    assert file.rejected["source_row"].to_list() == [3]
    assert file.rejected["reason"][0].startswith("Bladet Jan: ")


def test_meter_values_beside_a_register_are_refused_by_name() -> None:
    register = "metering_point_id,carrier,unit,role\nm1,gas,m3,main\n"
    refused = refusal_of(zipped({"a.csv": ROWS, "meter.csv": register}))
    assert refused is not None
    assert "a.csv, meter.csv är av olika slag" in refused.message_sv


def test_part_that_cannot_be_read_is_refused_with_its_name_and_row() -> None:
    with pytest.raises(BadInput, match=r"Filen b\.csv i zip-filen: .*känns inte igen"):
        read_meter(zipped({"a.csv": ROWS, "b.csv": "namn;antal\nkatt;3\nhund;4\n"}), "export.zip")


def test_letter_and_picture_in_an_archive_are_named_and_left() -> None:
    file = read_meter(
        zipped({"a.csv": ROWS, "läs mig.txt": "Hej!\nHär är värdena, för 2024.\nMvh Anna\n", "b.pdf": b"%PDF-1.7"}),
        "e.zip",
    )
    assert [warning.split(" i zip")[0] for warning in file.warnings[-2:]] == ["Filen läs mig.txt", "Filen b.pdf"]
