"""How well and how fast the daily model predicts the next year of really measured buildings.

    OPENBLAS_NUM_THREADS=1 python -m bench.daily_model DAYS.parquet [--reference YEARS.parquet] [--meters 20000]

DAYS.parquet is made by bench.measured_buildings, YEARS.parquet (OpenDSM on the same days) by bench.opendsm_reference.
Accuracy: fitted on one year, tested on the next; CV(RMSE) out of sample and its ratio to the reference, by meter.
Speed: the same meter-years again and again until there are as many as --meters; 365 days in, a year predicted, choice
of setting included. One BLAS thread is best, since the chunks of meters keep the cores busy.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.domain import baseline_day

UNUSUAL_YEARS = (2019, 2020, 2021)  # baseline years of pairs that touch 2020 or 2021
COLUMNS = ["metering_point_id", "carrier", "day_local", "energy_kwh", "temperature_c", "day_type"]


def out_of_sample(days: pl.DataFrame) -> pl.DataFrame:
    """Per meter-year: carrier, building_id, year, answer, reason, cvrmse out of sample, error of the year (share)."""
    result = baseline_day.fit(days.select(*COLUMNS, "is_closed", "is_baseline"))
    tested = days.filter(~pl.col("is_baseline") & pl.col("energy_kwh").is_not_null())
    residual = pl.col("energy_kwh") - pl.col("expected_energy_kwh")
    errors = (
        tested.join(result.expected, on=["metering_point_id", "day_local"])
        .group_by("metering_point_id")
        .agg(
            cvrmse_next=(residual**2).mean().sqrt() / pl.col("energy_kwh").mean(),
            year_error=residual.sum() / pl.col("expected_energy_kwh").sum(),
        )
    )
    meters = days.group_by("metering_point_id", maintain_order=True).agg(
        pl.col("carrier", "building_id").first(), year=pl.col("day_local").min().dt.year()
    )
    answers = result.models.select("metering_point_id", "answer", "reason", "cvrmse", "cvrmse_out")
    return meters.join(answers, on="metering_point_id").join(errors, on="metering_point_id", how="left")


def report(found: pl.DataFrame) -> None:
    """Print medians per carrier, with and without the unusual years."""
    for carrier in found["carrier"].unique().sort().to_list():
        own = found.filter(carrier=carrier)
        print(f"{carrier}: {(own['answer'] == 'ok').sum()} of {own.height} meter-years answered", end=" ")
        print(dict(own["reason"].drop_nulls().value_counts().iter_rows()))
        for title, part in (("all", own), ("without 2020-21", own.filter(~pl.col("year").is_in(UNUSUAL_YEARS)))):
            print(f"  {title}: n {part.height}", end="")
            for name in ("cvrmse", "cvrmse_out", "cvrmse_next"):
                print(f"  {name} {_median(part[name]):.3f}", end="")
            print(f"  |year error| {_median(part['year_error'].abs()):.3f}", end="")
            if "reference" in part.columns:
                ratio = (part["cvrmse_next"] / part["reference"]).drop_nulls()
                print(f"  ratio to reference: median {_median(ratio):.3f}, geometric mean", end=" ")
                print(f"{_geometric_mean(ratio):.3f} (n {len(ratio)})", end="")
            print()


def _geometric_mean(values: pl.Series) -> float:
    return float(np.exp(values.log().to_numpy().mean())) if len(values) else float("nan")


def _median(values: pl.Series) -> float:
    return float(np.median(values.drop_nulls().to_numpy())) if values.drop_nulls().len() else float("nan")


def speed(days: pl.DataFrame, meters: int) -> None:
    """Fit copies of the meter-years and print meters a second; one small fit before, for what is done once."""
    whole = days.select(*COLUMNS, "is_closed", "is_baseline")
    ids = whole["metering_point_id"].unique(maintain_order=True)
    baseline_day.fit(whole.filter(pl.col("metering_point_id") == ids[0]))
    copies = -(-meters // len(ids))
    frame = pl.concat(
        [whole.with_columns(pl.col("metering_point_id") + pl.lit(f"#{copy}")) for copy in range(copies)], rechunk=True
    )
    started, started_cpu = time.perf_counter(), time.process_time()
    result = baseline_day.fit(frame)
    seconds, cpu = time.perf_counter() - started, time.process_time() - started_cpu
    print(
        f"speed: {result.models.height} meters in {seconds:.2f} s = {result.models.height / seconds:.0f} a second; "
        f"{result.models.height / cpu:.0f} for each second of processor time"
    )


def main() -> None:
    """Read the arguments, run both parts, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("days", type=Path)
    parser.add_argument("--reference", type=Path, help="metering_point_id, distance, cvrmse per meter-year")
    parser.add_argument("--meters", type=int, default=20_000)
    arguments = parser.parse_args()
    days = pl.read_parquet(arguments.days).filter(pl.col("distance") <= 1)
    days = days.filter((pl.col("distance") == 1).any().over("metering_point_id"))
    found = out_of_sample(days)
    if arguments.reference:
        years = pl.read_parquet(arguments.reference).filter(distance=1)
        found = found.join(years.select("metering_point_id", reference="cvrmse"), on="metering_point_id", how="left")
    report(found)
    if arguments.meters:
        speed(days, arguments.meters)


if __name__ == "__main__":
    main()
