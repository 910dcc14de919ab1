"""Fit the daily baseline on one year of really measured buildings and test it on the next; print what was found.

    python -m bench.baseline_first_version FOLDER [--years 2018 2021] [--distance 1]

FOLDER holds readings.parquet (building_id, meter, timestamp UTC, value kWh per hour), weather_bedford.parquet and
meter_years.csv. A year of a meter counts as clean when it is complete and, for electricity, under 2 % of its hours are
zero; for gas, when no 72 zeros in a row stand outside June-August. English holidays come from the `holidays` package.
"""

from __future__ import annotations

import argparse
import time
from datetime import date, timedelta
from pathlib import Path

import holidays
import numpy as np
import polars as pl

from pipelines.domain import baseline_day, baseline_month
from pipelines.domain.calendar_features import with_day_type

LEAST_HOURS_A_YEAR = 8736


def clean_meter_years(readings: pl.DataFrame, folder: Path) -> pl.DataFrame:
    """Clean years: meter_id, year."""
    years = pl.read_csv(folder / "meter_years.csv").with_columns(
        meter_id=pl.col("building_id") + "/" + pl.col("meter"), year=pl.col("year").cast(pl.Int32)
    )
    runs = (
        readings.filter((pl.col("meter") == "gas") & ~pl.col("timestamp").dt.month().is_in([6, 7, 8]))
        .sort("meter_id", "timestamp")
        .with_columns(year=pl.col("timestamp").dt.year(), run=(pl.col("value") != 0).cum_sum().over("meter_id"))
        .group_by("meter_id", "year", "run")
        .agg(zeros=(pl.col("value") == 0).sum())
        .group_by("meter_id", "year")
        .agg(longest=pl.col("zeros").max())
    )
    whole = years.filter(pl.col("n") >= LEAST_HOURS_A_YEAR).join(runs, on=["meter_id", "year"], how="left")
    is_electricity = pl.col("meter") == "electricity"
    clean = pl.when(is_electricity).then(pl.col("zero_share") < 0.02).otherwise(pl.col("longest") < 72)
    return whole.filter(clean).select("meter_id", "year")


def daily(readings: pl.DataFrame, folder: Path) -> pl.DataFrame:
    """Energy, temperature and day type per meter and UTC day."""
    weather = (
        pl.read_parquet(folder / "weather_bedford.parquet")
        .group_by(day_local=pl.col("timestamp").dt.date())
        .agg(temperature_c=pl.col("temp_c").cast(pl.Float64).mean())
    )
    days = readings.group_by("meter_id", "meter", day_local=pl.col("timestamp").dt.date()).agg(
        energy_kwh=pl.col("value").cast(pl.Float64).sum(), hours=pl.len()
    )
    years = range(2000, 2024)
    free = list(holidays.country_holidays("GB", subdiv="ENG", years=years))
    free += [date(y, 12, 24) for y in years] + [date(y, 12, 25) + timedelta(n) for y in years for n in range(7)]
    return (
        with_day_type(days, pl.DataFrame({"day_local": free}))
        .join(weather, on="day_local", how="left")
        .with_columns(
            energy_kwh=pl.when(pl.col("hours") == 24).then("energy_kwh"),
            carrier=pl.col("meter"),
            is_closed=pl.lit(False),
        )
        .sort("meter_id", "day_local")
    )


def year_pairs(days: pl.DataFrame, clean: pl.DataFrame, distance: int, only: list[int]) -> pl.DataFrame:
    """One made-up meter per pair of clean years, so that all pairs are fitted in one call."""
    later = clean.with_columns(year=(pl.col("year") - distance).cast(pl.Int32))
    pairs = clean.join(later, on=["meter_id", "year"])
    pairs = pairs.filter((pl.col("year") + distance) <= 2022)
    if only:
        pairs = pairs.filter(pl.col("year").is_in(only))
    with_year = days.with_columns(day_year=pl.col("day_local").dt.year())
    baseline = with_year.join(pairs, left_on=["meter_id", "day_year"], right_on=["meter_id", "year"])
    baseline = baseline.with_columns(year=pl.col("day_year"), is_baseline=pl.lit(True))
    target = pairs.with_columns(day_year=(pl.col("year") + distance).cast(pl.Int32))
    reporting = with_year.join(target, on=["meter_id", "day_year"]).with_columns(is_baseline=pl.lit(False))
    columns = [*days.columns, "day_year", "year", "is_baseline"]
    both = pl.concat([baseline.select(columns), reporting.select(columns)], how="vertical_relaxed")
    return both.with_columns(
        metering_point_id=pl.col("meter_id") + "/" + pl.col("year").cast(pl.String()),
    ).sort("metering_point_id", "day_local")


def report(title: str, meters: pl.DataFrame, models: pl.DataFrame, compared: pl.DataFrame, seconds: float) -> None:
    """Print one block of figures per carrier; `compared` has measured, expected and errors per period."""
    totals = compared.group_by("metering_point_id").agg(
        error=pl.col("energy_kwh").sum() - pl.col("expected_energy_kwh").sum(),
        expected=pl.col("expected_energy_kwh").sum(),
        sd=(pl.col("systematic_error_kwh").sum() ** 2 + pl.col("noise_variance_kwh2").sum()).sqrt(),
        out=((pl.col("energy_kwh") - pl.col("expected_energy_kwh")) ** 2).mean().sqrt() / pl.col("energy_kwh").mean(),
        inside=pl.col("energy_kwh").is_between("expected_energy_low_kwh", "expected_energy_high_kwh").mean(),
    )
    joined = meters.join(models, on="metering_point_id").join(totals, on="metering_point_id", how="left")
    print(f"{title}: {meters.height} meter-years in {seconds:.1f} s")
    for (carrier,), part in joined.group_by("carrier", maintain_order=True):
        ok = part.filter(pl.col("answer") == "ok")
        error, sd = (ok["error"] / ok["expected"]).to_numpy(), (ok["sd"] / ok["expected"]).to_numpy()
        within, outside = np.median(ok["cvrmse"].to_numpy()), np.median(ok["out"].to_numpy())
        inside = np.mean(ok["inside"].to_numpy())
        print(
            f"  {carrier}: answered {ok.height}/{part.height}; CV(RMSE) in {within:.3f} "
            f"out {outside:.3f}; days in 90 % {inside:.2f}; year |error| median "
            f"{np.median(abs(error)):.3f} p90 {np.quantile(abs(error), 0.9):.3f}; interval of the year covers "
            f"{np.mean(abs(error) <= 1.645 * sd):.2f}, half width {np.median(1.645 * sd):.3f}"
        )
        refused = part.filter(pl.col("answer") != "ok")["reason"].value_counts()
        print("   cannot tell:", dict(refused.iter_rows()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--years", type=int, nargs="*", default=[], help="baseline years; all when left out")
    parser.add_argument("--distance", type=int, default=1, help="years between baseline and test")
    arguments = parser.parse_args()
    readings = pl.read_parquet(arguments.folder / "readings.parquet").with_columns(
        meter_id=pl.col("building_id") + "/" + pl.col("meter")
    )
    clean = clean_meter_years(readings, arguments.folder)
    days = year_pairs(daily(readings, arguments.folder), clean, arguments.distance, arguments.years)
    meters = days.group_by("metering_point_id", maintain_order=True).agg(pl.col("carrier").first())

    started = time.perf_counter()
    result = baseline_day.fit_and_expect(days)
    seconds = time.perf_counter() - started
    tested = days.filter(~pl.col("is_baseline") & pl.col("energy_kwh").is_not_null())
    compared = tested.join(result.expected, on=["metering_point_id", "day_local"])
    report("day", meters, result.models, compared, seconds)

    months = days.group_by(
        "metering_point_id", "carrier", month_local=pl.col("day_local").dt.truncate("1mo"), maintain_order=True
    ).agg(pl.col("energy_kwh").sum(), pl.col("is_baseline").all())
    started = time.perf_counter()
    result = baseline_month.fit_and_expect(months, days)
    seconds = time.perf_counter() - started
    compared = months.filter(~pl.col("is_baseline")).join(result.expected, on=["metering_point_id", "month_local"])
    report("month", meters, result.models, compared, seconds)


if __name__ == "__main__":
    main()
