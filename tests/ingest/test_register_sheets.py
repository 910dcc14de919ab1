"""Register sheets: known by their header, checked row by row."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipelines.errors import BadInput
from pipelines.ingest.canonical import RegisterFile
from pipelines.ingest.register_sheets import SHEETS
from tests.ingest.made_up_files import read, workbook

ORGANISATION = "organisation_id,name,sector,municipality_code,country,valid_from,valid_to"
METER = "metering_point_id,carrier,unit,role,parent_id,formula,valid_from,valid_to"


def register(content: str | bytes) -> RegisterFile:
    result = read(content, "export.csv")
    assert isinstance(result, RegisterFile)
    return result


def reasons(file: RegisterFile, sheet: str) -> list[tuple[int, str]]:
    return [(row["source_row"], row["reason"]) for row in file.rejected[sheet].iter_rows(named=True)]


def test_codes_stay_text_and_open_dates_stay_empty() -> None:
    file = register(f"{ORGANISATION}\numea,Umeå kommun,municipality,0180,SE,2020-01-01,\n")
    row = file.sheets["organisation"].row(0, named=True)
    assert (row["municipality_code"], row["valid_to"], row["source_row"]) == ("0180", None, 2)


@pytest.mark.parametrize("sheet", sorted(SHEETS))
def test_every_sheet_is_known_by_its_own_header(sheet: str) -> None:
    rules = SHEETS[sheet]
    kind = {"calendar": "open", "measure": "heat_pump", "event": "solar", "baseline": "use"}.get(sheet, "x")
    header = [*rules.columns, *rules.optional, "valid_from", "valid_to"]
    given = {"sector": "state", "carrier": "gas", "role": "main", "kind": kind, "valid_from": "2020-01-01"}
    given |= {name: "2024-01-01" for name in rules.dates if name in rules.required} | {"month": "1"}
    given |= dict.fromkeys((*rules.shares, *rules.numbers), "1") | {"from": "2024-01-01", "to": "2024-02-01"}
    row = [given.get(name, "" if name in rules.dates or name == "valid_to" else "x") for name in header]
    file = register(",".join(header) + "\n" + ",".join(row) + "\n")
    assert (list(file.sheets), file.sheets[sheet].height, file.rejected[sheet].height) == ([sheet], 1, 0)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",Skola,municipality,2480,SE,2020-01-01,", "organisation_id är tomt."),
        ("a,A,kommun,2480,SE,2020-01-01,", "sector har ett okänt värde."),
        ("a,A,state,2480,SE,1 jan 2020,", "valid_from är inget datum."),
        ("a,A,state,2480,SE,2020-02-30,", "valid_from är inget datum."),
        ("a,A,state,2480,SE,2020-01-01,2020-01-01", "valid_from ligger inte före valid_to."),
    ],
)
def test_bad_row_is_rejected_with_reason_and_the_good_is_kept(row: str, reason: str) -> None:
    file = register(f"{ORGANISATION}\n{row}\nb,B,state,2480,SE,2020-01-01,\n")
    assert reasons(file, "organisation") == [(2, reason)]
    assert file.sheets["organisation"]["organisation_id"].to_list() == ["b"]
    assert file.rejected["organisation"]["fix"][0]


def test_share_beyond_one_is_rejected() -> None:
    file = register("metering_point_id,building_id,share,valid_from,valid_to\nm,b,1.5,,\nm,c,0.5,,\n")
    assert reasons(file, "meter_building") == [(2, "share ligger inte mellan 0 och 1.")]


def test_repeated_row_is_rejected_once() -> None:
    file = register(
        f"{METER}\nm1,gas,m3,main,,,2020-01-01,\nm1,gas,m3,main,,,2020-01-01,\nm1,gas,m3,main,,,2021-01-01,\n"
    )
    assert [row for row, _ in reasons(file, "meter")] == [3]
    assert file.sheets["meter"].height == 2


def test_unknown_carrier_is_rejected_with_the_choices() -> None:
    file = register(f"{METER}\nm1,fjärrvärme,MWh,main,,,,\n")
    assert "district_heating" in file.rejected["meter"]["fix"][0]


def test_workbook_with_several_sheets() -> None:
    content = workbook(
        {
            "organisation": [ORGANISATION.split(","), ["a", "A", "state", "2480", "SE", "2020-01-01"]],
            "meter": [METER.split(","), ["m1", "gas", "m3", "main"]],
            "Anteckningar": [["Att tänka på"]],
        }
    )
    file = register(content)
    assert {sheet: frame.height for sheet, frame in file.sheets.items()} == {"organisation": 1, "meter": 1}
    assert file.warnings == ("Bladet Anteckningar känns inte igen och lästes inte.",)


def test_workbook_without_a_known_sheet_says_what_was_found_and_expected() -> None:
    with pytest.raises(BadInput) as refused:
        read(workbook({"Blad1": [["hej", "då"], [1, 2]], "Blad2": []}), "x.xlsx")
    assert "Blad1, Blad2" in refused.value.message_sv
    assert "organisation, property" in refused.value.fix_sv


def test_workbook_sheet_that_lacks_a_column_says_which() -> None:
    with pytest.raises(BadInput, match="saknar kolumnerna role"):
        read(workbook({"meter": [["metering_point_id", "carrier", "unit"], ["m", "gas", "m3"]]}), "x.xlsx")


def test_csv_that_nearly_is_a_register_sheet_says_what_is_missing() -> None:
    with pytest.raises(BadInput, match="liknar registerbladet building men saknar kolumnerna area_m2"):
        read("building_id,property_id,name,use,municipality_code\nb,p,n,school,2480\n")


def test_dates_and_codes_come_back_from_what_excel_makes_of_them() -> None:
    row = ["a", "A", "municipality", 180, "SE", datetime(2020, 1, 1), None]
    file = register(workbook({"organisation": [ORGANISATION.split(","), row]}))
    kept = file.sheets["organisation"].row(0, named=True)
    assert (kept["municipality_code"], kept["valid_from"], kept["valid_to"]) == ("0180", "2020-01-01", None)


def test_id_that_excel_has_rounded_is_rejected() -> None:
    row = [735999000000001000, "gas", "m3", "main"]
    file = register(workbook({"meter": [METER.split(","), row]}))
    assert reasons(file, "meter") == [(2, "metering_point_id har avrundats av Excel.")]


def test_area_of_zero_is_rejected() -> None:
    header = "building_id,property_id,name,use,municipality_code,area_m2,valid_from,valid_to"
    file = register(f"{header}\nb,p,N,school,2480,0,,\nc,p,N,school,2480,,,\n")
    assert reasons(file, "building") == [(2, "area_m2 är inte större än 0.")]


@pytest.mark.parametrize(
    ("header", "row", "fix"),
    [
        (
            "event_id,building_id,metering_point_id,kind,started,ended,note",
            "e1,,,solar,2022-05-01,,",
            "Fyll i building_id eller metering_point_id.",
        ),
        (
            "baseline_id,metering_point_id,building_id,organisation_id,from,to,kind,reason",
            "b1,,,,2019-01-01,2020-01-01,use,före pandemin",
            "Fyll i metering_point_id, building_id eller organisation_id.",
        ),
    ],
)
def test_a_row_that_does_not_say_what_it_is_about_is_rejected(header: str, row: str, fix: str) -> None:
    file = register(f"{header}\n{row}\n")
    (sheet,) = file.rejected
    assert reasons(file, sheet) == [(2, "Raden säger inte vad den gäller.")]
    assert file.rejected[sheet]["fix"].to_list() == [fix]


def test_an_adjustment_needs_a_first_day_a_number_and_a_reason() -> None:
    header = "adjustment_id,metering_point_id,valid_from,valid_to,kwh_per_day,reason"
    rows = [
        "a1,m,,,40,laddplatser",
        "a2,m,2022-05-01,,fyrtio,laddplatser",
        "a3,m,2022-05-01,,40,",
        'a4,m,2022-05-01,,"-12,5",sol',
    ]
    file = register("\n".join([header, *rows]) + "\n")
    assert [reason for _, reason in reasons(file, "adjustment")] == [
        "valid_from är tomt.",
        "kwh_per_day är inget tal.",
        "reason är tomt.",
    ]
    assert file.sheets["adjustment"]["kwh_per_day"].to_list() == ["-12.5"]
