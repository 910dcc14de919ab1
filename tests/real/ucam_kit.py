"""Writes the measured buildings of `ucam-estates` out as a kit: CSV exports, weather, and a made-up register.

The buildings stand in England; here they are spread over Västerbotten, with the weather they really had.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipelines.domain.gsrn import check_digit

MUNICIPALITIES = (
    "2401", "2403", "2404", "2409", "2417", "2418", "2421", "2422", "2425",
    "2460", "2462", "2463", "2480", "2481", "2482",
)  # fmt: skip
USES = ("school", "office", "library", "sports_hall", "care_home")
EXPORT_HEADER = ("Anläggnings-id", "Tidpunkt", "Förbrukning (kWh)")
OPEN = {"valid_from": "", "valid_to": ""}


def write_ucam_kit(source: Path, out: Path) -> pl.DataFrame:
    """Write the kit and return the truth: `metering_point_id`, `row_count`, `energy_kwh` for each meter."""
    readings = _readings(source)
    _write_register(source, out, readings)
    _write_weather(source, out)
    for (point,), rows in readings.group_by(["metering_point_id"], maintain_order=True):
        organisation = rows["organisation_id"][0]
        folder = out / "exports" / organisation
        folder.mkdir(parents=True, exist_ok=True)
        _write_export(folder / f"2024-01-15_{point}.csv", rows)
    return readings.group_by("metering_point_id").agg(pl.len().alias("row_count"), pl.col("energy_kwh").sum()).sort(
        "metering_point_id"
    )  # fmt: skip


def _readings(source: Path) -> pl.DataFrame:
    raw = pl.read_parquet(source / "readings.parquet")
    meters = raw.select("building_id", "meter").unique().sort("building_id", "meter").with_row_index("number")
    buildings = meters.select("building_id").unique().sort("building_id").with_row_index("building_number")
    meters = meters.join(buildings, on="building_id").with_columns(
        pl.col("number").map_elements(_metering_point_id, return_dtype=pl.String).alias("metering_point_id"),
        pl.col("building_number")
        .map_elements(lambda n: MUNICIPALITIES[n % len(MUNICIPALITIES)], return_dtype=pl.String)
        .alias("municipality_code"),
    )
    return (
        raw.join(meters, on=["building_id", "meter"])
        .with_columns(
            pl.col("value").cast(pl.Float64).round(1).alias("energy_kwh"),
            pl.format("kommun-{}", "municipality_code").alias("organisation_id"),
        )
        .sort("metering_point_id", "timestamp")
    )


def _metering_point_id(number: int) -> str:
    digits = f"73599924{number:09d}"
    return f"{digits}{check_digit(digits)}"


def _write_export(path: Path, rows: pl.DataFrame) -> None:
    rows.select(
        pl.col("metering_point_id").alias(EXPORT_HEADER[0]),
        pl.col("timestamp").dt.strftime("%Y-%m-%dT%H:%M:%SZ").alias(EXPORT_HEADER[1]),
        pl.col("energy_kwh").alias(EXPORT_HEADER[2]),
    ).write_csv(path, separator=";", decimal_comma=True, include_bom=True)


def _write_weather(source: Path, out: Path) -> None:
    folder = out / "weather"
    folder.mkdir(parents=True)
    pl.DataFrame({"station": ["bedford"], "name": ["Bedford"], "lat": [64.5], "lon": [18.5]}).write_csv(
        folder / "stations.csv"
    )
    pl.read_parquet(source / "weather_bedford.parquet").select(
        pl.lit("bedford").alias("station"),
        pl.col("timestamp").dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        pl.col("temp_c").cast(pl.Float64).round(1),
    ).write_csv(folder / "bedford.csv")


def _write_register(source: Path, out: Path, readings: pl.DataFrame) -> None:
    folder = out / "register"
    folder.mkdir(parents=True)
    meters = readings.select(
        "metering_point_id", "meter", "building_id", "building_number", "municipality_code", "organisation_id"
    ).unique(maintain_order=True)
    areas = pl.read_csv(source / "building_areas.csv").select("building_id", "gross_internal_area_m2")
    buildings = meters.unique("building_id", maintain_order=True).join(areas, on="building_id", how="left")
    sheets = {
        "organisation": [
            {"organisation_id": f"kommun-{code}", "name": f"Kommun {code}", "sector": "municipality",
             "municipality_code": code, "country": "SE"}
            for code in sorted(set(meters["municipality_code"]))
        ],
        "property": [
            {"property_id": f"p-{b['building_id']}", "designation": f"Fastighet {b['building_number']}",
             "organisation_id": b["organisation_id"]}
            for b in buildings.iter_rows(named=True)
        ],
        "building": [
            {"building_id": b["building_id"], "property_id": f"p-{b['building_id']}",
             "name": f"Hus {b['building_number']}", "use": USES[b["building_number"] % len(USES)],
             "municipality_code": b["municipality_code"], "area_m2": b["gross_internal_area_m2"] or "",
             "area_type": "BTA", "built_year": "", "protected": "false"}
            for b in buildings.iter_rows(named=True)
        ],
        "meter": [
            {"metering_point_id": m["metering_point_id"], "carrier": m["meter"], "unit": "kWh", "role": "main",
             "parent_id": "", "formula": ""}
            for m in meters.iter_rows(named=True)
        ],
        "meter_building": [
            {"metering_point_id": m["metering_point_id"], "building_id": m["building_id"], "share": "1"}
            for m in meters.iter_rows(named=True)
        ],
    }  # fmt: skip
    for name, rows in sheets.items():
        pl.DataFrame([{k: str(v) for k, v in (row | OPEN).items()} for row in rows]).write_csv(folder / f"{name}.csv")
