"""Really measured buildings in one form: hours, weather and calendar per site; days; pairs of clean years.

    python -m bench.measured_buildings FOLDER ... --out DAYS.parquet

writes the days of all clean pairs one to four years apart, for bench.opendsm_reference. A folder is read by its own
reader, chosen by the folder's name (READERS).

A pair is clean when both its years are complete (nine tenths of the days whole), nothing is negative (a net meter is
another matter), and, for electricity, under 2 % of the hours are zero; for gas and heat, when no 72 zeros in a row
stand outside June-August.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from pipelines.domain.calendar_features import with_day_type
from pipelines.domain.local_time import hours_in_day
from pipelines.public_holidays import free_days

LEAST_WHOLE_DAYS = 0.9
LEAST_TEMPERATURE_HOURS = 20
LARGEST_ZERO_SHARE = 0.02
ZERO_RUN_HOURS = 72
CALENDAR_SCHEMA = {"meter_id": pl.String, "from": pl.Date, "to": pl.Date}


@dataclass(frozen=True)
class Site:
    """Meters that share weather, time zone and holidays."""

    name: str
    time_zone: str
    country: str  # as in public_holidays.free_days
    readings: pl.DataFrame  # meter_id, carrier, building_id, timestamp (UTC, start of hour), kwh
    weather: pl.DataFrame  # timestamp (UTC, start of hour), temp_c
    year_starts: list[date]  # a year is compared with the next ones that stand here
    closed: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CALENDAR_SCHEMA))  # half-open days


def sites(folder: Path) -> list[Site]:
    """The sites of a folder whose name is in READERS."""
    return READERS[folder.name](folder)


def days(site: Site) -> pl.DataFrame:
    """meter_id, carrier, building_id, day_local, energy_kwh (null unless the whole day is there), temperature_c,
    day_type, holiday_name (null on other days), is_closed, zero_hours, negative_hours; a row per day that has a value.
    """
    local = pl.col("timestamp").dt.convert_time_zone(site.time_zone).dt.date().alias("day_local")
    hours = pl.col("kwh").is_not_null().sum()
    summed = site.readings.group_by("meter_id", "carrier", "building_id", local).agg(
        pl.col("kwh").sum(),
        hours=hours,
        zero_hours=(pl.col("kwh") == 0).sum(),
        negative_hours=(pl.col("kwh") < 0).sum(),
    )
    first, last = summed["day_local"].min(), summed["day_local"].max()
    calendar = pl.DataFrame({"day_local": pl.date_range(first, last, eager=True)}).with_columns(
        day_hours=pl.col("day_local").map_elements(lambda d: hours_in_day(d, site.time_zone), return_dtype=pl.Int64)
    )
    temperature = (
        site.weather.group_by(local)
        .agg(temperature_c=pl.col("temp_c").mean(), count=pl.col("temp_c").count())
        .filter(pl.col("count") >= LEAST_TEMPERATURE_HOURS)
        .drop("count")
    )
    free = free_days(first.year, last.year, site.country)
    closed = site.closed.select(
        "meter_id", day_local=pl.date_ranges("from", "to", closed="left"), is_closed=pl.lit(True)
    ).explode("day_local")
    return (
        with_day_type(summed.join(calendar, on="day_local"), free)
        .join(free.unique("day_local"), on="day_local", how="left")
        .join(temperature, on="day_local", how="left")
        .join(closed.unique(), on=["meter_id", "day_local"], how="left")
        .with_columns(
            energy_kwh=pl.when(pl.col("hours") >= pl.col("day_hours")).then("kwh"),
            is_closed=pl.col("is_closed").fill_null(False),
        )
        .drop("kwh", "hours", "day_hours")
        .sort("meter_id", "day_local")
    )


def clean_years(site: Site, of_days: pl.DataFrame) -> pl.DataFrame:
    """meter_id, year_number (its place in site.year_starts), year_from, year_to of the clean years."""
    edges = sorted(site.year_starts)
    spans = pl.DataFrame({"year_from": edges, "year_to": [d.replace(year=d.year + 1) for d in edges]}).with_row_index(
        "year_number"
    )
    year = of_days.join_where(
        spans, pl.col("day_local") >= pl.col("year_from"), pl.col("day_local") < pl.col("year_to")
    )
    keys = ["meter_id", "carrier", "year_number", "year_from", "year_to"]
    judged = year.group_by(keys).agg(
        whole=(pl.col("energy_kwh").is_not_null() & pl.col("temperature_c").is_not_null()).sum(),
        zero_share=pl.col("zero_hours").sum() / (24 * pl.len()),
        negative=pl.col("negative_hours").sum(),
    )
    runs = _longest_zero_runs(site, spans)
    length = (pl.col("year_to") - pl.col("year_from")).dt.total_days()
    no_long_run = pl.col("longest_zero_run").fill_null(0) < ZERO_RUN_HOURS
    return (
        judged.join(runs, on=["meter_id", "year_number"], how="left")
        .filter(
            (pl.col("whole") >= LEAST_WHOLE_DAYS * length)
            & (pl.col("negative") == 0)
            & pl.when(pl.col("carrier") == "electricity")
            .then(pl.col("zero_share") < LARGEST_ZERO_SHARE)
            .otherwise(no_long_run)
        )
        .select("meter_id", "year_number", "year_from", "year_to")
        .sort("meter_id", "year_number")
    )


def _longest_zero_runs(site: Site, spans: pl.DataFrame) -> pl.DataFrame:
    hours = (
        site.readings.filter((pl.col("carrier") != "electricity") & pl.col("kwh").is_not_null())
        .with_columns(day_local=pl.col("timestamp").dt.convert_time_zone(site.time_zone).dt.date())
        .filter(~pl.col("day_local").dt.month().is_in([6, 7, 8]))
        .sort("meter_id", "timestamp")
        .with_columns(run=(pl.col("kwh") != 0).cum_sum().over("meter_id"))
        .filter(pl.col("kwh") == 0)
    )
    per_day = hours.group_by("meter_id", "day_local", "run").len()
    in_year = per_day.join_where(
        spans, pl.col("day_local") >= pl.col("year_from"), pl.col("day_local") < pl.col("year_to")
    )
    return (
        in_year.group_by("meter_id", "year_number", "run")
        .agg(zeros=pl.col("len").sum())
        .group_by("meter_id", "year_number")
        .agg(longest_zero_run=pl.col("zeros").max())
    )


def year_pairs(folder: Path, distance: int = 1) -> pl.DataFrame:
    """The days of all clean pairs of years that lie `distance` years apart, ready for baseline_day.fit.

    Columns: metering_point_id (meter, `@`, first day of the baseline), meter_id, building_id, site, carrier,
    day_local, energy_kwh, temperature_c, day_type, holiday_name, is_closed, is_baseline; a row for each day of both
    years, sorted by metering_point_id and day_local.
    """
    return pl.concat([_site_pairs(site, distance) for site in sites(folder)]).sort("metering_point_id", "day_local")


def year_sequences(folder: Path, distances: tuple[int, ...] = (1, 2, 3, 4)) -> pl.DataFrame:
    """As year_pairs, each clean year once as baseline with all clean years after it at the distances given; with the
    column `distance` [years], 0 in the baseline. Years whose baseline has a neighbour at the first distance come first.
    """
    parts = [
        year_pairs(folder, d).with_columns(distance=pl.when("is_baseline").then(0).otherwise(d)) for d in distances
    ]
    return pl.concat(parts).unique(["metering_point_id", "day_local"], keep="first", maintain_order=True)


def _site_pairs(site: Site, distance: int) -> pl.DataFrame:
    of_days = days(site)
    clean = clean_years(site, of_days)
    later = clean.select(
        "meter_id", pl.col("year_number") - distance, reporting_from="year_from", reporting_to="year_to"
    )
    pairs = clean.join(later, on=["meter_id", "year_number"]).select(
        "meter_id", "year_from", "year_to", "reporting_from", "reporting_to"
    )
    own = of_days.drop("zero_hours", "negative_hours").join(pairs, on="meter_id")
    is_baseline = (pl.col("day_local") >= pl.col("year_from")) & (pl.col("day_local") < pl.col("year_to"))
    is_reporting = (pl.col("day_local") >= pl.col("reporting_from")) & (pl.col("day_local") < pl.col("reporting_to"))
    return own.filter(is_baseline | is_reporting).select(
        pl.format("{}@{}", "meter_id", pl.col("year_from").cast(pl.String)).alias("metering_point_id"),
        "meter_id", "building_id", pl.lit(site.name).alias("site"), "carrier", "day_local", "energy_kwh",
        "temperature_c", "day_type", "holiday_name", "is_closed", is_baseline.alias("is_baseline"),
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    found = pl.concat([year_sequences(folder) for folder in arguments.folders])
    found.write_parquet(arguments.out)
    print(found.group_by("carrier", "distance").agg(pl.col("metering_point_id").n_unique()).sort("carrier", "distance"))


def _calendar_years(first: int, last: int) -> list[date]:
    return [date(year, 1, 1) for year in range(first, last + 1)]


def _hourly(frame: pl.DataFrame, value: pl.Expr) -> pl.DataFrame:
    """meter_id, carrier, building_id, timestamp, kwh: values of an hour brought together by `value`."""
    keys = ["meter_id", "carrier", "building_id"]
    hour = pl.col("timestamp").dt.truncate("1h")
    return frame.group_by(*keys, hour).agg(value.alias("kwh")).sort("meter_id", "timestamp")


def _utc(column: str, time_zone: str) -> pl.Expr:
    """Naive local stamps as UTC; the doubled autumn hour is taken as its first pass, the skipped one is lost."""
    local = pl.col(column).dt.replace_time_zone(time_zone, ambiguous="earliest", non_existent="null")
    return local.dt.convert_time_zone("UTC")


def _ucam(folder: Path) -> list[Site]:
    readings = pl.read_parquet(folder / "readings.parquet").select(
        pl.format("{}/{}", "building_id", "meter").alias("meter_id"),
        pl.col("meter").alias("carrier"), "building_id", "timestamp", pl.col("value").cast(pl.Float64).alias("kwh"),
    )  # fmt: skip
    weather = pl.read_parquet(folder / "weather_bedford.parquet").select("timestamp", pl.col("temp_c").cast(pl.Float64))
    return [Site("ucam-estates", "Europe/London", "GB-ENG", readings, weather, _calendar_years(2000, 2022))]


def _adrenalin(folder: Path) -> list[Site]:
    readings = (
        pl.read_parquet(folder / "readings_hourly.parquet")
        .filter(pl.col("meter") == "main_meter")
        .select(
            pl.col("building_id").alias("meter_id"), pl.lit("electricity").alias("carrier"), "building_id",
            "timestamp", pl.col("value").alias("kwh"),
        )
    )  # fmt: skip
    places = {  # the site's second year starts where its test part does
        "L14": ("Europe/Oslo", "NO", [date(2018, 1, 1), date(2019, 1, 1)]),
        "L03": ("Europe/Copenhagen", "DK", [date(2020, 12, 1), date(2021, 12, 1)]),
        "L09": ("Australia/Perth", "AU-WA", [date(2021, 1, 1), date(2022, 1, 1)]),
    }
    found = []
    for name, (zone, country, starts) in places.items():
        weather = pl.read_parquet(folder / f"weather_{name}.parquet").select(
            "timestamp", temp_c=pl.col("air_temperature_at_2m(deg_C)").cast(pl.Float64)
        )
        own = readings.filter(pl.col("building_id").str.starts_with(name)).unique(["meter_id", "timestamp"])
        found.append(Site(f"adrenalin-{name}", zone, country, own, weather, starts))
    return found


def _elisa(folder: Path) -> list[Site]:
    carrier = pl.col("meter").replace({"district_heat": "district_heating"})
    readings = pl.read_parquet(folder / "readings_2021-12_2023-12.parquet").select(
        pl.format("{}/{}", "building_id", "meter").alias("meter_id"), carrier.alias("carrier"), "building_id",
        "timestamp", pl.col("value").alias("kwh"),
    )  # fmt: skip
    weather = pl.read_parquet(folder / "weather_fmi_101608.parquet").select(
        "timestamp", pl.col("temp_c").cast(pl.Float64)
    )
    return [Site("elisa-joensuu", "Europe/Helsinki", "FI", readings, weather, _calendar_years(2022, 2023))]


def _banes(folder: Path) -> list[Site]:
    wide = pl.read_csv(folder / "Sample_School_Energy_Data_Stacked_A_B.csv.gz", infer_schema=False)
    clock = [c for c in wide.columns if ":" in c]
    long = wide.unpivot(clock, index=["school", "type", "date"], variable_name="clock", value_name="kwh").select(
        pl.format("{}/{}", "school", "type").alias("meter_id"),
        pl.col("type").replace({"electric": "electricity"}).alias("carrier"),
        pl.col("school").alias("building_id"), pl.col("kwh").cast(pl.Float64, strict=False),
        (pl.col("date") + " " + pl.col("clock")).str.to_datetime("%d/%m/%Y %H:%M", time_zone="UTC").alias("timestamp"),
    )  # fmt: skip
    weather = pl.read_parquet(folder / "temperature_bath_halfhourly.parquet")
    weather = weather.group_by(pl.col("timestamp").dt.truncate("1h")).agg(pl.col("temp_c").cast(pl.Float64).mean())
    readings = _hourly(long.filter(pl.col("kwh").is_not_null()), pl.col("kwh").sum())
    starts = [date(year, 9, 1) for year in range(2010, 2014)]
    closed = _school_holidays(folder).join(readings.select("meter_id").unique(), how="cross")
    return [Site("banes-schools", "Europe/London", "GB-ENG", readings, weather, starts, closed)]


def _school_holidays(folder: Path) -> pl.DataFrame:
    lines = (folder / "holidays.csv").read_text("utf-8-sig").splitlines()
    named = pl.DataFrame({"line": [line for line in lines if line.strip()]}).select(
        pl.col("line").str.extract_all(r"\d{2}-[A-Z][a-z]{2}-\d{2}").alias("day")
    )
    day = [pl.col("day").list.get(n).str.to_date("%d-%b-%y") for n in (0, 1)]
    return named.select(day[0].alias("from"), day[1].dt.offset_by("1d").alias("to"))


def _berkeley(folder: Path) -> list[Site]:
    found = []
    starts = {"ex4": [date(2007, 1, 1)]}
    for name in ("ex1", "ex2", "ex4", "ex5"):
        table = pl.read_csv(
            folder / f"{name}.csv.gz", skip_rows=3, has_header=False, infer_schema=False, truncate_ragged_lines=True
        )
        stamp, value, fahrenheit = (pl.col(c) for c in table.columns[:3])
        rows = (
            table.slice(1)
            .select(
                pl.lit(name).alias("meter_id"),
                pl.lit("electricity").alias("carrier"),
                pl.lit(name).alias("building_id"),
                stamp.str.strip_chars().str.to_datetime("%m/%d/%Y %H:%M", strict=False).alias("local"),
                value.str.strip_chars().cast(pl.Float64, strict=False).alias("kw"),
                ((fahrenheit.str.strip_chars().cast(pl.Float64, strict=False) - 32) / 1.8).alias("temp_c"),
            )
            .with_columns(timestamp=_utc("local", "America/Los_Angeles"))
            .filter(pl.col("timestamp").is_not_null())
        )
        weather = rows.group_by(pl.col("timestamp").dt.truncate("1h")).agg(pl.col("temp_c").mean())
        readings = _hourly(rows.filter(pl.col("kw").is_not_null()), pl.col("kw").mean())
        own = starts.get(name, [date(year, 2, 1) for year in (2012, 2013)])
        found.append(Site(f"cbe-berkeley-{name}", "America/Los_Angeles", "US-CA", readings, weather, own))
    return found


def _eensight(folder: Path) -> list[Site]:
    def both(what: str) -> pl.DataFrame:
        parts = [pl.read_csv(folder / f"site_01_{part}_{what}.csv.gz") for part in ("train", "apply")]
        stamp = pl.col("timestamp").str.to_datetime()
        return pl.concat(parts).with_columns(stamp).with_columns(timestamp=_utc("timestamp", "Europe/Rome"))

    rows = both("consumption").select(
        pl.lit("site_01").alias("meter_id"), pl.lit("electricity").alias("carrier"),
        pl.lit("site_01").alias("building_id"), "timestamp", pl.col("consumption").alias("w"),
    )  # fmt: skip
    readings = _hourly(
        rows.filter(pl.col("w").is_not_null() & pl.col("timestamp").is_not_null()), pl.col("w").mean() / 1000
    )
    weather = (
        both("temperature").group_by(pl.col("timestamp").dt.truncate("1h")).agg(temp_c=pl.col("temperature").mean())
    )
    weather = _two_hours_bridged(weather.drop_nulls())
    return [Site("eensight-demo", "Europe/Rome", "IT", readings, weather, [date(2015, 11, 10), date(2016, 11, 10)])]


def _two_hours_bridged(weather: pl.DataFrame) -> pl.DataFrame:
    """Up to six missing hours in a row are filled in a straight line, as CalTRACK allows."""
    ordered = weather.sort("timestamp").upsample("timestamp", every="1h")
    run = pl.col("temp_c").is_null().rle_id()
    return ordered.with_columns(line=pl.col("temp_c").interpolate(), length=pl.len().over(run)).select(
        "timestamp", temp_c=pl.when(pl.col("temp_c").is_not_null() | (pl.col("length") <= 6)).then("line")
    )


def _opendsm_uk(folder: Path) -> list[Site]:
    parts = []
    for carrier in ("electricity", "gas"):
        table = pl.read_csv(folder / f"uk-{carrier}-hdd-only-hourly-sample-0.csv.gz")
        parts.append(
            table.select(
                pl.lit(f"sample-0/{carrier}").alias("meter_id"), pl.lit(carrier).alias("carrier"),
                pl.lit("sample-0").alias("building_id"),
                pl.col("start").str.to_datetime("%Y-%m-%d %H:%M:%S%z", time_zone="UTC").alias("timestamp"),
                pl.col("value").alias("kwh"),
            )
        )  # fmt: skip
    weather = pl.read_csv(folder / "uk-tempC-sample-0.csv.gz").select(
        timestamp=pl.col("dt").str.to_datetime().dt.replace_time_zone("UTC"), temp_c=pl.col("tempC")
    )
    starts = [date(2020, 12, 1), date(2021, 12, 1)]
    return [Site("opendsm-uk", "Europe/London", "GB-ENG", pl.concat(parts), weather, starts)]


READERS: dict[str, Callable[[Path], list[Site]]] = {
    "ucam-estates": _ucam,
    "adrenalin": _adrenalin,
    "elisa-joensuu": _elisa,
    "banes-schools": _banes,
    "cbe-berkeley": _berkeley,
    "eensight-demo": _eensight,
    "opendsm-uk": _opendsm_uk,
}


if __name__ == "__main__":
    main()
