"""How often changes are seen in buildings, how well known ones are found, and what comparison groups are worth.

    OPENBLAS_NUM_THREADS=1 python -m bench.building_changes DAYS.parquet [--meters 30000]

DAYS.parquet is made by bench.measured_buildings. Four parts. Measured: changes per meter and year in buildings of which
nothing is known; many of them are real, so this is no rate of false alarms. Shuffled: the same meters with their pieces
taken to one level and the quarters of the two years in random order, so that what is left is false. Made up: the
demonstration county, meters with and without measures. Groups: the yearly error with and without the common change of
similar meters. Then the speed.
"""

from __future__ import annotations

import argparse
import time
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.demo.calendar import school_breaks
from pipelines.demo.county import Meter
from pipelines.demo.traits import TRAITS
from pipelines.demo.world import World, make_world
from pipelines.domain import baseline_day, comparison_group
from pipelines.domain.calendar_features import with_day_type
from pipelines.domain.change_detection import level_changes
from pipelines.public_holidays import free_days

COLUMNS = ["metering_point_id", "carrier", "day_local", "energy_kwh", "temperature_c", "day_type"]
NOTHING_KNOWN = pl.DataFrame(schema={"metering_point_id": pl.String, "from_day": pl.Date, "to_day": pl.Date})
BLOCK_WEEKS = 13
FOUND_WITHIN_DAYS = 28
LEAST_EFFECT_SHARE = 0.08
MADE_UP_UNTIL = date(2023, 12, 31)
MADE_UP_SEEDS = (24, 7)


def expected(days: pl.DataFrame) -> pl.DataFrame:
    """The days with what the daily model expects of them."""
    found = baseline_day.fit(days.select(*COLUMNS, "is_closed", "is_baseline")).expected
    return days.join(found, on=["metering_point_id", "day_local"]).sort("metering_point_id", "day_local")


def by_baseline(compared: pl.DataFrame) -> list[pl.DataFrame]:
    """The meter-years of each baseline year, so that the weeks of all meters are the same."""
    start = pl.col("metering_point_id").str.tail(10).alias("start")
    return [part for _, part in compared.group_by(start, maintain_order=True)]


def report_rates(title: str, parts: list[pl.DataFrame]) -> None:
    """Print changes per meter and year, by carrier."""
    found = pl.concat([level_changes(part, NOTHING_KNOWN) for part in parts])
    meters = pl.concat(parts).group_by("metering_point_id").agg(pl.col("carrier").first(), days=pl.len())
    changed = found.join(meters, on="metering_point_id")
    for carrier in meters["carrier"].unique().sort():
        own, seen = meters.filter(carrier=carrier), changed.filter(carrier=carrier)
        years = own["days"].sum() / 365.25
        large = (seen["change_share"].abs() >= 0.1).sum()
        print(f"{title}, {carrier}: {own.height} meters, {seen.height / years:.3f} a meter-year, of them", end=" ")
        print(f"{large / max(seen.height, 1):.0%} of 10 % or more; {dict(seen['kind'].value_counts().iter_rows())}")


def shuffled(part: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """The meters that do not drift, with their changes taken away and quarters of a year in random order."""
    part = part.with_columns(is_baseline=pl.lit(False))  # so that all changes are told of
    found = level_changes(part, NOTHING_KNOWN)
    drifting = found.filter(pl.col("kind").str.starts_with("drift"))
    part = part.join(drifting, on="metering_point_id", how="anti", maintain_order="left")
    edges = found.select("metering_point_id", pl.col("started").alias("day_local"), edge=pl.lit(1))
    ends = found.select("metering_point_id", pl.col("ended").alias("day_local"), edge=pl.lit(1)).drop_nulls()
    marks = pl.concat([edges, ends]).unique(["metering_point_id", "day_local"])
    ratio = pl.col("energy_kwh").sum() / pl.col("steady_energy_kwh").sum()
    level = part.join(marks, on=["metering_point_id", "day_local"], how="left", maintain_order="left").with_columns(
        piece=pl.col("edge").fill_null(0).cum_sum().over("metering_point_id"),
        block=(pl.col("day_local") - pl.col("day_local").min()).dt.total_days() // (7 * BLOCK_WEEKS),
    )
    level = level.with_columns(energy_kwh=pl.col("energy_kwh") / ratio.over("metering_point_id", "piece"))
    count = int(level["block"].max())  # the last one is a few days
    level = level.filter(pl.col("block") < count)
    order = rng.permutation(count)  # the same for all: what they share stays common
    length, first = 7 * BLOCK_WEEKS, level["day_local"].min()
    moved = level.with_columns(
        day_local=pl.lit(first)
        + pl.duration(days=pl.Series(order).gather(level["block"]) * length)
        + pl.duration(days=(pl.col("day_local") - first).dt.total_days() % length)
    )
    return moved.sort("metering_point_id", "day_local")


def made_up_days(world: World) -> pl.DataFrame:
    """The days of the county's main meters with day or hour values that live through all of it."""
    calendar = pl.DataFrame({"day_local": pl.date_range(date(2021, 1, 1), MADE_UP_UNTIL, eager=True)})
    calendar = with_day_type(calendar, free_days(2021, MADE_UP_UNTIL.year, "SE"))
    parts = []
    for meter in world.county.meters:
        if meter.role == "main" and meter.resolution != "month" and not (meter.valid_from or meter.valid_to):
            parts.append(_made_up_meter(world, meter, calendar))
    return pl.concat(parts).with_columns(
        pl.col("energy_kwh", "temperature_c").fill_nan(None), is_baseline=pl.col("day_local").dt.year() == 2021
    )


def _made_up_meter(world: World, meter: Meter, calendar: pl.DataFrame) -> pl.DataFrame:
    axis, building = world.axis, meter.building
    values = np.asarray(world.series(meter).values)
    energy = axis.day_sums(values) if meter.resolution == "hour" else values
    hours = axis.day_sums(np.ones(axis.hour_count))[: calendar.height]
    temperature = axis.day_sums(world.climate.on_axis(building.station_id))[: calendar.height] / hours
    closed = pl.lit(False)
    if TRAITS[building.use].has_term:
        for rest in school_breaks(2021, MADE_UP_UNTIL.year):
            closed |= pl.col("day_local").is_between(rest.first, rest.end, closed="left")
    return calendar.with_columns(
        metering_point_id=pl.lit(meter.metering_point_id),
        carrier=pl.lit(meter.carrier),
        energy_kwh=pl.Series(energy[: calendar.height]),
        temperature_c=pl.Series(temperature),
        is_closed=closed,
    )


def report_made_up(seed: int) -> None:
    """Print false alarms in untouched meters, and how the effects of measures are found."""
    world = make_world(seed, 600, MADE_UP_UNTIL)
    compared = expected(made_up_days(world))
    found = level_changes(compared, NOTHING_KNOWN)
    emptied = {closure.building_id for closure in world.closures}
    touched = {m.meter.metering_point_id for m in world.measures}
    touched |= {m.metering_point_id for m in world.county.meters if m.building.building_id in emptied}
    ids = compared["metering_point_id"].unique()
    untouched = ids.filter(~ids.is_in(list(touched)))
    false = found.filter(pl.col("metering_point_id").is_in(untouched.to_list())).height
    hits, days_off, size_off, wanted = 0, [], [], 0
    for measure in world.measures:
        is_late = (MADE_UP_UNTIL - measure.effective).days < 90
        if measure.meter.metering_point_id not in ids or abs(measure.effect_share) < LEAST_EFFECT_SHARE or is_late:
            continue
        wanted += 1
        own = found.filter(metering_point_id=measure.meter.metering_point_id).with_columns(
            off=(pl.col("started") - measure.effective).dt.total_days()
        )
        near = own.filter(
            pl.col("off").abs() <= FOUND_WITHIN_DAYS,
            pl.col("change_share").sign() == -np.sign(measure.effect_share),
        )
        if near.height:
            hits += 1
            days_off.append(abs(near["off"][0]))
            size_off.append(abs(near["change_share"][0] + measure.effect_share))
    print(
        f"made up, seed {seed}: {len(untouched)} untouched meters, {false / len(untouched) / 3:.3f} a meter-year;",
        end=" ",
    )
    print(f"{hits} of {wanted} effects of 8 % or more found, median {np.median(days_off):.0f} days and", end=" ")
    print(f"{np.median(size_off):.3f} of the expected energy off")


def report_groups(compared: pl.DataFrame) -> None:
    """Print the median yearly error of the year after the baseline, with and without the comparison group's change."""
    energy, off = pl.col("energy_kwh"), pl.col("day_type") != "workday"
    summer = pl.col("day_local").dt.month().is_between(6, 8)
    parts = []
    for part in by_baseline(compared):
        profile = (
            part.filter("is_baseline")
            .group_by("metering_point_id", "carrier", "building_id")
            .agg(
                level_log=pl.lit(None, pl.Float64),
                off_day_ratio=energy.filter(off).mean() / energy.filter(~off).mean(),
                summer_ratio=energy.filter(summer).mean() / energy.mean(),
                heat_response=pl.cov(energy, (17 - pl.col("temperature_c")).clip(0))
                / (17 - pl.col("temperature_c")).clip(0).var()
                / energy.mean()
                * 10,
            )
            .with_columns(judged_by=pl.lit("day"), is_untouched=pl.lit(True))
        )
        errors = (
            part.filter(~pl.col("is_baseline"), energy.is_not_null())
            .group_by("metering_point_id", "carrier")
            .agg(error_share=energy.sum() / pl.col("expected_energy_kwh").sum() - 1)
            .with_columns(year_local=pl.lit(1, pl.Int32))
        )
        shifts = comparison_group.comparison_shifts(comparison_group.comparison_groups(profile), errors)
        parts.append(errors.join(shifts, on="metering_point_id", how="left"))
    errors = pl.concat(parts)
    corrected = (1 + pl.col("error_share")) / (1 + pl.col("shift_share")) - 1
    for carrier in errors["carrier"].unique().sort():
        own = errors.filter(pl.col("carrier") == carrier, pl.col("shift_share").is_not_null())
        count = errors.filter(carrier=carrier).height
        before, after = own["error_share"].abs().median(), own.select(corrected.abs().median()).item()
        print(f"groups, {carrier}: {own.height} of {count} meter-years have one;", end=" ")
        print(f"median |yearly error| {before:.4f} without, {after:.4f} with")


def report_speed(compared: pl.DataFrame, meters: int) -> None:
    """Print the time that change detection takes for copies of the meters."""
    columns = ["metering_point_id", "carrier", "day_local", "energy_kwh", "steady_energy_kwh", "is_baseline"]
    one = compared.select(columns)
    copies = -(-meters // one["metering_point_id"].n_unique())
    frame = pl.concat(
        [one.with_columns(pl.col("metering_point_id") + f"#{copy}") for copy in range(copies)], rechunk=True
    )
    started, started_cpu = time.perf_counter(), time.process_time()
    level_changes(frame, NOTHING_KNOWN)
    seconds, cpu = time.perf_counter() - started, time.process_time() - started_cpu
    count = frame["metering_point_id"].n_unique()
    print(f"speed: {count} meters, {frame.height} days in {seconds:.1f} s ({cpu:.1f} s of processor time)")


def main() -> None:
    """Read the arguments, run all parts, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("days", type=Path)
    parser.add_argument("--meters", type=int, default=30_000)
    arguments = parser.parse_args()
    days = pl.read_parquet(arguments.days).filter(pl.col("distance") <= 1)
    compared = expected(days.filter((pl.col("distance") == 1).any().over("metering_point_id")))
    parts = by_baseline(compared)
    report_rates("measured", parts)
    rng = np.random.default_rng(24)
    report_rates("shuffled", [shuffled(part, rng) for part in parts])
    for seed in MADE_UP_SEEDS:
        report_made_up(seed)
    report_groups(compared)
    report_speed(max(parts, key=len), arguments.meters)


if __name__ == "__main__":
    main()
