"""Do the 90 % intervals hold the truth? On measured buildings, by leave-one-building-out, with OpenDSM's beside.

    python -m bench.interval_coverage FOLDER [--opendsm OUT-years.parquet] [--model day|month]

For each clean baseline year the model expects the clean years one to four years later. For each building the constants
of the drift (pipelines/domain/uncertainty.py) are calibrated on all other buildings, and its intervals made with them.
Printed: coverage ± standard error (bootstrap over buildings), n and median half width; the constants that all buildings
together give; portfolios drawn among the meters of the same two years; the yearly error with a comparison group.
`--opendsm` takes the file that bench.opendsm_reference leaves.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.measured_buildings import year_sequences
from pipelines.domain import baseline_day, baseline_month, uncertainty
from pipelines.domain.uncertainty import Drift

GROWTHS = np.arange(0.3, 2.01, 0.05).round(2)
PARAMETER_RATIOS = (0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 60.0, 80.0, 100.0)  # parameter_weight / share
PORTFOLIO_SIZES = (5, 20, 40)
DRAWS = 400
LEAST_MONTH_DAYS = 25
REPLICATES = 200
Floats = NDArray[np.float64]


def expectations(days: pl.DataFrame, model: str) -> pl.DataFrame:
    """Measured and expected of all periods after the baseline, with PART_COLUMNS; one baseline year at a time."""
    parts = []
    for _, of_year in days.group_by(_start(), maintain_order=True):
        if model == "day":
            parts.append(of_year.join(baseline_day.fit(of_year).expected, on=["metering_point_id", "day_local"]))
        else:
            months = _months(of_year)
            found = baseline_month.fit(months, of_year).expected
            parts.append(
                months.join(found, on=["metering_point_id", "month_local"]).rename({"month_local": "day_local"})
            )
    keys = days.group_by("metering_point_id").agg(pl.col("meter_id", "building_id").first())
    found = pl.concat(parts, how="diagonal").drop("meter_id", "building_id", strict=False)
    return found.filter((pl.col("distance") > 0) & pl.col("energy_kwh").is_not_null()).join(
        keys, on="metering_point_id"
    )


def _start() -> pl.Expr:
    """The first day of the baseline, from the name of the meter-year."""
    return pl.col("metering_point_id").str.tail(10).alias("start")


def _months(days: pl.DataFrame) -> pl.DataFrame:
    """Months of which nine tenths of the days are whole, scaled up to all their days."""
    month = pl.col("day_local").dt.truncate("1mo").alias("month_local")
    share = pl.col("energy_kwh").count() / pl.col("day_local").first().dt.month_end().dt.day()
    return days.group_by("metering_point_id", "carrier", month, "distance", maintain_order=True).agg(
        pl.when(share >= 0.9).then(pl.col("energy_kwh").sum() / share).alias("energy_kwh"),
        pl.col("is_baseline").all(),
    )


def totals(compared: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Sums per meter-year (and more keys): what population_drift reads, and the sums that intervals are made of."""
    keys = ["metering_point_id", "meter_id", "building_id", "carrier", "distance", *by]
    sums = ["energy_kwh", "expected_energy_kwh", "parameter_error_kwh", "noise_variance_kwh2"]
    more = [name for name in ("systematic_error_kwh",) if name in compared.columns]
    return compared.group_by(keys, maintain_order=True).agg(
        pl.col(sums + more).sum(), pl.col("years_from_baseline").mean(), count=pl.len()
    )


def calibrated(years: pl.DataFrame) -> Drift:
    """The constants that make 90 % of these meter-years fall inside.

    Share and parameter weight by the least pinball loss one year from the baseline; then the least growth that holds
    the years further away.
    """
    near, far = years.filter(pl.col("distance") == 1), years.filter(pl.col("distance") > 1)
    error, parameter = _unexplained(near), _parameter_share(near)
    share, ratio, least = 0.0, 0.0, np.inf
    for tried in PARAMETER_RATIOS:
        scale = np.sqrt(1 + (tried * parameter) ** 2)
        factor = np.quantile(error / scale, uncertainty.COVERED_SHARE)
        over = error - factor * scale
        loss = float(np.mean(np.where(over > 0, 0.9 * over, -0.1 * over)))
        if loss < least:
            share, ratio, least = factor / uncertainty.Z_90, tried, loss
    error, parameter, distance = _unexplained(far), _parameter_share(far), far["distance"].to_numpy()
    for growth in GROWTHS:
        scale = share * distance**growth * np.sqrt(1 + (ratio * parameter) ** 2)
        if np.quantile(error / scale, uncertainty.COVERED_SHARE) <= uncertainty.Z_90:
            break
    return Drift(share, float(growth), share * ratio)


def _unexplained(years: pl.DataFrame) -> Floats:
    """|error share| beyond the noise of the days, as uncertainty.population_drift counts it."""
    noise = uncertainty.Z_90**2 * years["noise_variance_kwh2"].to_numpy()
    square = (years["energy_kwh"] - years["expected_energy_kwh"]).to_numpy() ** 2
    return np.sqrt(np.maximum(square - noise, 0.0)) / years["expected_energy_kwh"].to_numpy()


def _parameter_share(years: pl.DataFrame) -> Floats:
    return (years["parameter_error_kwh"] / years["expected_energy_kwh"]).to_numpy()


def _share(years: pl.DataFrame) -> Floats:
    return (years["energy_kwh"] / years["expected_energy_kwh"] - 1).to_numpy()


def left_out_drift(years: pl.DataFrame) -> pl.DataFrame:
    """Each meter-year's constants, calibrated on the other buildings of its carrier."""
    rows = []
    for _, of_carrier in years.group_by("carrier", maintain_order=True):
        for (building,), own in of_carrier.group_by("building_id", maintain_order=True):
            drift = calibrated(of_carrier.filter(pl.col("building_id") != building))
            values = dict(
                zip(uncertainty.DRIFT_COLUMNS, (drift.share, drift.growth, drift.parameter_weight), strict=True)
            )
            rows.append(
                own.select("metering_point_id").unique().with_columns(**{k: pl.lit(v) for k, v in values.items()})
            )
    return pl.concat(rows)


def half_width(sums: pl.DataFrame) -> Floats:
    """Half width of the 90 % interval of each row's sum [kWh]."""
    variance = sums["systematic_error_kwh"] ** 2 + sums["noise_variance_kwh2"]
    return uncertainty.Z_90 * np.sqrt(variance.to_numpy())


def coverage(inside: NDArray[np.bool_], building: Floats) -> tuple[float, float]:
    """Share inside and its standard error by bootstrap over buildings."""
    names, code = np.unique(building, return_inverse=True)
    count = np.bincount(code).astype(np.float64)
    hits = np.bincount(code, weights=inside.astype(np.float64))
    rng = np.random.default_rng(24)
    drawn = rng.integers(0, len(names), (REPLICATES * 5, len(names)))
    return float(inside.mean()), float((hits[drawn].sum(axis=1) / count[drawn].sum(axis=1)).std())


def _line(title: str, sums: pl.DataFrame, half: Floats) -> None:
    error = np.abs((sums["energy_kwh"] - sums["expected_energy_kwh"]).to_numpy())
    share, deviation = coverage(error <= half, sums["building_id"].to_numpy())
    width = np.median(half / sums["expected_energy_kwh"].to_numpy())
    print(f"| {title} | {sums.height} | {share:.3f} ± {deviation:.3f} | ±{width:.1%} |")


def _by_carrier_and_distance(sums: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    for (carrier, distance), part in sums.sort("carrier", "distance").group_by(
        "carrier", "distance", maintain_order=True
    ):
        yield f"{carrier}, {distance} year{'s' if distance != 1 else ''} later", part


def portfolio_half_width(sums: pl.DataFrame, correlation: float) -> float:
    variance = sums["systematic_error_kwh"].to_numpy() ** 2 + sums["noise_variance_kwh2"].to_numpy()
    total = (1 - correlation) * variance.sum() + correlation * np.sqrt(variance).sum() ** 2
    return float(uncertainty.Z_90 * np.sqrt(total))


def portfolios(sums: pl.DataFrame, size: int, correlation: float, rng: np.random.Generator) -> Floats:
    """Rows (inside, half width, error), both as shares, of drawn portfolios; their meters have the same two years."""
    found = []
    pools = [pool for _, pool in sums.group_by(_start(), maintain_order=True) if pool.height >= size]
    for _ in range(DRAWS if pools else 0):
        pool = pools[rng.integers(0, len(pools))]
        drawn = pool[rng.choice(pool.height, size, replace=False)]
        half = portfolio_half_width(drawn, correlation)
        error = abs(drawn["energy_kwh"].sum() - drawn["expected_energy_kwh"].sum())
        found.append(
            (error <= half, half / drawn["expected_energy_kwh"].sum(), error / drawn["expected_energy_kwh"].sum())
        )
    return np.array(found)


def print_portfolios(sums: pl.DataFrame, correlation: float) -> None:
    buildings = sums["building_id"].unique(maintain_order=True)
    for size in PORTFOLIO_SIZES:
        rng = np.random.default_rng(24)
        drawn = portfolios(sums, size, correlation, rng)
        if not len(drawn):
            print(f"| {size} meters | – | too few meters in any pair of years | | |")
            continue
        shares = []
        for _ in range(20):
            kept = buildings.sample(len(buildings), with_replacement=True, seed=int(rng.integers(1 << 30))).unique()
            part = portfolios(sums.filter(pl.col("building_id").is_in(kept.to_list())), size, correlation, rng)
            if len(part):
                shares.append(part[:, 0].mean())
        deviation = f"± {np.std(shares):.3f}" if len(shares) > 4 else ""
        covered, width, error = drawn[:, 0].mean(), np.median(drawn[:, 1]), np.quantile(drawn[:, 2], 0.9)
        print(f"| {size} meters | {len(drawn)} | {covered:.3f} {deviation} | ±{width:.1%} | ±{error:.1%} |")


def pair_correlation(sums: pl.DataFrame) -> float:
    """Mean of z·z' over pairs of meters in other buildings and the same two years; z = error / standard deviation."""
    variance = sums["systematic_error_kwh"] ** 2 + sums["noise_variance_kwh2"]
    scored = sums.with_columns(z=((pl.col("energy_kwh") - pl.col("expected_energy_kwh")) / variance.sqrt()).clip(-3, 3))
    products, count, square = 0.0, 0, float((scored["z"] ** 2).mean() or 1.0)
    for _, pool in scored.group_by(_start(), maintain_order=True):
        z = pool["z"].to_numpy()
        products += z.sum() ** 2 - (z**2).sum()
        count += len(z) * (len(z) - 1)
    return products / max(count, 1) / square


def shifted(years: pl.DataFrame) -> pl.DataFrame:
    """The same with the change of all other meters of the carrier and pair of years taken away."""
    group = pl.concat_str("carrier", _start(), separator="@")
    parts = []
    for _, pool in years.group_by("distance", maintain_order=True):
        errors = pool.with_columns(group_id=group, error_share=pl.col("energy_kwh") / pl.col("expected_energy_kwh") - 1)
        shift = uncertainty.comparison_shift(errors).drop("comparison_meter_count")
        parts.append(pool.join(shift, on="metering_point_id"))
    sums = ["expected_energy_kwh", "systematic_error_kwh", "parameter_error_kwh"]
    found = pl.concat(parts)
    factor = 1 + pl.col("shift_share")
    return found.with_columns(pl.col(sums) * factor, pl.col("noise_variance_kwh2") * factor**2)


def print_errors(years: pl.DataFrame, reference: pl.DataFrame | None) -> None:
    """Median |yearly error|, alone and with a comparison group; and OpenDSM's on the same meter-years."""
    print("\n| yearly error | n | alone | with a comparison group | OpenDSM | ratio of medians | median of ratios |")
    print("|---|---|---|---|---|---|---|")
    grouped = shifted(years).select("metering_point_id", "distance", grouped=pl.Series(np.abs(_share(shifted(years)))))
    both = years.with_columns(alone=pl.Series(np.abs(_share(years)))).join(
        grouped, on=["metering_point_id", "distance"]
    )
    if reference is not None:
        both = both.join(reference, on=["metering_point_id", "distance"])
    for title, part in _by_carrier_and_distance(both):
        alone, with_group = part["alone"].median(), part["grouped"].median()
        cells = "– | – | –"
        if reference is not None:
            ratio = (part["grouped"] / part["theirs"]).median()
            cells = f"{part['theirs'].median():.1%} | {with_group / part['theirs'].median():.2f} | {ratio:.2f}"
        print(f"| {title} | {part.height} | {alone:.1%} | {with_group:.1%} | {cells} |")


def print_reference(reference: pl.DataFrame) -> None:
    print("\n| OpenDSM | n | covers | half width |\n|---|---|---|---|")
    for title, part in _by_carrier_and_distance(reference):
        inside = (part["theirs"] <= part["their_width"]).to_numpy()
        share, deviation = coverage(inside, part["building_id"].to_numpy())
        print(f"| {title} | {part.height} | {share:.3f} ± {deviation:.3f} | ±{part['their_width'].median():.1%} |")


def own_population(years: pl.DataFrame) -> pl.DataFrame:
    """Constants as the product sets them: from the other buildings of the same pair of years, where 30 meters are."""
    rows = []
    for _, pool in years.group_by("carrier", "distance", _start(), maintain_order=True):
        carrier = pool["carrier"][0]
        for (building,), own in pool.group_by("building_id"):
            drift = uncertainty.population_drift(pool.filter(pl.col("building_id") != building), [carrier])
            if drift["is_estimated"].item():
                rows.append(own.join(drift.select("carrier", *uncertainty.DRIFT_COLUMNS), on="carrier"))
    return pl.concat(rows) if rows else years.clear().join(uncertainty.provisional_drift([]), on="carrier")


def report(compared: pl.DataFrame, reference: pl.DataFrame | None) -> None:
    """Print all tables; `reference` has theirs and their_width per metering_point_id and distance."""
    years = totals(compared, [])
    print("constants from all buildings:")
    for (carrier,), part in years.group_by("carrier", maintain_order=True):
        print(f"  {carrier}: {calibrated(part)}")
    dated = uncertainty.with_drift(compared, left_out_drift(years))
    sums = totals(dated, [])
    _print_table("yearly total", sums)
    months = totals(dated.with_columns(month=pl.col("day_local").dt.truncate("1mo")), ["month"])
    _print_table("months", months.filter((pl.col("count") >= LEAST_MONTH_DAYS) | (pl.col("count") == 1)))
    _print_own_population(compared, years)
    _print_groups(sums)
    print_errors(sums, reference)
    if reference is not None:
        keys = sums.select("metering_point_id", "distance", "building_id", "carrier")
        print_reference(reference.join(keys, on=["metering_point_id", "distance"]))


def _print_table(title: str, sums: pl.DataFrame) -> None:
    print(f"\n| {title} | n | covers | median half width |\n|---|---|---|---|")
    for name, part in _by_carrier_and_distance(sums):
        _line(name, part, half_width(part))


def _print_own_population(compared: pl.DataFrame, years: pl.DataFrame) -> None:
    """As the product does where thirty meters are given: the constants scaled by the others of the same years."""
    own = own_population(years).select("metering_point_id", "distance", *uncertainty.DRIFT_COLUMNS)
    parts = []
    for (distance,), drift in own.group_by("distance", maintain_order=True):
        of_distance = compared.filter(pl.col("distance") == distance)
        of_distance = of_distance.join(drift.select("metering_point_id"), on="metering_point_id", how="semi")
        parts.append(totals(uncertainty.with_drift(of_distance, drift), []))
    if parts:
        _print_table("own population of thirty or more", pl.concat(parts))


def _print_groups(sums: pl.DataFrame) -> None:
    for distance in (1, 2, 4):
        part = sums.filter(pl.col("distance") == distance)
        for carrier in ("electricity", "gas", None):
            pool = part if carrier is None else part.filter(pl.col("carrier") == carrier)
            if pool.height < 2:
                continue
            correlation = pair_correlation(pool)
            print(f"\npair correlation of {carrier or 'all carriers'}, {distance} year(s) later: {correlation:.3f}")
            print("| portfolios | draws | covers | median half width | 90 % of errors within |\n|---|---|---|---|---|")
            print_portfolios(pool, uncertainty.GROUP_CORRELATION)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--opendsm", type=Path, help="OUT-years.parquet of bench.opendsm_reference")
    parser.add_argument("--model", choices=["day", "month"], default="day")
    arguments = parser.parse_args()
    reference = None
    if arguments.opendsm:
        reference = pl.read_parquet(arguments.opendsm).filter(pl.col("error").is_null()).select(
            "metering_point_id", pl.col("distance").cast(pl.Int32),
            theirs=(pl.col("observed_kwh") / pl.col("predicted_kwh") - 1).abs(),
            their_width=(pl.col("half_width_kwh") / pl.col("predicted_kwh")).abs(),
        )  # fmt: skip
    report(expectations(year_sequences(arguments.folder), arguments.model), reference)


if __name__ == "__main__":
    main()
