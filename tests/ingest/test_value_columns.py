"""Time × facilities: Ellevio's long form and its relatives."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.ingest.made_up_files import LIBRARY, SCHOOL, ellevio, intervals, read_meter, starts, workbook

NORMAL = {"assumptions": {"time_basis": "normal_time"}}


def energies(file, identity: str) -> list[float | None]:
    return file.readings.filter(file.readings["metering_point_id"] == identity)["energy_kwh"].to_list()


def test_ellevio_with_several_facilities_and_a_comma_at_the_end() -> None:
    points = intervals(datetime(2024, 1, 14, 23, tzinfo=UTC), 24)
    content = ellevio(points, {SCHOOL: [1.5] * 24, LIBRARY: [None, *[0.0] * 23]}, basis="normal_time")
    file = read_meter(content, **NORMAL)
    assert (file.format, file.id_source, file.time.stamp) == ("se-ellevio-csv", "header", "start")
    assert energies(file, SCHOOL) == [1.5] * 24
    assert energies(file, LIBRARY) == [None, *[0.0] * 23]
    assert file.readings["carrier"].unique().to_list() == ["electricity"]
    assert (starts(file)[0], file.readings["source_row"][0]) == ("2024-01-14 23:00", 3)


def test_header_without_unit_is_asked_about() -> None:
    file = read_meter(f"Datum;{SCHOOL}\n2024-01-01;10\n2024-01-02;11\n")
    assert [question.key for question in file.questions] == ["unit"]
    answered = read_meter(f"Datum;{SCHOOL}\n2024-01-01;10\n2024-01-02;11\n", assumptions={"unit": "MWh"})
    assert (answered.questions, answered.readings["energy_kwh"].to_list()) == ((), [10_000.0, 11_000.0])


def test_unit_may_stand_in_the_header_of_each_facility() -> None:
    file = read_meter(f"Datum;{SCHOOL} (kWh);{LIBRARY} (MWh)\n2024-01-01;10;0,5\n2024-01-02;11;0,25\n")
    assert energies(file, SCHOOL) == [10.0, 11.0]
    assert energies(file, LIBRARY) == [500.0, 250.0]


def test_months_down_and_facilities_across_with_title_units_and_total() -> None:
    content = (
        "Fjärrvärme 2024\n\n"
        f"Månad;{SCHOOL};{LIBRARY};Summa\n"
        "Anläggning;Skolan;Biblioteket;\n"
        "Enhet;MWh;MWh;\n"
        "2024-01;12,5;3,0;15,5\n"
        "2024-02;11,0*;;11,0\n"
        "Summa;23,5;3,0;26,5\n"
    )
    file = read_meter(content)
    assert energies(file, SCHOOL) == [12_500.0, 11_000.0]
    assert energies(file, LIBRARY) == [3_000.0, None]
    assert file.readings["quality"].to_list() == ["measured", "estimated", "measured", "missing"]
    assert file.readings["carrier"].unique().to_list() == ["district_heating"]
    assert starts(file)[:2] == ["2023-12-31 23:00", "2024-01-31 23:00"]
    assert file.rejected.height == 0


def test_month_names_down_the_first_column() -> None:
    file = read_meter(f"Månad;{SCHOOL} kWh\njan 2024;1\nfeb 2024;2\n")
    assert file.readings["resolution"].to_list() == ["P1M", "P1M"]
    assert starts(file) == ["2023-12-31 23:00", "2024-01-31 23:00"]


def test_sheet_of_a_workbook_is_read_like_the_csv() -> None:
    rows = [["Datum", f"{SCHOOL} kWh"], [datetime(2024, 1, 1), 10.5], [datetime(2024, 1, 2), None]]
    file = read_meter(workbook({"Blad1": rows}), "export.xlsx")
    assert file.readings["energy_kwh"].to_list() == [10.5, None]
    assert file.readings["source_row"].to_list() == [2, 3]
    assert file.readings["resolution"].to_list() == ["P1D", "P1D"]


def test_cell_that_is_no_number_is_rejected_alone() -> None:
    file = read_meter(f"Datum;{SCHOOL} kWh;{LIBRARY} kWh\n2024-01-01;fel;2\n2024-01-02;3;4\n")
    assert file.rejected.rows()[0][:2] == (2, f"Värdet för {SCHOOL} är inget tal: fel")
    assert file.readings["energy_kwh"].sum() == 9.0


def test_american_dates_are_read_where_a_day_past_the_twelfth_shows_them() -> None:
    file = read_meter(f"Datum;{SCHOOL} kWh\n01/12/2024;1\n01/13/2024;2\n")
    assert starts(file) == ["2024-01-11 23:00", "2024-01-12 23:00"]


def test_id_that_stood_as_a_number_in_excel_is_said_to_be_damaged_and_asked_for() -> None:
    rows = [["Anläggnings-id", "Starttid", "kWh"], [735999000000001000, "2024-01-01T00:00Z", 1]]
    file = read_meter(workbook({"Blad1": rows}), "export.xlsx")
    assert [question.key for question in file.questions] == ["metering_point_id"]
    assert "Excel" in file.warnings[0]


def test_column_that_counts_the_rows_is_no_energy() -> None:
    rows = "\n".join(f"{n};2024-01-{n + 1:02};{value}" for n, value in enumerate((5, 3, 8, 2, 9, 4, 7)))
    file = read_meter(f";Datum;Skolan\n{rows}\n", assumptions={"unit": "kWh", "metering_point_id": SCHOOL})
    assert file.readings["energy_kwh"].to_list() == [5.0, 3.0, 8.0, 2.0, 9.0, 4.0, 7.0]
