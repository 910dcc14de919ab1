"""Time across the columns: the hours of a day, months, stamps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.ingest.made_up_files import LIBRARY, SCHOOL, read_meter, starts, total_kwh, workbook

RANGES = ";".join(f"{hour:02}:00-{(hour + 1) % 24:02}:00" for hour in range(24))
NORMAL = {"assumptions": {"time_basis": "normal_time", "metering_point_id": SCHOOL, "unit": "kWh"}}


def test_each_cell_is_a_value_of_its_hour() -> None:
    file = read_meter(f"Datum;{RANGES}\n2024-01-15;" + ";".join(f"{hour},5" for hour in range(24)) + "\n", **NORMAL)
    assert (file.format.split(":")[0], file.time.stamp, file.readings.height) == ("day-hours-csv", "start", 24)
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
    assert [question.key for question in file.questions] == ["unit", "metering_point_id", "time_basis"]


TITLE: list[list[Any]] = [["Fjärrvärme – månadsvärden"], ["Utskrivet 2024-05-02"], []]
HEADER = ["Anläggnings-id", "Anläggning", "Adress", "Enhet", "2024-01", "2024-02", "2024-03"]


def sheet(*rows: list[Any], header: list[Any] | None = None) -> bytes:
    return workbook({"Månadsvärden": [*TITLE, header or HEADER, *rows]})


def test_rows_of_facilities_become_local_calendar_months() -> None:
    file = read_meter(sheet([SCHOOL, "Skolan", "Storgatan 1", "MWh", 12.5, 11, 9.25]), "x.xlsx")
    assert (file.format.split(":")[0], file.id_source, file.questions) == ("monthly-sheet", "column", ())
    assert file.readings["energy_kwh"].to_list() == [12_500.0, 11_000.0, 9_250.0]
    assert starts(file) == ["2023-12-31 23:00", "2024-01-31 23:00", "2024-02-29 23:00"]
    ends = file.readings["period_end_utc"].dt.strftime("%Y-%m-%d %H:%M").to_list()
    assert ends == ["2024-01-31 23:00", "2024-02-29 23:00", "2024-03-31 22:00"]
    row = file.readings.row(0, named=True)
    assert (row["carrier"], row["resolution"], row["unit"], row["source_row"]) == ("district_heating", "P1M", "MWh", 5)


def test_sum_row_is_left_out_and_empty_cells_are_missing() -> None:
    rows = [
        [SCHOOL, "Skolan", "", "MWh", 10, None, 0],
        [LIBRARY, "Biblioteket", "", "MWh", 5, 4, 3],
        ["Summa", "", "", "MWh", 15, 4, 3],
    ]
    file = read_meter(sheet(*rows), "x.xlsx")
    assert file.readings["metering_point_id"].unique(maintain_order=True).to_list() == [SCHOOL, LIBRARY]
    assert file.readings["energy_kwh"].to_list()[:3] == [10_000.0, None, 0.0]
    assert file.readings["quality"].to_list()[:3] == ["measured", "missing", "measured"]
    assert (total_kwh(file), file.rejected.height) == (22_000.0, 0)


@pytest.mark.parametrize("mark", ["11,5*", "11,5 *", "11,5 (beräknat)", "11,5 beräknad"])
def test_marked_value_is_estimated(mark: str) -> None:
    file = read_meter(sheet([SCHOOL, "", "", "MWh", 10, mark, 9]), "x.xlsx")
    assert file.readings["quality"].to_list() == ["measured", "estimated", "measured"]
    assert file.readings["energy_kwh"][1] == 11_500.0


def test_numbers_of_three_decimals_beside_typed_text_are_not_thousands() -> None:
    file = read_meter(sheet([SCHOOL, "", "", "MWh", 36.876, "15,226 *", 9.125]), "x.xlsx")
    assert file.readings["energy_kwh"].to_list() == pytest.approx([36_876.0, 15_226.0, 9_125.0])


def test_status_column_beside_a_month_or_for_the_row() -> None:
    beside = ["Anläggnings-id", "Enhet", "2024-01", "Status", "2024-02", "Status"]
    file = read_meter(sheet([SCHOOL, "MWh", 10, "Uppmätt", 9, "Beräknat"], header=beside), "x.xlsx")
    assert file.readings["quality"].to_list() == ["measured", "estimated"]
    whole = ["Anläggnings-id", "Enhet", "2024-01", "2024-02", "Status"]
    file = read_meter(sheet([SCHOOL, "MWh", 10, 9, "Beräknat"], header=whole), "x.xlsx")
    assert file.readings["quality"].to_list() == ["estimated", "estimated"]


def test_months_written_as_excel_dates() -> None:
    header = ["Anläggnings-id", "Enhet", datetime(2024, 1, 1), datetime(2024, 2, 1)]
    assert starts(read_meter(sheet([SCHOOL, "MWh", 1, 2], header=header), "x.xlsx"))[1] == "2024-01-31 23:00"


def test_value_without_facility_is_rejected() -> None:
    file = read_meter(sheet([SCHOOL, "", "", "MWh", 1, 1, 1], [None, "Okänd", "", "MWh", 7, None, None]), "x.xlsx")
    assert file.rejected.rows()[0][:2] == (6, "Anläggnings-id saknas på en rad med värden.")


def test_same_table_as_csv() -> None:
    content = f"Fjärrvärme\n\nAnläggnings-id;Enhet;jan 2024;feb 2024\n{SCHOOL};MWh;1 200,5;3\nSumma;;1 200,5;3\n"
    assert total_kwh(read_meter(content)) == 1_203_500.0


def test_a_sheet_for_each_year_is_one_file() -> None:
    sheets = {
        year: [["Anläggnings-id", "Enhet", f"{year}-01"], [SCHOOL, "MWh", value]]
        for year, value in (("2023", 1), ("2024", 2))
    }
    file = read_meter(workbook(sheets), "x.xlsx")
    assert file.readings["energy_kwh"].to_list() == [1000.0, 2000.0]


def test_slots_named_by_their_end_reach_midnight() -> None:
    header = ";".join(f"{(n // 4) % 24:02}:{n % 4 * 15:02}" for n in range(1, 97))
    file = read_meter(f"Anläggnings-id;Datum;{header}\n{SCHOOL};2024-01-15;" + ";".join(["1"] * 96) + "\n", **NORMAL)
    assert (file.time.stamp, starts(file)[0], starts(file)[-1]) == ("end", "2024-01-14 23:00", "2024-01-15 22:45")
    assert set(file.readings["resolution"]) == {"PT15M"}


def test_numbered_half_hours_are_read_and_reactive_energy_beside_them_is_not() -> None:
    header = ",".join([f"kWh_{n}" for n in range(1, 49)] + [f"kVArh_{n}" for n in range(1, 49)])
    values = ",".join(["2.5"] * 48 + ["9"] * 48)
    file = read_meter(f"siteRef,MPAN,ConsumptionDate,{header}\nSkolan,2336533093112,13/12/2019,{values}\n", **NORMAL)
    assert (total_kwh(file), file.readings.height, starts(file)[1]) == (120.0, 48, "2019-12-12 23:30")
    assert file.readings["metering_point_id"].unique().to_list() == ["2336533093112"]
    assert "kVArh_1" in file.warnings[0]


def test_25_columns_count_the_hours_of_the_long_day() -> None:
    header = ";".join(map(str, range(1, 26)))
    rows = [
        f"{SCHOOL};2024-10-26;" + ";".join(["1"] * 24) + ";",
        f"{SCHOOL};2024-10-27;" + ";".join(map(str, range(1, 26))),
        f"{SCHOOL};2024-10-28;" + ";".join(["1"] * 24) + ";",
    ]
    file = read_meter(f"Anläggnings-id;Datum;{header}\n" + "\n".join(rows) + "\n", assumptions={"unit": "kWh"})
    assert (file.time.basis, file.readings.height, total_kwh(file)) == ("local", 73, 24 + 325 + 24)
    by_start = dict(zip(starts(file), file.readings["energy_kwh"].to_list(), strict=True))
    assert [by_start[f"2024-10-27 0{hour}:00"] for hour in (0, 1)] == [3.0, 4.0]  # 02–03 twice on the wall clock


def test_stamps_across_and_facilities_down() -> None:
    header = "Mätpunkts-ID;Enhet;" + ";".join(f"2024-01-15 {hour:02}:00" for hour in range(24))
    rows = [f"{one};kWh;" + ";".join([value] * 24) for one, value in ((SCHOOL, "1,5"), (LIBRARY, "2"))]
    file = read_meter("\n".join([header, *rows, "Summa;;" + ";".join(["3,5"] * 24)]), **NORMAL)
    assert (total_kwh(file), file.readings.height, file.time.stamp) == (84.0, 48, "start")


def test_offset_in_the_header_is_used() -> None:
    header = "Mätpunkts-ID;" + ";".join(f"2024-07-15T{hour:02}:00:00+02:00" for hour in range(24))
    file = read_meter(f"{header}\n{SCHOOL};" + ";".join(["1"] * 24), assumptions={"unit": "kWh"})
    assert (file.time.basis, starts(file)[0]) == ("offset", "2024-07-14 22:00")


def test_year_in_a_column_and_months_across() -> None:
    months = "Jan;Feb;Mar;Apr;Maj;Jun;Jul;Aug;Sep;Okt;Nov;Dec"
    content = (
        f"Anläggning: {SCHOOL}\nEnhet: MWh\n\nÅr;{months};Summa\n2023;" + ";".join(map(str, range(1, 13))) + ";78\n"
    )
    file = read_meter(content)
    assert (total_kwh(file), starts(file)[0], file.questions) == (78_000.0, "2022-12-31 23:00", ())
    assert file.id_source == "metadata"


def test_month_names_down_and_years_across_in_finnish() -> None:
    rows = [f"{name};{n};{n + 10}" for n, name in enumerate(("tammikuu", "helmikuu", "maaliskuu"), 1)]
    file = read_meter(
        "Kuukausi;2022;2023\n" + "\n".join(rows), assumptions={"unit": "kWh", "metering_point_id": SCHOOL}
    )
    assert dict(zip(starts(file), file.readings["value"].to_list(), strict=True)) == {
        "2021-12-31 23:00": 1.0, "2022-01-31 23:00": 2.0, "2022-02-28 23:00": 3.0,
        "2022-12-31 23:00": 11.0, "2023-01-31 23:00": 12.0, "2023-02-28 23:00": 13.0,
    }  # fmt: skip


def test_years_merged_over_the_months() -> None:
    rows = [
        ["", "", 2023, "", 2024, ""],
        ["Anläggnings-id", "Enhet", "jan", "feb", "jan", "feb"],
        [SCHOOL, "kWh", 1, 2, 3, 4],
    ]
    file = read_meter(workbook({"Data": rows}), "x.xlsx")
    assert starts(file) == ["2022-12-31 23:00", "2023-01-31 23:00", "2023-12-31 23:00", "2024-01-31 23:00"]


def test_building_with_two_carriers_is_two_series() -> None:
    times = ",".join(f"{n // 2:02}:{n % 2 * 30:02}" for n in range(48))
    rows = [
        f"{school},{fuel},{day}/09/2010," + ",".join(["1"] * 48)
        for day in (13, 14)
        for school in "AB"
        for fuel in ("gas", "electricity")
    ]
    file = read_meter(f"school,type,date,{times}\n" + "\n".join(rows))
    assert [question.key for question in file.questions] == ["unit", "time_basis"]
    assert file.readings["metering_point_id"].n_unique() == 4
