"""One row a day, one column an hour."""

from __future__ import annotations

from tests.ingest.made_up_files import SCHOOL, read_meter, starts, total_kwh

RANGES = ";".join(f"{hour:02}:00-{(hour + 1) % 24:02}:00" for hour in range(24))
NORMAL = {"assumptions": {"time_basis": "normal_time", "metering_point_id": SCHOOL, "unit": "kWh"}}


def test_each_cell_is_a_value_of_its_hour() -> None:
    file = read_meter(f"Datum;{RANGES}\n2024-01-15;" + ";".join(f"{hour},5" for hour in range(24)) + "\n", **NORMAL)
    assert (file.format, file.time.stamp, file.readings.height) == ("day-hours-csv", "start", 24)
    assert (starts(file)[0], starts(file)[-1]) == ("2024-01-14 23:00", "2024-01-15 22:00")
    assert total_kwh(file) == sum(hour + 0.5 for hour in range(24))


def test_hours_named_by_their_end_are_ends() -> None:
    header = ";".join(f"{hour:02}:00" for hour in range(1, 25))
    file = read_meter(f"Anläggnings-id;Datum;{header}\n{SCHOOL};2024-01-15;" + ";".join(["1"] * 24) + "\n", **NORMAL)
    assert (file.id_source, file.time.stamp, starts(file)[0]) == ("column", "end", "2024-01-14 23:00")


def test_empty_cell_in_the_skipped_hour_shows_local_time() -> None:
    cells = ";".join("" if hour == 2 else "1" for hour in range(24))
    file = read_meter(
        f"Datum;{RANGES};Summa\n2024-03-31;{cells};23\n", assumptions={"metering_point_id": SCHOOL, "unit": "kWh"}
    )
    assert (file.time.basis, total_kwh(file), file.rejected.height) == ("local", 23.0, 0)
    assert starts(file)[2] == "2024-03-31 01:00"


def test_missing_cell_is_missing_and_a_wrong_one_is_rejected() -> None:
    cells = ";".join(["", "fel", *["0"] * 22])
    file = read_meter(f"Datum;{RANGES}\n2024-01-15;{cells}\n", **NORMAL)
    assert file.readings["quality"].to_list()[:2] == ["missing", "measured"]
    assert file.rejected.row(0)[:2] == (2, "Värdet för 01:00-02:00 är inget tal: fel")


def test_id_and_unit_that_the_file_does_not_tell_are_asked_for() -> None:
    file = read_meter(f"Datum;{RANGES}\n2024-01-15;" + ";".join(["1"] * 24) + "\n")
    assert [question.key for question in file.questions] == ["metering_point_id", "unit", "time_basis"]
