"""Weather files of a kit: `station, timestamp, temp_c` (hourly UTC, start of hour) and `station, name, lat, lon`."""

from __future__ import annotations

import polars as pl

from pipelines.errors import BadInput
from pipelines.ingest.canonical import STATION_SCHEMA, TEMPERATURE_SCHEMA, StationFile, WeatherFile
from pipelines.ingest.numbers import read_numbers
from pipelines.ingest.stamps import read_stamps
from pipelines.ingest.tables import SOURCE_ROW, CsvText, Table, read_table

TEMPERATURE_COLUMNS = ("station", "timestamp", "temp_c")
STATION_COLUMNS = ("station", "name", "lat", "lon")
COLDEST_C, WARMEST_C = -60.0, 50.0


def is_temperatures(header: list[str]) -> bool:
    """Whether a header is that of hourly temperatures."""
    return set(TEMPERATURE_COLUMNS) <= {name.strip().lower() for name in header}


def is_stations(header: list[str]) -> bool:
    """Whether a header is that of weather stations."""
    return set(STATION_COLUMNS) <= {name.strip().lower() for name in header}


def read_temperatures(csv_text: CsvText, header_line: int) -> WeatherFile:
    """Hourly temperatures in UTC; missing values are left out, impossible ones rejected.

    Raises BadInput when no row can be read.
    """
    table = _table(csv_text, header_line)
    stamps = read_stamps(table.frame["timestamp"])
    numbers = read_numbers(table.frame["temp_c"])
    offset = pl.lit(stamps.offset_minutes.fill_null(0))
    rows = table.frame.select(
        SOURCE_ROW,
        pl.col("station").str.strip_chars().alias("station_id"),
        (stamps.label.dt.truncate("1h") - pl.duration(minutes=offset))
        .dt.replace_time_zone("UTC")
        .alias("hour_start_utc"),
        numbers.value.alias("temperature_c"),
    )
    is_missing = rows["temperature_c"].is_null() & ~numbers.is_bad
    problem = (
        pl.when(pl.col("station_id").fill_null("") == "")
        .then(pl.lit("Stationens id saknas."))
        .when(pl.col("hour_start_utc").is_null())
        .then(pl.lit("Tiden kan inte läsas."))
        .when(pl.lit(numbers.is_bad))
        .then(pl.lit("Temperaturen är inget tal."))
        .when(~pl.col("temperature_c").is_between(COLDEST_C, WARMEST_C))
        .then(pl.lit("Temperaturen ligger inte mellan −60 och 50 °C."))
    )
    rows = rows.with_columns(problem=problem).filter(~is_missing)
    good = rows.filter(pl.col("problem").is_null())
    if good.is_empty():
        raise BadInput("Inga temperaturer kunde läsas i filen.", fix_sv="Kontrollera kolumnerna timestamp och temp_c.")
    temperatures = good.select(pl.col(name).cast(dtype) for name, dtype in TEMPERATURE_SCHEMA.items())
    return WeatherFile(temperatures, _rejected(table, rows, "Rätta värdet, eller lämna fältet tomt om det saknas."))


def read_stations(csv_text: CsvText, header_line: int) -> StationFile:
    """Stations with their places (WGS 84 degrees)."""
    table = _table(csv_text, header_line)
    rows = table.frame.select(
        SOURCE_ROW,
        pl.col("station").str.strip_chars().alias("station_id"),
        pl.col("name").str.strip_chars().alias("station_name"),
        read_numbers(table.frame["lat"]).value.alias("latitude_deg"),
        read_numbers(table.frame["lon"]).value.alias("longitude_deg"),
    ).with_columns(
        problem=pl.when(pl.col("station_id").fill_null("") == "")
        .then(pl.lit("Stationens id saknas."))
        .when(~pl.col("latitude_deg").is_between(-90, 90).fill_null(value=False))
        .then(pl.lit("lat är ingen latitud."))
        .when(~pl.col("longitude_deg").is_between(-180, 180).fill_null(value=False))
        .then(pl.lit("lon är ingen longitud."))
    )
    stations = rows.filter(pl.col("problem").is_null()).select(
        pl.col(name).cast(dtype) for name, dtype in STATION_SCHEMA.items()
    )
    return StationFile(stations, _rejected(table, rows, "Rätta raden och lämna in filen igen."))


def _table(csv_text: CsvText, header_line: int) -> Table:
    return read_table(csv_text, header_line, [name.lower() for name in csv_text.head[header_line]])


def _rejected(table: Table, rows: pl.DataFrame, fix: str) -> pl.DataFrame:
    bad = rows.filter(pl.col("problem").is_not_null()).select(
        SOURCE_ROW, pl.col("problem").alias("reason"), pl.lit(fix).alias("fix")
    )
    return pl.concat([table.rejected, bad])
