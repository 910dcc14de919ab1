"""`sparkraft fit`: baselines and savings for bare files, without a home.

Meters are worked a bucket at a time, so that memory is bounded; what one bucket leaves waits in a temporary file beside
the result until the drift of all meters is known.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from pipelines import fit_input, fit_steps
from pipelines.domain import baseline_day, uncertainty
from pipelines.domain.calendar_features import with_day_type
from pipelines.fit_input import FitRequest
from pipelines.fit_report import report
from pipelines.fit_steps import METER, METERS_IN_BUCKET, START, Shared

STEPS = ("start", "read", "fit", "predict", "write")
OUT_COLUMNS = (
    "meter_id", "period_start_utc", "day_local", "period", "observed_kwh", "expected_kwh", "expected_low_kwh",
    "expected_high_kwh",
)  # fmt: skip


@dataclass
class Clock:
    """Seconds spent in each step."""

    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STEPS, 0.0))

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Counts the time inside the block to the step."""
        started = time.perf_counter()
        yield
        self.seconds[name] += time.perf_counter() - started


@dataclass(frozen=True)
class _Bucket:
    """What is kept of one bucket of meters: its periods (fit_steps.Fitted) wait in a file."""

    path: Path
    models: pl.DataFrame
    errors: pl.DataFrame  # sums over the compared reporting periods, a row per answered meter


def fit_files(request: FitRequest, start_seconds: float = 0.0) -> dict[str, Any]:
    """Fit each meter on its baseline, write what was expected to `request.out`, and return the savings.

    The result is the JSON object of `sparkraft fit` (docs/operations.md): `meters` and `totals`. `start_seconds`: what
    the program took before this call. Raises BadInput for files that cannot be used; then nothing is written.
    """
    fit_input.check(request)
    clock = Clock()
    clock.seconds["start"] = start_seconds
    with clock.step("start"):
        _warm_up()
    with clock.step("read"):
        shared = fit_steps.read_shared(request)
    request.out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=request.out.parent, prefix=".fit-") as waiting:
        buckets = _fit_buckets(shared, clock, Path(waiting))
        with clock.step("predict"):
            errors = pl.concat([bucket.errors for bucket in buckets])
            shift = _shift(errors, shared.groups)
            drift = _drift(errors, shift, shared)
        sums = _write(request.out, buckets, shift, drift, clock, Path(waiting))
    models = pl.concat([bucket.models for bucket in buckets])
    return report(models, sums.join(shift, on=METER, how="left").join(drift, on=METER, how="left"), clock.seconds)


def _fit_buckets(shared: Shared, clock: Clock, folder: Path) -> list[_Bucket]:
    found = []
    size = METERS_IN_BUCKET[shared.request.model]
    for start in range(0, shared.meters.height, size):
        meters = shared.meters.slice(start, size)
        with clock.step("read"):
            steps, months = fit_steps.frames(shared, meters)
        with clock.step("fit"):
            fitted = fit_steps.fitted(shared, steps, months)
        with clock.step("predict"):
            errors = _errors(fitted.periods, meters)
        with clock.step("write"):
            path = folder / f"{start}.parquet"
            fitted.periods.write_parquet(path, compression="lz4")
        found.append(_Bucket(path, fitted.models, errors))
    return found


def _errors(periods: pl.DataFrame, meters: pl.DataFrame) -> pl.DataFrame:
    compared = periods.filter(
        pl.col("period") == "reporting", pl.col("energy_kwh").is_not_null(), pl.col("expected_energy_kwh").is_not_null()
    )
    sums = ("energy_kwh", "expected_energy_kwh", "parameter_error_kwh", "noise_variance_kwh2")
    return (
        compared.group_by(METER, maintain_order=True)
        .agg(pl.col(sums).sum(), pl.col("years_from_baseline").mean())
        .join(meters.rename({"meter_id": METER}), on=METER, maintain_order="left")
    )


def _shift(errors: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """metering_point_id, shift_share, comparison_meter_count of the meters that have a comparison group."""
    grouped = errors.filter(pl.col("expected_energy_kwh") > 0).join(
        groups.rename({"meter_id": METER}), on=METER, maintain_order="left"
    )
    shares = grouped.with_columns(error_share=pl.col("energy_kwh") / pl.col("expected_energy_kwh") - 1)
    return uncertainty.comparison_shift(shares)


def _drift(errors: pl.DataFrame, shift: pl.DataFrame, shared: Shared) -> pl.DataFrame:
    """metering_point_id and uncertainty.DRIFT_COLUMNS: of the meters given (those in groups, when groups are given)."""
    population = errors
    if shared.request.group is not None:
        population = errors.join(shift, on=METER).with_columns(
            _scaled(pl.col("expected_energy_kwh", "parameter_error_kwh"), 1),
            _scaled(pl.col("noise_variance_kwh2"), 2),
        )
    by_carrier = uncertainty.population_drift(population, shared.meters["carrier"].to_list())
    return shared.meters.rename({"meter_id": METER}).join(by_carrier, on="carrier", maintain_order="left")


def _scaled(columns: pl.Expr, power: int) -> pl.Expr:
    return columns * (1 + pl.col("shift_share").fill_null(0.0)) ** power


def _write(
    out: Path, buckets: list[_Bucket], shift: pl.DataFrame, drift: pl.DataFrame, clock: Clock, folder: Path
) -> pl.DataFrame:
    """Write the result file; returns the sums of each meter's compared reporting periods."""
    unfinished = folder / "out.parquet"
    sums, writer = [], None
    for bucket in buckets:
        with clock.step("predict"):
            dated = _with_intervals(pl.read_parquet(bucket.path), shift, drift)
            sums.append(_sums(dated))
        with clock.step("write"):
            table = _out_rows(dated).to_arrow()
            writer = writer or pq.ParquetWriter(unfinished, table.schema, compression="zstd")
            writer.write_table(table)
    with clock.step("write"):
        assert writer is not None
        writer.close()
        os.replace(unfinished, out)
    return pl.concat(sums)


def _with_intervals(periods: pl.DataFrame, shift: pl.DataFrame, drift: pl.DataFrame) -> pl.DataFrame:
    """The shift of the comparison group belongs to the reporting period only."""
    own = shift.select(METER, "shift_share")
    scaled = (
        periods.join(own, on=METER, how="left", maintain_order="left")
        .with_columns(shift_share=pl.when(pl.col("period") == "reporting").then("shift_share"))
        .with_columns(
            _scaled(pl.col("expected_energy_kwh", "parameter_error_kwh"), 1),
            _scaled(pl.col("noise_variance_kwh2", "period_variance_kwh2"), 2),
        )
    )
    return uncertainty.with_drift(scaled, drift)


def _sums(dated: pl.DataFrame) -> pl.DataFrame:
    compared = pl.col("energy_kwh").is_not_null() & pl.col("expected_energy_kwh").is_not_null()
    sums = pl.col("energy_kwh", "expected_energy_kwh", "systematic_error_kwh", "noise_variance_kwh2")
    return (
        dated.filter(pl.col("period") == "reporting")
        .group_by(METER, maintain_order=True)
        .agg(sums.filter(compared).sum(), compared_count=compared.sum(), reporting_count=pl.len())
        .with_columns(variance_kwh2=pl.col("systematic_error_kwh") ** 2 + pl.col("noise_variance_kwh2"))
    )


def _out_rows(dated: pl.DataFrame) -> pl.DataFrame:
    return dated.select(
        pl.col(METER).alias("meter_id"),
        START,
        "day_local",
        "period",
        observed_kwh="energy_kwh",
        expected_kwh="expected_energy_kwh",
        expected_low_kwh="expected_energy_low_kwh",
        expected_high_kwh="expected_energy_high_kwh",
    ).select(OUT_COLUMNS)


def _warm_up() -> None:
    """Compiles and loads what first use needs, so that it is counted as start and not as fit."""
    days = pl.DataFrame({"day_local": pl.date_range(date(2021, 1, 1), date(2022, 1, 31), eager=True)})
    made_up = with_day_type(days, pl.DataFrame(schema={"day_local": pl.Date})).with_columns(
        pl.lit("warm-up").alias(METER),
        pl.lit("electricity").alias("carrier"),
        energy_kwh=10.0 + pl.col("day_local").dt.weekday(),
        temperature_c=10.0 - pl.col("day_local").dt.month().cast(pl.Float64),
        is_closed=False,
        is_baseline=pl.col("day_local").dt.year() == 2021,
    )
    baseline_day.fit(made_up)
