"""Long form: one row a value, columns found by their words."""

from __future__ import annotations

import pytest

from pipelines.errors import BadInput
from tests.ingest.made_up_files import LIBRARY, SCHOOL, read_meter, starts, total_kwh

NORMAL = {"assumptions": {"time_basis": "normal_time"}}


@pytest.mark.parametrize(
    "header",
    [
        "metering_point_id;timestamp;kwh",
        "Anläggnings-id;Tid;Förbrukning (kWh)",
        "Mätpunkt;Datum;Mängd kWh",
        "MålepunktsID;Fra_dato;Mængde (kWh)",
        "Målepunkt-ID;Fra;Forbruk (kWh)",
        "Mittauspisteen tunnus;Alkuaika;Määrä (kWh)",
        "MeteringPointGSRN;Start Time;Quantity (kWh)",
    ],
)
def test_columns_are_found_in_the_nordic_languages_and_english(header: str) -> None:
    file = read_meter(f"{header}\n{SCHOOL};2024-07-01T00:00:00Z;1,5\n{SCHOOL};2024-07-01T01:00:00Z;2,5\n")
    assert file.readings["metering_point_id"].to_list() == [SCHOOL, SCHOOL]
    assert total_kwh(file) == 4.0
    assert starts(file)[0] == "2024-07-01 00:00"


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_separator_is_found(separator: str) -> None:
    rows = ["Anläggnings-id;Starttid;kWh", f"{SCHOOL};2024-01-01T00:00:00Z;1,5", f"{SCHOOL};2024-01-01T01:00:00Z;2"]
    assert total_kwh(read_meter("\n".join(rows).replace(";", separator))) == 3.5


def test_comma_as_separator_with_quoted_decimal_comma() -> None:
    content = (
        'Fra,Til,KWH 60 Forbruk\n31.03.2024 01:00,31.03.2024 03:00,"2,335"\n31.03.2024 03:00,31.03.2024 04:00,"1,1"\n'
    )
    file = read_meter(content, "meteringvalues-mp-735999000000000013-consumption.csv", **NORMAL)
    assert (file.format, file.id_source, file.time.stamp) == ("no-elhub-csv", "file_name", "start")
    assert (file.readings["metering_point_id"][0], total_kwh(file)) == (SCHOOL, 3.435)
    assert file.readings["resolution"].to_list() == ["PT1H", "PT1H"]


def test_unquoted_decimal_comma_among_commas_is_rejected_and_never_read_as_whole_numbers() -> None:
    content = "Fra,Til,KWH 60 Forbruk\n01.01.2020 00:00,01.01.2020 01:00,2,335\n"
    with pytest.raises(BadInput, match="fält"):
        read_meter(content)


def test_finnish_rows_in_utc_with_stated_resolution_and_missing_values() -> None:
    content = (
        "\ufeffMittauspisteen tunnus;Tuotteen tyyppi;Resoluutio;Yksikkötyyppi;Lukeman tyyppi;Alkuaika;Määrä;Laatu\n"
        "643006000000000014;8716867000030;PT15M;kWh;BN01;2023-09-17T00:00:00Z;0,640000;OK\n"
        "643006000000000014;8716867000030;PT15M;kWh;BN01;2023-09-17T00:15:00Z;null;MISSING\n"
    )
    file = read_meter(content)
    assert (file.format, file.time.basis, file.questions) == ("fi-datahub-csv", "utc", ())
    assert file.readings["energy_kwh"].to_list() == [0.64, None]
    assert file.readings["quality"].to_list() == ["measured", "missing"]
    assert file.readings["carrier"].unique().to_list() == ["electricity"]


def test_danish_register_rows_for_the_same_energy_are_kept_and_never_counted() -> None:
    content = (
        "MålepunktsID;Fra_dato;Til_dato;Mængde;Måleenhed;Kvalitet;Type\n"
        "571313000000000014;26-10-2023 11:00:00;26-10-2023 12:00:00;0,25;KWH;Målt;Tidsserie\n"
        "571313000000000014;01-10-2023 00:00:00;01-01-2024 00:00:00;1.796,000;KWH;Målt;Maling\n"
    )
    file = read_meter(content, **NORMAL)
    assert file.readings["is_second_account"].to_list() == [False, True]
    assert file.readings["energy_kwh"].to_list() == [0.25, 1796.0]
    assert (file.readings["kind"][1], file.readings["resolution"][1]) == ("register", "irregular")
    assert any("räknas inte en gång till" in warning for warning in file.warnings)


def test_register_rows_that_no_series_covers_are_the_only_account() -> None:
    content = (
        "MålepunktsID;Fra_dato;Til_dato;Mængde;Måleenhed;Kvalitet;Type\n"
        "571313000000000014;26-10-2023 11:00:00;26-10-2023 12:00:00;0,25;KWH;Målt;Tidsserie\n"
        "571313000000000014;01-07-2023 00:00:00;01-10-2023 00:00:00;1.796,000;KWH;Målt;Maling\n"
    )
    assert read_meter(content, **NORMAL).readings["is_second_account"].to_list() == [False, False]


def test_unit_and_carrier_and_direction_columns_are_used() -> None:
    content = (
        "Anläggnings-id;Starttid;Sluttid;Värde;Enhet;Energislag;Riktning\n"
        f"{SCHOOL};2024-01-01 00:00;2024-02-01 00:00;1,5;MWh;Fjärrvärme;Förbrukning\n"
        f"{LIBRARY};2024-01-01 00:00;2024-02-01 00:00;20;m3;Gas;Förbrukning\n"
    )
    file = read_meter(content)
    assert file.readings["energy_kwh"].to_list() == [1500.0, None]
    assert file.readings["carrier"].to_list() == ["district_heating", "gas"]
    assert file.readings["unit"].to_list() == ["MWh", "m³"]
    assert file.readings["resolution"].to_list() == ["P1M", "P1M"]
    assert file.readings["period_end_utc"].dt.strftime("%Y-%m-%d %H:%M").to_list() == ["2024-01-31 23:00"] * 2


def test_file_without_id_is_asked_about() -> None:
    content = "Tid;Förbrukning (kWh)\n2024-01-01 00:00;1\n2024-01-01 23:00;2\n"
    file = read_meter(content, **NORMAL)
    assert [question.key for question in file.questions] == ["metering_point_id"]
    answered = read_meter(content, assumptions={"time_basis": "normal_time", "metering_point_id": SCHOOL})
    assert (answered.questions, answered.readings["metering_point_id"][0]) == ((), SCHOOL)


def test_rows_repeated_in_the_file_stay() -> None:
    content = f"id;x\nAnläggnings-id;Starttid;kWh\n{SCHOOL};2024-01-01T00:00Z;1\n{SCHOOL};2024-01-01T00:00Z;1\n"
    assert read_meter(content).readings.height == 2


def test_blank_lines_do_not_move_the_row_numbers() -> None:
    content = f"Anläggnings-id;Starttid;kWh\n\n{SCHOOL};2024-01-01T00:00Z;1\n\n;;\n{SCHOOL};2024-01-01T01:00Z;2\n"
    assert read_meter(content).readings["source_row"].to_list() == [3, 6]


def test_row_with_too_many_fields_is_rejected_and_the_others_are_read() -> None:
    content = f"Anläggnings-id;Starttid;kWh\n{SCHOOL};2024-01-01T00:00Z;1;7\n{SCHOOL};2024-01-01T01:00Z;2;\n"
    file = read_meter(content)
    assert file.rejected["source_row"].to_list() == [2]
    assert (total_kwh(file), file.readings["source_row"].to_list()) == (2.0, [3])


def test_stamp_that_is_no_time_is_rejected() -> None:
    content = f"Anläggnings-id;Starttid;kWh\n{SCHOOL};i går;1\n{SCHOOL};2024-01-01T01:00Z;2\n"
    file = read_meter(content)
    assert file.rejected.rows() == [(2, "Tiden kan inte läsas.", "Skriv tider som 2024-03-31 14:00.")]


def test_wrong_check_digit_is_a_warning_and_the_values_stay() -> None:
    file = read_meter("Anläggnings-id;Starttid;kWh\n735999000000000016;2024-01-01T00:00Z;1\n")
    assert file.readings.height == 1
    assert "Kontrollsiffran stämmer inte i anläggnings-id 735999000000000016" in file.warnings[0]


@pytest.mark.parametrize("identity", ["7,35999E+17", "735999000000001000"])
def test_id_damaged_by_excel_is_said_so(identity: str) -> None:
    file = read_meter(f"Anläggnings-id;Starttid;kWh\n{identity};2024-01-01T00:00Z;1\n")
    assert "Excel" in file.warnings[0]


def test_id_with_spaces_is_the_same_id() -> None:
    file = read_meter("Anläggnings-id;Starttid;kWh\n735 999 000 000 000 013;2024-01-01T00:00Z;1\n")
    assert file.readings["metering_point_id"][0] == SCHOOL


@pytest.mark.parametrize("clock", ["Tid", "Klockslag"])
def test_date_and_clock_may_stand_in_two_columns(clock: str) -> None:
    rows = "\n".join(f"{SCHOOL};2024-01-15;{hour}:00;1" for hour in range(24))
    file = read_meter(f"Anläggnings-id;Datum;{clock};kWh\n{rows}\n", **NORMAL)
    assert file.readings["resolution"].unique().to_list() == ["PT1H"]
    assert (starts(file)[0], starts(file)[-1]) == ("2024-01-14 23:00", "2024-01-15 22:00")


def test_hours_from_1_to_24_end_their_interval() -> None:
    rows = "\n".join(f"{SCHOOL};2024-01-15;{hour};1" for hour in range(1, 25))
    file = read_meter(f"Anläggnings-id;Datum;Timme;kWh\n{rows}\n", **NORMAL)
    assert (file.time.stamp, starts(file)[0], starts(file)[-1]) == ("end", "2024-01-14 23:00", "2024-01-15 22:00")


def test_numbered_hours_are_read_whatever_their_column_is_called() -> None:
    rows = "\n".join(f"{SCHOOL};2024-01-15;{hour};1" for hour in range(24))
    file = read_meter(f"Anläggnings-id;Datum;Intervall;kWh\n{rows}\n", **NORMAL)
    assert (starts(file)[0], starts(file)[-1]) == ("2024-01-14 23:00", "2024-01-15 22:00")


def test_many_values_at_one_time_are_refused_and_never_taken_for_days() -> None:
    rows = "\n".join(f"{SCHOOL};2024-01-15;x{hour}y;1" for hour in range(24))
    with pytest.raises(BadInput, match="samma tid"):
        read_meter(f"Anläggnings-id;Datum;Kod;kWh\n{rows}\n")


def test_several_facilities_without_a_known_id_column_are_asked_about() -> None:
    rows = "\n".join(f"{one};2024-01-15 {hour:02}:00;1" for hour in range(24) for one in ("Skolan", "Badet"))
    content = f"Benämning;Tid;kWh\n{rows}\n"
    assert [question.key for question in read_meter(content, **NORMAL).questions] == ["id_column"]
    answered = read_meter(content, assumptions={"time_basis": "normal_time", "id_column": "Benämning"})
    assert (answered.questions, set(answered.readings["metering_point_id"])) == ((), {"Skolan", "Badet"})


def test_hourly_and_daily_meters_in_one_file() -> None:
    hours = [f"A;2024-01-15 {hour:02}:00;1" for hour in range(24)]
    days = ["B;2024-01-15 00:00;24", "B;2024-01-16 00:00;25"]
    file = read_meter("\n".join(["Anläggnings-id;Starttid;kWh", *hours, *days]), **NORMAL)
    found = file.readings.group_by("metering_point_id").agg("resolution").sort("metering_point_id")
    assert [set(row) for row in found["resolution"].to_list()] == [{"PT1H"}, {"P1D"}]
    assert file.readings["source_row"].to_list() == list(range(2, 28))
