"""The real exports, one by one: what they hold, what must be asked, what is refused and with which words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.real import independent as by
from tests.real.independent import Energy


@dataclass(frozen=True)
class Case:
    """What a file holds, what must be asked, what may be asked besides, and what its owner would answer."""

    path: str
    expected: Callable[[Path], list[Energy]]
    zone: str = "Europe/Stockholm"
    basis: str | None = None  # what the file itself tells
    must: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    answers: dict[str, str] = field(default_factory=dict)
    ids: frozenset[str] | None = None
    tolerance_kwh: float = 1e-3
    counts_differ: bool = False  # values that may fairly be rejected, or merged: the sum still stands


def keys(*names: str) -> frozenset[str]:
    """Keys of questions."""
    return frozenset(names)


ID = {"metering_point_id": "735999999000000010"}
LOCAL = {"time_basis": "local"}
ELHUB = [
    Case(
        f"export-samples/no-elhub-csv/meteringvalues-mp-707057999000000010-consumption-2020-{month:02d}.csv",
        by.elhub,
        "Europe/Oslo",
        basis="local" if month in (3, 10) else None,
        may=keys() if month in (3, 10) else keys("time_basis"),
        answers=LOCAL,
        ids=keys("707057999000000010"),
    )
    for month in range(1, 13)
]
CARUNA = [
    Case(
        f"export-samples/fi-caruna-csv/{month}.2022.csv",
        by.caruna,
        "Europe/Helsinki",
        must=keys("metering_point_id"),
        may=keys("time_basis"),
        answers=ID | LOCAL,
    )
    for month in (1, 2, 4, 5, 6)
]
GREEN_BUTTON = [
    Case(
        f"export-samples/greenbutton-espi-xml/{name}", by.green_button, may=keys("metering_point_id"), answers=ID, **odd
    )
    for name, odd in {
        "15minLP_15Days.xml.gz": {},
        "1hrLP_32Days.xml": {},
        "Electric.xml": {},
        # One reading of no length, one of two hours and one start that comes twice, at the changes of clock.
        "Coastal_Single_Family_Jan_1_2011_to_Jan_1_2012.xml.gz": {"tolerance_kwh": 2.0, "counts_differ": True},
    }.items()
]
SWISS = "export-samples/edifact-mscons/20191215_04512{}_12X-SAK-N------6_E66_12X-SAK-N------6_ESLEVU{}.txt"
SWISS_ID = keys("CH1008801234500000000000000113813")
AMR = "export-samples/uk-halfhourly-amr/amr_"
UTC_ANSWERS = ID | {"time_basis": "utc", "unit": "kWh", "day_first": "yes", "stamp": "end"}
LONDON = "Europe/London"
across = partial(by.half_hours_across, day="Reading Date", pattern="%d/%m/%y", columns=by.clock_columns())
bath = partial(
    by.half_hours_across,
    day="Date",
    pattern="%b %d %Y %I:%M%p",
    columns=[f"[{n // 2:02d}:{n % 2 * 30:02d}]" for n in range(1, 49)],
)
REGISTER_ANSWERS = ID | {"unit": "kWh", "value_kind": "register", "stamp": "start"}

CASES = [
    *ELHUB,
    Case(
        "export-samples/no-elhub-csv-semicolon/meteringvalues-mp-xxxxx-consumption-202011.csv",
        by.elhub,
        "Europe/Oslo",
        must=keys("metering_point_id"),
        may=keys("time_basis"),
        answers=ID | LOCAL,
    ),
    Case(
        "export-samples/dk-eloverblik-csv/Meterdata_2017-2019.csv.gz",
        by.eloverblik,
        "Europe/Copenhagen",
        basis="local",
        ids=keys("571313999000000010"),
    ),
    Case(
        "export-samples/transcribed/dk-eloverblik-hourly.csv",
        by.eloverblik,
        "Europe/Copenhagen",
        may=keys("time_basis"),
        answers=LOCAL,
        ids=keys("571313999000000010"),
    ),
    Case(
        "export-samples/se-ellevio-csv/ellevio-export.csv",
        by.ellevio,
        may=keys("time_basis", "unit"),
        answers={"time_basis": "normal_time", "unit": "kWh"},
        ids=keys("735999999000000010"),
    ),
    Case(
        "export-samples/fi-datahub-csv/15min-interval-error-at-15min.csv",
        by.datahub,
        "Europe/Helsinki",
        basis="utc",
        ids=keys("123456789123456789"),
    ),
    Case(
        "export-samples/fi-datahub-csv/consumption.csv",
        by.datahub,
        "Europe/Helsinki",
        basis="utc",
        must=keys("metering_point_id"),
        answers=ID,
    ),
    Case(
        "export-samples/fi-datahub-csv/quarter-consumption-test.csv",
        by.datahub,
        "Europe/Helsinki",
        basis="utc",
        must=keys("metering_point_id"),
        answers=ID,
    ),
    *CARUNA,
    *GREEN_BUTTON,
    Case(SWISS.format(7, "14572840_-566879393"), by.mscons, basis="offset", ids=SWISS_ID),
    Case(SWISS.format(7, "14572841_-1811850990"), by.mscons, basis="offset", ids=SWISS_ID),
    Case(
        "export-samples/edifact-mscons/MSCONS_TL_SAMPLE01.txt.gz",
        by.mscons,
        basis="offset",
        ids=keys("US0001062600000001000000022345671"),
    ),
    Case(
        "export-samples/transcribed/dk-mscons-d96a-profiled.edi",
        lambda _: by.by_hand("consumption", 1, 9127.0, "2008-12-31T23:00Z", "2009-10-23T22:00Z"),
        "Europe/Copenhagen",
        ids=keys("571313999000000027"),
    ),
    Case(
        "export-samples/transcribed/se-eon-matvardesexport-consumption.csv",
        lambda _: by.by_hand("consumption", 1, 0.052, "2026-07-25T22:00Z", "2026-07-25T22:15Z"),
        may=keys("time_basis"),
        answers=LOCAL,
        ids=keys("735999999000000027"),
    ),
    Case(
        "export-samples/transcribed/se-eon-matvardesexport-production.csv",
        lambda _: by.by_hand("production", 4, 1.0, "2025-09-30T22:00Z", "2025-09-30T23:00Z"),
        may=keys("time_basis"),
        answers=LOCAL,
        ids=keys("735999999000000010"),
    ),
    Case(
        "export-samples/transcribed/se-utilts-e66-15min-two-points.uts",
        lambda _: by.by_hand("consumption", 2, 1000.0, "2026-06-30T23:00Z", "2026-06-30T23:15Z"),
        ids=keys("735999260731000007", "735999260731000014"),
    ),
    Case(  # Readings 10000 and 11000 beside an energy of 500: the energy of the period is what counts.
        "export-samples/transcribed/se-utilts-e66-month-registers.uts",
        lambda _: by.by_hand("consumption", 1, 500.0, "2026-06-30T22:00Z", "2026-07-31T22:00Z"),
        ids=keys("735999260731000007"),
    ),
    Case(
        f"{AMR}data__row-per-reading__valid.csv",
        by.half_hours_down,
        LONDON,
        must=keys("time_basis"),
        answers=UTC_ANSWERS,
        ids=keys("1710035168313"),
    ),
    Case(f"{AMR}highlands__example.csv", by.half_hours_down, LONDON, must=keys("time_basis"), answers=UTC_ANSWERS),
    Case(
        f"{AMR}data__row-per-day__valid.csv",
        across,
        LONDON,
        must=keys("unit", "day_first"),
        may=keys("time_basis"),
        answers=UTC_ANSWERS,
    ),
    Case(
        f"{AMR}data__row-per-day__some-missing-readings.csv",
        across,
        LONDON,
        must=keys("unit"),
        may=keys("time_basis", "day_first"),  # 11/11/17, 12/11/18 and 13/11/18 may begin with the year too
        answers=UTC_ANSWERS,
    ),
    Case(
        f"{AMR}upload_data_files__with-nulls-and-empty-lines.csv",
        partial(by.half_hours_down, encoding="utf-16"),
        LONDON,
        must=keys("time_basis", "stamp"),  # it stops at 07:30: the first stamp alone is no proof
        answers=UTC_ANSWERS,
        ids=keys("1700051910531"),
    ),
    Case(
        "export-samples/other-utilities/be-fluvius_gas_hourly.csv",
        by.fluvius,
        "Europe/Brussels",
        may=keys("time_basis"),
        answers=LOCAL,
        ids=keys("123456789123456789"),
    ),
    Case(f"{AMR}upload_data_files__banes-example-file.csv", bath, LONDON, may=keys("time_basis"), answers=UTC_ANSWERS),
    Case(
        f"{AMR}upload_data_files__example-sheffield-file.csv",
        partial(
            by.half_hours_across,
            day="ConsumptionDate",
            pattern="%d/%m/%Y",
            columns=[f"kWh_{n}" for n in range(1, 49)],
        ),
        LONDON,
        may=keys("time_basis", "day_first"),
        answers=UTC_ANSWERS,
        ids=keys("2336533093112"),
    ),
    Case(
        "export-samples/uk-n3rgy-json/get_consumption_data.json",
        by.n3rgy,
        LONDON,
        may=keys("time_basis", "stamp"),
        answers=UTC_ANSWERS,
        ids=keys("2234567891000"),
    ),
    Case(
        "tartu-district-heating/building_10259_meter_registers.xlsx",
        by.tartu_registers,
        "Europe/Tallinn",
        basis="local",
        must=keys("unit"),
        may=keys("value_kind", "value_column", "metering_point_id"),  # METERID may be the number of a device
        answers=REGISTER_ANSWERS | {"unit": "MWh", "value_column": "ENERGY"},
        counts_differ=True,
    ),
    Case(
        "aalborg-heat-meter/processed_final_data_sample.csv.gz",
        partial(
            by.registers,
            stamp="time_rounded",
            value="energy_heat_kwh",
            zone="UTC",
            separator=",",
            pattern="%Y-%m-%dT%H:%M:%SZ",
        ),
        "Europe/Copenhagen",
        basis="utc",
        may=keys("value_kind", "metering_point_id"),
        answers=REGISTER_ANSWERS,
    ),
    # One reading a day, at 00:00, among hours without a value. The empty hours show normal time (24 on both days of
    # clock change), but values a day apart are taken to part local days, as everywhere: an hour off in summer, known.
    Case(
        "hslu-edar/centralHeating.csv.gz",
        partial(by.registers, stamp="time", value="energyHeatingMeter", zone="Europe/Zurich"),
        "Europe/Zurich",
        must=keys("unit", "metering_point_id"),
        may=keys("value_kind", "time_basis"),
        answers=REGISTER_ANSWERS | {"time_basis": "normal_time"},
    ),
    Case(
        "hslu-edar/eboBookEleMeter.csv.gz",
        partial(by.registers, stamp="timestamp", value="eleMeterVal", zone="Europe/Zurich"),
        "Europe/Zurich",
        basis="local",
        must=keys("unit", "metering_point_id"),
        may=keys("value_kind"),
        answers=REGISTER_ANSWERS,
    ),
    *[
        # kW or kWh a quarter: the file does not say. It begins or ends inside a day, so neither start nor end is told:
        # a first stamp at 0:15 alone (ex4), or a last one at 23:45 alone (the others), is no proof.
        Case(
            f"cbe-berkeley/ex{n}.csv.gz",
            by.berkeley,
            "America/Los_Angeles",
            basis="local",
            must=keys("unit", "stamp"),
            may=keys("metering_point_id"),
            answers=ID | {"unit": "kWh", "stamp": "start"},
            tolerance_kwh=500.0 if n == 2 else 1e-3,
            counts_differ=n == 2,
        )
        for n in (1, 2, 4, 5)
    ],
    *[
        Case(
            f"helsinki-nuuka/oodi_{carrier}-{grain}.json",
            by.nuuka,
            "Europe/Helsinki",
            may=keys("metering_point_id", "time_basis", "stamp"),
            answers=ID | LOCAL | {"stamp": "start"},
        )
        for carrier in ("electricity", "heat")
        for grain in ("hourly", "daily", "monthly")
    ],
    Case(
        "helsinki-nuuka/helsinki_all_properties_electricity_daily_2017_2019.csv",
        by.portfolio,
        "Europe/Helsinki",
        must=keys("metering_point_id"),
        answers=ID,
    ),
]

REFUSED_OR_ASKED: dict[str, str] = {
    "export-samples/dk-eloverblik-api-json/MyEnergyDataMarketDocumentResponse.json": r"string|värde|tid|mätvärden",
    "export-samples/dk-eloverblik-api-json/meter-point-readings-response.json": r"string|värde|tid|mätvärden|datum",
    "export-samples/dk-eloverblik-api-json/metering-point-details-response.json": r"mätvärden|uppgifter|värden",
    SWISS.format(8, "14572842_-1470816376"): r"[Rr]eaktiv|energi",
    SWISS.format(8, "14572843_-1813073308"): r"[Rr]eaktiv|energi",
    "export-samples/other-utilities/nl-greenchoice_meter_readings.csv": r"kolumn|enhet|anläggning|mätarställning",
    "export-samples/other-utilities/pt-e-redes_15min.xlsx": r"kW|effekt|kolumn",
    "export-samples/other-utilities/us-xcel.csv": r"kolumn|anläggning|period|tid",
    f"{AMR}data__row-per-day__duplicate-rows.csv": r"enhet|dag",
    "tartu-district-heating/building_11491.csv.gz": r"enhet|kW|effekt|kolumn|anläggning",
    "aalborg-heat-meter/contextual_data.csv": r"kolumn|tid|mätvärde",
    "hslu-edar/flatHeatAndHotWater.csv.gz": r"enhet|kolumn|mätarställning",
    "hslu-edar/flatHeatAndHotWater_GWF_RelayW60Logger.csv.gz": r"enhet|kolumn|rad|mätarställning|värde",
    "helsinki-nuuka/oodi_property.json": r"mätvärden|värde|uppgifter|tid",
    "banes-schools/holidays.csv": r"kolumn|tid|mätvärde",
}
"""Nothing in these may be used without a question; the words of the question or of the refusal."""

WEATHER = (
    "export-samples/no-elhub-csv/seklima_oslo-blindern_daily_2020-2021.csv",
    "hslu-edar/centralOutsideTemp.csv.gz",
    "tartu-district-heating/weather_tartu_2019.xlsx",
)
SCHOOLS = "banes-schools/Sample_School_Energy_Data_Stacked_A_B.csv.gz"
