"""The hourly baseline on really measured buildings, a year fitted and the next one tested, beside OpenDSM's.

    python -m bench.hourly_model pairs FOLDER... --out HOURS.parquet [--years 2015 2016 2017 2018 2021] [--each 5]
    VENV/bin/python bench/opendsm_hour_reference.py HOURS.parquet OPENDSM.parquet       (an environment of its own)
    python -m bench.hourly_model compare HOURS.parquet OPENDSM.parquet [--opendsm VENV/bin/python]

`pairs` takes clean pairs of --buildings buildings for each carrier and folder, --each of them, chosen at random; the
settings of the hourly baseline were chosen on electricity of the other buildings of ucam-estates. `compare` prints, for
the meters that both answer, the error of peak-hour energy (workdays 07-20 in November-March) and night load (00-05),
over the year and as the mean of months, and CV(RMSE) of the hours; and, with --opendsm, CPU seconds per meter of both,
run one after the other on the same meters.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
from rich.console import Console
from rich.table import Table

from bench.measured_buildings import Site, clean_years, days, sites
from pipelines.domain import baseline_hour
from pipelines.domain.hour_figures import WINTER_WORKDAYS, night_load, peak_energy
from pipelines.domain.local_time import utc_to_local

SEED = 5
TIMED_METERS = 8
MEASURES = ("peak, year", "peak, months", "night, year", "night, months", "hours, CV(RMSE)")


def pairs(site: Site, of_days: pl.DataFrame, years: list[int]) -> pl.DataFrame:
    """All clean pairs of neighbouring years: metering_point_id, meter_id, building_id, carrier, the years' limits."""
    clean = clean_years(site, of_days)
    later = clean.select("meter_id", pl.col("year_number") - 1, reporting_from="year_from", reporting_to="year_to")
    found = (
        clean.join(later, on=["meter_id", "year_number"])
        .join(of_days.select("meter_id", "building_id", "carrier").unique(), on="meter_id")
        .with_columns(metering_point_id=pl.format("{}@{}", "meter_id", "year_from"))
    )
    return found.filter(pl.col("year_from").dt.year().is_in(years)) if years else found


def sampled(found: pl.DataFrame, buildings: int, pairs_each: int) -> pl.DataFrame:
    """Pairs of at most so many buildings for each carrier, and so many of each."""
    parts = []
    for part in found.partition_by("carrier"):
        shuffled = part.sort("metering_point_id").sample(fraction=1.0, shuffle=True, seed=SEED)
        first = shuffled["building_id"].unique(maintain_order=True).head(buildings).to_list()
        turn = pl.int_range(pl.len()).over("building_id")
        parts.append(shuffled.filter(pl.col("building_id").is_in(first) & (turn < pairs_each)))
    return pl.concat(parts) if parts else found


def pair_hours(site: Site, of_days: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    """The hours of the pairs chosen, ready for baseline_hour.fit, with site and time_zone."""
    local = utc_to_local(pl.col("timestamp"), site.time_zone)
    weather = site.weather.with_columns(pl.col("timestamp").cast(site.readings.schema["timestamp"]))
    hours = (
        site.readings.join(chosen.drop("carrier", "building_id"), on="meter_id")
        .with_columns(day_local=local.dt.date(), hour_local=local.dt.hour().cast(pl.Int64))
        .filter((pl.col("day_local") >= pl.col("year_from")) & (pl.col("day_local") < pl.col("reporting_to")))
        .join(of_days.select("meter_id", "day_local", "day_type", "is_closed"), on=["meter_id", "day_local"])
        .join(weather, on="timestamp", how="left")
    )
    return hours.select(
        "metering_point_id", "building_id", pl.lit(site.name).alias("site"),
        pl.lit(site.time_zone).alias("time_zone"), "carrier", pl.lit("consumption").alias("direction"),
        pl.col("timestamp").cast(pl.Datetime("us", "UTC")).alias("hour_start_utc"), "day_local", "hour_local",
        pl.col("kwh").alias("energy_kwh"), pl.col("temp_c").alias("temperature_c"), "day_type", "is_closed",
        (pl.col("day_local") < pl.col("year_to")).alias("is_baseline"),
    ).sort("metering_point_id", "hour_start_utc")  # fmt: skip


def _write_pairs(folders: list[Path], out: Path, years: list[int], buildings: int, each: int) -> None:
    written = []
    for folder in folders:
        known = [(site, days(site)) for site in sites(folder)]
        found = pl.concat([pairs(site, of_days, years).with_columns(site=pl.lit(site.name)) for site, of_days in known])
        chosen = sampled(found, buildings, each)
        written += [pair_hours(s, of_days, chosen.filter(site=s.name).drop("site")) for s, of_days in known]
    hours = pl.concat(written)
    hours.write_parquet(out)
    print(hours.group_by("site", "carrier").agg(meters=pl.col("metering_point_id").n_unique()).sort("site"))


def errors(hours: pl.DataFrame) -> pl.DataFrame:
    """metering_point_id and MEASURES, of the hours after the baseline; `hours` with expected_energy_kwh."""
    blank = [pl.lit(0.0).alias(name) for name in ("noise_variance_kwh2", "parameter_error_kwh")]
    tested = hours.filter(~pl.col("is_baseline")).with_columns(blank)
    zones = tested.partition_by("time_zone", as_dict=True)
    peak = pl.concat([peak_energy(part, WINTER_WORKDAYS, str(zone)) for (zone,), part in zones.items()])
    miss = pl.col("energy_kwh") - pl.col("expected_energy_kwh")
    both = tested.drop_nulls(["energy_kwh", "expected_energy_kwh"])
    shape = both.group_by("metering_point_id").agg((miss**2).mean().sqrt() / pl.col("energy_kwh").mean())
    found = shape.rename({"energy_kwh": MEASURES[4]})
    for name, months in (("peak", peak), ("night", night_load(tested))):
        of_meter = months.group_by("metering_point_id").agg(
            (miss.sum().abs() / pl.col("energy_kwh").sum()).alias(f"{name}, year"),
            (miss.abs().sum() / pl.col("energy_kwh").sum()).alias(f"{name}, months"),
        )
        found = found.join(of_meter, on="metering_point_id")
    return found.select("metering_point_id", *MEASURES)


def _compare(hours: pl.DataFrame, reference: Path, opendsm: Path | None, hours_file: Path) -> None:
    result = baseline_hour.fit(hours)
    keys = ["metering_point_id", "hour_start_utc"]
    theirs = pl.read_parquet(reference).with_columns(pl.col("hour_start_utc").cast(pl.Datetime("us", "UTC")))
    own = errors(hours.join(result.expected, on=keys))
    other = errors(hours.join(theirs.rename({"predicted_kwh": "expected_energy_kwh"}), on=keys))
    meters = hours.group_by("metering_point_id").agg(pl.col("site", "carrier", "building_id").first())
    console = Console(width=150)
    console.print(dict(result.models["reason"].value_counts().iter_rows()), "reasons; null: answered")
    failed = pl.read_parquet(reference.with_name(f"{reference.stem}-meters.parquet")).filter(
        pl.col("error").is_not_null() & pl.col("metering_point_id").is_in(meters["metering_point_id"].to_list())
    )
    console.print(f"OpenDSM failed on {failed.height} of {meters.height} meters")
    both = own.join(other, on="metering_point_id", suffix=" OpenDSM").join(meters, on="metering_point_id")
    for (carrier,), part in both.partition_by("carrier", as_dict=True).items():
        console.print(_table(f"{carrier}, {part.height} meter-years", part))
    if opendsm:
        _time(hours, opendsm, hours_file, console)


def _table(title: str, both: pl.DataFrame) -> Table:
    table = Table("error", "this, median", "OpenDSM, median", "median ratio", "± s.e.", "better on", title=title)
    rng = np.random.default_rng(SEED)
    buildings = both["building_id"].unique().sort().to_list()
    where = [np.flatnonzero(both["building_id"] == b) for b in buildings]
    for name in MEASURES:
        own, other = both[name].to_numpy(), both[f"{name} OpenDSM"].to_numpy()
        ratio = own / other
        draws = [
            np.median(ratio[np.concatenate([where[k] for k in rng.integers(0, len(where), len(where))])])
            for _ in range(1000)
        ]
        table.add_row(
            name, f"{np.median(own):.3f}", f"{np.median(other):.3f}", f"{np.median(ratio):.2f}",
            f"{np.std(draws):.2f}", f"{np.mean(own < other):.0%}",
        )  # fmt: skip
    return table


def _time(hours: pl.DataFrame, opendsm: Path, hours_file: Path, console: Console) -> None:
    """CPU seconds per meter: OpenDSM's fit and prediction, then this model's, start-up left out of both."""
    chosen = hours["metering_point_id"].unique(maintain_order=True).to_list()[-TIMED_METERS:]
    with tempfile.TemporaryDirectory() as folder:
        script = Path(__file__).with_name("opendsm_hour_reference.py")
        out = Path(folder) / "timed.parquet"
        subprocess.run([opendsm, script, hours_file, out, "--meters", *chosen], check=True, stdout=subprocess.DEVNULL)
        theirs = pl.read_parquet(out.with_name("timed-meters.parquet"))["fit_seconds"].to_list()
    part = hours.filter(pl.col("metering_point_id").is_in(chosen))
    baseline_hour.fit(part)
    started = time.process_time()
    baseline_hour.fit(part)
    own, other = (time.process_time() - started) / len(chosen), float(np.mean(theirs))
    console.print(
        f"CPU s per meter on {len(chosen)} meters: this {own:.4f}, OpenDSM {other:.2f}, ratio {other / own:.0f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    take = commands.add_parser("pairs")
    take.add_argument("folders", type=Path, nargs="+")
    take.add_argument("--out", type=Path, required=True)
    take.add_argument(
        "--years", type=int, nargs="*", default=[], help="first years of the baselines; all when left out"
    )
    take.add_argument("--buildings", type=int, default=30)
    take.add_argument("--each", type=int, default=1, help="pairs of each building")
    compare = commands.add_parser("compare")
    compare.add_argument("hours", type=Path)
    compare.add_argument("reference", type=Path)
    compare.add_argument("--opendsm", type=Path, help="the Python of its environment, to time it in the same run")
    arguments = parser.parse_args()
    if arguments.command == "pairs":
        _write_pairs(arguments.folders, arguments.out, arguments.years, arguments.buildings, arguments.each)
    else:
        _compare(pl.read_parquet(arguments.hours), arguments.reference, arguments.opendsm, arguments.hours)


if __name__ == "__main__":
    main()
