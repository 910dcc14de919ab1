"""A small made-up home: three municipalities, a region and a state agency, with holes, increases and missing answers.

Written straight into published and status files of the documented form: only the dashboard's tests may do that.
"""

from __future__ import annotations

import calendar
import json
import math
import os
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl

from tests.dashboards.made_up_receipt import DELIVERY, RECEIPT

MACROS = Path(__file__).parents[2] / "sql" / "macros.sql"
THROUGH = date(2026, 11, 21)
FIRST = date(2021, 1, 1)
HOSTILE = "<img src=x onerror=alert(1)> [klicka](http://elak.example) **fet** ![bild](http://elak.example/b.png)"

MUNICIPALITIES = [
    ("2481", "Lycksele", "24", 12_177, "Landsbygdskommun"),
    ("2460", "Vännäs", "24", 8_898, "Pendlingskommun"),
    ("2422", "Sorsele", "24", 2_400, "Landsbygdskommun"),
]
ORGANISATIONS = [
    ("org-lycksele", "Lycksele kommun", "municipality", "2481"),
    ("org-vannas", "Vännäs kommun", "municipality", "2460"),
    ("org-sorsele", "Sorsele kommun", "municipality", "2422"),
    ("org-region", "Region Västerbotten", "region", "2481"),
    ("org-dom", "Domstolen i norr", "state", "2460"),
]
# building, name, use, municipality, organisation, area, protected
BUILDINGS = [
    ("b-1", "Hammarskolan", "school", "2481", "org-lycksele", 5200.0, False),
    ("b-2", "Ängens förskola", "preschool", "2481", "org-lycksele", 900.0, False),
    ("b-3", "Vegaskolan", "school", "2460", "org-vannas", 4100.0, False),
    ("b-4", HOSTILE, "library", "2460", "org-vannas", 1300.0, False),
    ("b-5", "Sorsele simhall", "swimming_hall", "2422", "org-sorsele", 1800.0, False),
    ("b-6", "Lycksele lasarett", "hospital", "2481", "org-region", 21000.0, False),
    ("b-7", "Tingshuset", "court", "2460", "org-dom", 2600.0, False),
    ("b-8", "Skyddsrummet", "office", "2481", "org-lycksele", 700.0, True),
]
# meter, building, carrier, resolution, yearly kWh, effect from 2024 (share), reason or None
METERS = [
    ("735999000000000011", "b-1", "electricity", "PT1H", 260_000.0, 0.04, None),
    ("735999000000000012", "b-1", "district_heating", "P1D", 480_000.0, 0.12, None),
    ("735999000000000021", "b-2", "electricity", "PT1H", 70_000.0, -0.06, None),
    ("735999000000000031", "b-3", "district_heating", "PT1H", 390_000.0, 0.21, None),
    ("735999000000000032", "b-3", "electricity", "P1M", 210_000.0, 0.02, None),
    ("735999000000000041", "b-4", "electricity", "PT1H", 90_000.0, 0.0, None),
    ("735999000000000051", "b-5", "electricity", "PT1H", 310_000.0, 0.0, "too_few_baseline_days"),
    ("735999000000000052", "b-5", "district_heating", None, 0.0, 0.0, "no_readings"),
    ("735999000000000061", "b-6", "electricity", "PT1H", 2_900_000.0, 0.03, None),
    ("735999000000000071", "b-7", "electricity", "PT1H", 200_000.0, 0.05, None),
    ("735999000000000081", "b-8", "electricity", "PT1H", 60_000.0, 0.05, None),
]


def temperature_c(day: date) -> float:
    """A made-up year: coldest in the middle of January, with a wobble of some days."""
    number = day.toordinal()
    return 3.0 - 14.0 * math.cos(2 * math.pi * (day.timetuple().tm_yday - 18) / 365.25) + 4.0 * math.sin(number * 1.7)


def _days() -> pl.DataFrame:
    rows = []
    span = [FIRST + timedelta(days=offset) for offset in range((THROUGH - FIRST).days + 1)]
    for place, (meter, _building, carrier, resolution, yearly, effect, reason) in enumerate(METERS):
        if resolution in ("P1M", None):
            continue
        for day in span:
            if reason == "too_few_baseline_days" and day < date(2024, 6, 1):
                continue
            heat = max(0.0, 17.0 - temperature_c(day)) / 14.6
            shape = (0.2 + 0.8 * heat) if carrier == "district_heating" else (0.75 + 0.25 * heat)
            shape *= 0.8 if day.weekday() > 4 and carrier == "electricity" else 1.0
            expected = yearly / 365 * shape
            noise = 0.06 * math.sin(day.toordinal() * (0.9 + place) + place)
            energy = expected * (1 + noise) * (1 - (effect if day >= date(2024, 2, 1) else 0.0))
            status = "measured"
            if meter.endswith("011") and date(2026, 3, 3) <= day <= date(2026, 3, 16):
                status = "missing"
            elif meter.endswith("011") and day == date(2026, 5, 5):
                status = "partial"
            elif meter.endswith("011") and date(2026, 7, 1) <= day <= date(2026, 7, 6):
                status = "estimated"
            answered = reason is None
            rows.append(
                (
                    meter,
                    day,
                    temperature_c(day),
                    None if status == "missing" else energy,
                    status,
                    expected if answered else None,
                    expected * 0.9 if answered else None,
                    expected * 1.1 if answered else None,
                    day.year == 2021,
                )
            )
    names = [
        "metering_point_id",
        "day_local",
        "temperature_c",
        "energy_kwh",
        "day_status",
        "expected_energy_kwh",
        "expected_energy_low_kwh",
        "expected_energy_high_kwh",
        "is_baseline",
    ]
    return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)


def _months(days: pl.DataFrame) -> pl.DataFrame:
    compared = pl.col("day_status").is_in(["measured", "estimated"]) & pl.col("expected_energy_kwh").is_not_null()
    monthly = (
        days.group_by("metering_point_id", pl.col("day_local").dt.truncate("1mo").alias("month_local"))
        .agg(
            temperature_c=pl.col("temperature_c").mean(),
            energy_kwh=pl.col("energy_kwh").sum(),
            compared_energy_kwh=pl.col("energy_kwh").filter(compared).sum(),
            expected_energy_kwh=pl.col("expected_energy_kwh").filter(compared).sum(),
            measured_day_count=pl.col("energy_kwh").count().cast(pl.Int64),
            compared_day_count=compared.sum().cast(pl.Int64),
            estimated_share=(pl.col("day_status") == "estimated").mean(),
        )
        .with_columns(
            answer=pl.when(pl.col("compared_day_count") > 0).then(pl.lit("ok")).otherwise(pl.lit("cannot_tell"))
        )
    )
    rows = []
    for meter, _building, _carrier, resolution, yearly, effect, _reason in METERS:
        if resolution != "P1M":
            continue
        for index in range(12 * 5 + 10):
            month = date(2021 + index // 12, index % 12 + 1, 1)
            length = calendar.monthrange(month.year, month.month)[1]
            expected = yearly / 12 * (1 + 0.3 * math.cos(2 * math.pi * (month.month - 1) / 12))
            energy = expected * (1 - (effect if month >= date(2024, 2, 1) else 0.0)) * (1 + 0.02 * math.sin(index))
            rows.append((meter, month, temperature_c(month), energy, energy, expected, length, length, 0.0, "ok"))
    names = [*monthly.columns]
    by_month = pl.DataFrame(rows, schema=names, orient="row").cast(dict(monthly.schema))  # type: ignore[arg-type]
    return pl.concat([monthly, by_month]).with_columns(
        saved_energy_kwh=pl.when(pl.col("answer") == "ok").then(
            pl.col("expected_energy_kwh") - pl.col("compared_energy_kwh")
        ),
        expected_energy_kwh=pl.when(pl.col("answer") == "ok").then(pl.col("expected_energy_kwh")),
        systematic_error_kwh=pl.when(pl.col("answer") == "ok").then(pl.col("expected_energy_kwh") * 0.015),
        noise_variance_kwh2=pl.when(pl.col("answer") == "ok").then((pl.col("expected_energy_kwh") * 0.03) ** 2),
        day_count=pl.col("month_local").dt.month_end().dt.day().cast(pl.Int64),
        is_preliminary=pl.col("month_local") >= date(2026, 11, 1),
        is_baseline=pl.col("month_local").dt.year() == 2021,
    )


def _place(root: Path, source: str, name: str) -> Path:
    folder = root / source / "20261122T043000Z"
    folder.mkdir(parents=True, exist_ok=True)
    current = root / source / "current"
    if not current.is_symlink():
        os.symlink(folder.name, current)
    return folder / name


def write_published(root: Path, *, is_demonstration: bool = True) -> Path:
    """Write published/…/staff.duckdb below `root` and return its path."""
    path = _place(root, "published", "staff.duckdb")
    days = _days()
    months = _months(days)  # noqa: F841
    municipalities = pl.DataFrame(  # noqa: F841
        MUNICIPALITIES,
        orient="row",
        schema=["municipality_code", "municipality_name", "county_code", "population_count", "skr_group"],
    )
    organisations = pl.DataFrame(  # noqa: F841
        ORGANISATIONS, orient="row", schema=["organisation_id", "organisation_name", "sector", "municipality_code"]
    )
    buildings = pl.DataFrame(  # noqa: F841
        BUILDINGS,
        orient="row",
        schema=[
            "building_id",
            "building_name",
            "use",
            "municipality_code",
            "organisation_id",
            "area_m2",
            "is_protected",
        ],
    )
    meters = pl.DataFrame(  # noqa: F841
        METERS,
        orient="row",
        schema=["metering_point_id", "building_id", "carrier", "resolution", "yearly", "effect", "reason"],
    )
    con = duckdb.connect(str(path))
    con.execute(MACROS.read_text(encoding="utf-8"))
    con.execute("create schema marts")
    con.execute(
        """
        create table marts.publication as select
            timestamptz '2026-11-22 04:31:00+00' as published_utc, '0.1.0' as version,
            $demonstration::bool as is_demonstration,
            '24' as county_code, 'Västerbottens län' as county_name, date '2026-11-21' as data_through_day,
            date '2026-11-21' as compared_through_day,
            2021 as baseline_year
        """,
        {"demonstration": is_demonstration},
    )
    con.execute("create table marts.municipality as select * from municipalities")
    con.execute("create table marts.organisation as select * from organisations")
    con.execute(
        """
        create table marts.building as
        select b.*, o.organisation_name, o.sector, 'atemp' as area_type, 1974 as built_year
        from buildings as b inner join organisations as o using (organisation_id)
        """
    )
    con.execute(
        """
        create table marts.meter as
        select
            m.metering_point_id, m.building_id, m.carrier, 'main' as role, m.resolution,
            case when m.resolution is not null then date '2021-01-01' end as first_day,
            case
                when m.resolution = 'P1M' then date '2026-10-31'
                when m.resolution is not null then date '2026-11-21'
            end as last_day,
            date '2021-01-01' as baseline_from, date '2022-01-01' as baseline_to,
            case when m.reason is null then 'ok' else 'cannot_tell' end as answer, m.reason,
            '{"form": "heating", "heating_change_point_c": 15.0, "heating_kwh_per_k_day": 20.4, "base_kwh_day": 480.25}'
                as model_text,
            0.112 as cvrmse, -0.002 as nmbe, 0.93 as r2, 365 as baseline_day_count, 14 as missing_day_count,
            50000::bigint as reading_count, m.yearly * 5.9 as energy_kwh
        from meters as m
        """
    )
    con.execute("create table marts.saving_day as select * from days")
    con.execute(
        """
        create table marts.saving_month as
        select months.*, b.building_id, b.organisation_id, b.sector, b.municipality_code, b.use, m.carrier
        from months
        inner join meters as m using (metering_point_id)
        inner join marts.building as b using (building_id)
        """
    )
    con.execute(
        """
        create table marts.measure as select * from (values
            ('m-1', 'b-3', 'heat_pump', date '2024-01-15', date '2024-01-31', 82000.0),
            ('m-2', 'b-1', 'night_setback', date '2024-02-01', date '2024-02-01', 40000.0),
            ('m-3', 'b-1', 'led_lighting', date '2026-04-20', null, null)
        ) as t (measure_id, building_id, kind, started, finished, expected_kwh_year)
        """
    )
    con.execute(
        "create table marts.target as select 'org-lycksele' as organisation_id, 'common_path' as kind, "
        "2021 as from_year, 0.019::double as share_per_year"
    )
    con.close()
    return path


def write_status(root: Path) -> Path:
    """Write status/…/status.duckdb below `root` and return its path."""
    path = _place(root, "status", "status.duckdb")
    con = duckdb.connect()
    con.execute(f"attach '{path}' as generation")
    con.execute("use generation")
    con.execute("create schema generation.status")
    con.execute(
        """
        create table status.delivery as select * from (values
            (repeat('a', 64), '2026-11-02_el.csv', 'org-lycksele', 'Lycksele kommun', 'dashboard',
             timestamptz '2026-11-03 07:12:00+00', 'readings', 'se-eon-csv', 'partly', '', 2976, 2160, 720, 72, 24,
             71000.0, 52000.0, 17000.0, 1500.0, 500.0, 4, timestamptz '2026-09-30 22:00:00+00',
             timestamptz '2026-10-31 22:00:00+00', 'local', 'Den 25 oktober har 25 timmar.',
             'Två rader har samma tid.'),
            (repeat('b', 64), '<b>elak</b>.csv', 'org-vannas', 'Vännäs kommun', 'dashboard',
             timestamptz '2026-11-04 08:00:00+00', 'unknown', null, 'refused',
             'Filen är tom. Exportera den igen.', 0, 0, 0, 0, 0,
             0.0, 0.0, 0.0, 0.0, 0.0, 0, null, null, null, null, null)
        ) as t (delivery_sha256, file_name, organisation_id, organisation_name, sender, received_utc, kind, format,
            outcome, message_sv, row_read_count, row_used_count, row_superseded_count, row_held_count,
            row_rejected_count, file_energy_kwh, used_energy_kwh, superseded_energy_kwh, held_energy_kwh,
            rejected_energy_kwh, series_count,
            first_utc, last_utc, time_basis, time_evidence, warning_text)
        """
    )
    for table, values, names in (
        (
            "rejected_row",
            f"('{DELIVERY}', '', 17, 'Värdet är inte ett tal.', 'Rätta cellen.')",
            "delivery_sha256, sheet, source_row, reason, fix",
        ),
        (
            "held_meter",
            f"('{DELIVERY}', '735999000000000099', 'unknown_meter', 72, 1500.0)",
            "delivery_sha256, metering_point_id, reason, row_count, energy_kwh",
        ),
        (
            "open_question",
            f"""('{DELIVERY}', 'unit', 'Är värdena kWh eller MWh?', '{{"kWh": "kWh", "MWh": "MWh"}}')""",
            "delivery_sha256, key, text_sv, choices_json",
        ),
        (
            "profile",
            "('org-lycksele', 'se-eon-csv', 'local', 'Europe/Stockholm', 'start', 'början och slut står i filen')",
            "organisation_id, format, time_basis, zone, stamp, evidence",
        ),
        (
            "remembered_answer",
            "('org-lycksele', 'rows-csv', 'unit', 'MWh')",
            "organisation_id, format, key, answer",
        ),
        (
            "known_meter",
            "('735999000000000011', 'electricity', ['org-lycksele'], 'Hammarskolan'), "
            "('735999000000000028', 'electricity', ['org-lycksele'], null), "
            "('735999000000000031', 'district_heating', ['org-vannas'], 'Vegaskolan')",
            "metering_point_id, carrier, organisation_ids, building_name",
        ),
        (
            "delivery_month",
            f"('{DELIVERY}', '735999000000000011', 'consumption', date '2026-10-01', 745, 745, 0, 0, 3, 3, 52000.0, "
            "52000.0, 745.0, 745.0, false, 51000.0, 745.0)",
            "delivery_sha256, metering_point_id, direction, month_local, row_count, used_count, superseded_count, "
            "held_count, estimated_count, used_estimated_count, energy_kwh, used_energy_kwh, hours, used_hours, "
            "is_irregular, previous_energy_kwh, previous_hours",
        ),
        ("receipt", f"('{DELIVERY}', '{json.dumps(RECEIPT, ensure_ascii=False)}')", "delivery_sha256, receipt_json"),
        (
            '"check"',
            "('saving_month_key', 'marts', 'stop', 0, timestamptz '2026-11-22 04:30:00+00', '')",
            "check_name, layer, severity, failed_count, checked_utc, message",
        ),
        (
            "register_problem",
            f"('building', 4, '{DELIVERY}', 'Arean är noll.', 'Fyll i arean.')",
            "sheet, source_row, delivery_sha256, reason, fix",
        ),
        (
            "run",
            "('r-1', timestamptz '2026-11-22 04:28:00+00', timestamptz '2026-11-22 04:31:00+00', 'ok', 2)",
            "run_id, started_utc, finished_utc, outcome, delivery_count",
        ),
    ):
        con.execute(f"create table status.{table} as select * from (values {values}) as t ({names})")
    con.close()
    return path


def write_home(root: Path) -> Path:
    """A whole small home below `root`."""
    write_published(root)
    write_status(root)
    (root / "inbox").mkdir(parents=True, exist_ok=True)
    return root
