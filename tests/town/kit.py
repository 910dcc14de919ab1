"""A tiny made-up town whose savings can be worked out by hand: two municipalities, three buildings, 2021 and 2022.

meter        form                     2021                 2022                              by hand
SCHOOL_EL    E.ON, hours, local time  10 kWh an hour       9 kWh an hour from 1 March        10 % from March
SCHOOL_HEAT  month sheet, XLSX, MWh   100 + 20·(15 − T)⁺   5 % less in every month           5 %
NURSERY_EL   day columns              50 kWh a day         50; ten days missing in May;      0 %
                                                           June 60 at first, then corrected;
                                                           60 from September, adjusted for
OFFICE_EL    long CSV, hours, UTC     nothing              5 kWh an hour                     cannot tell
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import xlsxwriter

from pipelines.domain.gsrn import check_digit

STOCKHOLM = ZoneInfo("Europe/Stockholm")
MONTH_TEMPERATURE_C = (-8.0, -8.0, -3.0, 2.0, 8.0, 13.0, 16.0, 14.0, 9.0, 4.0, -2.0, -6.0)


def _point(number: int) -> str:
    digits = f"73599910{number:09d}"
    return f"{digits}{check_digit(digits)}"


SCHOOL_EL, SCHOOL_HEAT, NURSERY_EL, OFFICE_EL, STRANGER = (_point(n) for n in range(1, 6))
SAVED_FROM = date(2022, 3, 1)
MORE_FROM = date(2022, 9, 1)
REGISTER = {
    "organisation": "organisation_id,name,sector,municipality_code,country,valid_from,valid_to\n"
    "kommun-2460,Vännäs kommun,municipality,2460,SE,,\nkommun-2481,Lycksele kommun,municipality,2481,SE,,\n",
    "property": "property_id,designation,organisation_id,valid_from,valid_to\n"
    "p1,Vännäs 1:1,kommun-2460,,\np2,Vännäs 1:2,kommun-2460,,\np3,Lycksele 2:1,kommun-2481,,\n",
    "building": "building_id,property_id,name,use,municipality_code,area_m2,area_type,built_year,protected,"
    "valid_from,valid_to\n"
    "b1,p1,Hammarskolan,school,2460,2000,Atemp,1970,false,,\n"
    "b2,p2,Björkens förskola,preschool,2460,500,Atemp,1990,false,,\n"
    "b3,p3,Kommunhuset,office,2481,1500,Atemp,1965,false,,\n",
    "meter": "metering_point_id,carrier,unit,role,parent_id,formula,valid_from,valid_to\n"
    f"{SCHOOL_EL},electricity,kWh,main,,,,\n{SCHOOL_HEAT},district_heating,MWh,main,,,,\n"
    f"{NURSERY_EL},electricity,kWh,main,,,,\n{OFFICE_EL},electricity,kWh,main,,,,\n",
    "meter_building": "metering_point_id,building_id,share,valid_from,valid_to\n"
    f"{SCHOOL_EL},b1,1,,\n{SCHOOL_HEAT},b1,1,,\n{NURSERY_EL},b2,1,,\n{OFFICE_EL},b3,1,,\n",
    "adjustment": "adjustment_id,metering_point_id,valid_from,valid_to,kwh_per_day,reason\n"
    f"a1,{NURSERY_EL},2022-09-01,,10,Ny tvättmaskin\n",
    "event": "event_id,building_id,metering_point_id,kind,started,ended,note\n"
    "e1,b2,,equipment,2022-09-05,,Ny tvättmaskin\n",
    "measure": "measure_id,building_id,kind,started,finished,expected_kwh_year,cost_sek,valid_from,valid_to\n"
    "m1,b1,led_lighting,2022-02-01,2022-03-01,8760,50000,,\n",
}


def write_town(out: Path) -> Path:
    """Write the town's kit and return its folder."""
    for name, text in REGISTER.items():
        _write(out / "register" / f"{name}.csv", text)
    _write_weather(out / "weather")
    vannas, lycksele = out / "exports" / "kommun-2460", out / "exports" / "kommun-2481"
    for year in (2021, 2022):
        _write(vannas / f"{year + 1}-01-03_elnat_{year}.csv", eon_file(SCHOOL_EL, year, _school_el_kwh))
        _write_heat_sheet(vannas / f"{year + 1}-01-20_varme_{year}.xlsx", year)
        _write(vannas / f"{year + 1}-01-04_dygn_{year}.csv", day_file(_days(date(year, 1, 1), date(year + 1, 1, 1))))
    _write(
        vannas / "2023-02-01_dygn_rattad_juni.csv", day_file(_days(date(2022, 6, 1), date(2022, 7, 1)), june_kwh=50.0)
    )
    _write(lycksele / "2023-01-05_kontoret.csv", long_file(OFFICE_EL, datetime(2022, 1, 1, tzinfo=UTC), 8760, 5.0))
    _write(lycksele / "2023-01-06_okand.csv", long_file(STRANGER, datetime(2022, 1, 1, tzinfo=UTC), 48, 1.0))
    _write(lycksele / "2023-01-07_annans.csv", long_file(SCHOOL_EL, datetime(2022, 1, 1, tzinfo=UTC), 24, 99.0))
    return out


def eon_file(point: str, year: int, kwh_of_day: object) -> str:
    """E.ON's export of hours in local time; `kwh_of_day(day)` gives the energy of each hour."""
    start = datetime(year, 1, 1, tzinfo=STOCKHOLM).astimezone(UTC)
    end = datetime(year + 1, 1, 1, tzinfo=STOCKHOLM).astimezone(UTC)
    return eon_text(point, start, end, kwh_of_day)


def eon_text(point: str, start: datetime, end: datetime, kwh_of_day: object) -> str:
    """E.ON's export from one instant to another."""
    lines = [
        "\ufeffAnläggnings-id;Tidpunkt för export;Energiprodukt;Starttidpunkt;Sluttidpunkt;Måttenhet",
        f"{point};2023-01-03 08:00:00;Aktiv energi;{_local(start)};{_local(end)};kWh",
        "",
        "Starttidpunkt;Sluttidpunkt;Energiriktning;Kvalitet;Kvantitet",
    ]
    while start < end:
        after = start + timedelta(hours=1)
        kwh = kwh_of_day(start.astimezone(STOCKHOLM).date())  # type: ignore[operator]
        lines.append(f"{_local(start)};{_local(after)};Förbrukning;Uppmätt;{kwh:.3f}".replace(".", ","))
        start = after
    return "\n".join(lines) + "\n"


def day_file(days: list[date], june_kwh: float = 60.0) -> str:
    """Day values in a column; 10–19 May 2022 are missing, June 2022 has `june_kwh` a day and from September on 60."""
    lines = [f"Datum;{NURSERY_EL} (kWh)"]
    for day in days:
        if not date(2022, 5, 10) <= day < date(2022, 5, 20):
            kwh = june_kwh if (day.year, day.month) == (2022, 6) else 60.0 if day >= MORE_FROM else 50.0
            lines.append(f"{day};{kwh:.1f}".replace(".", ","))
    return "\n".join(lines) + "\n"


def long_file(point: str, start: datetime, hours: int, kwh: float) -> str:
    """One row a value, stamps with offset."""
    rows = [f"{point},{start + timedelta(hours=h):%Y-%m-%dT%H:%M:%SZ},{kwh}" for h in range(hours)]
    return "metering_point_id,timestamp,kwh\n" + "\n".join(rows) + "\n"


def heat_kwh_of_month(year: int, month: int) -> float:
    """100 kWh a day and 20 more for each degree below 15 °C; 5 % less in 2022 [kWh]."""
    begin, end = date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    kwh = (end - begin).days * (100 + 20 * max(0.0, 15 - MONTH_TEMPERATURE_C[month - 1]))
    return kwh * (0.95 if year == 2022 else 1)


def _school_el_kwh(day: date) -> float:
    return 9.0 if day >= SAVED_FROM else 10.0


def _write_heat_sheet(path: Path, year: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Fjärrvärme")
        sheet.write(0, 0, "Fjärrvärme per månad")
        sheet.write_row(2, 0, ["Anläggnings-id", "Anläggning", "Enhet", *(f"{year}-{m:02d}" for m in range(1, 13))])
        sheet.write_row(3, 0, [SCHOOL_HEAT, "Hammarskolan", "MWh"])
        sheet.write_row(3, 3, [heat_kwh_of_month(year, month) / 1000 for month in range(1, 13)])


def _write_weather(folder: Path) -> None:
    _write(folder / "stations.csv", "station,name,lat,lon\ns1,Vännäs,63.9,19.7\n")
    start = datetime(2020, 12, 31, tzinfo=UTC)
    hours = [start + timedelta(hours=h) for h in range(24 * 732)]
    rows = [f"s1,{h:%Y-%m-%dT%H:%M:%SZ},{MONTH_TEMPERATURE_C[h.month - 1]}" for h in hours]
    _write(folder / "s1.csv", "station,timestamp,temp_c\n" + "\n".join(rows) + "\n")


def _days(start: date, end: date) -> list[date]:
    return [start + timedelta(days=n) for n in range((end - start).days)]


def _local(instant: datetime) -> str:
    return f"{instant.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
