"""Similar meters in which nothing was done, and what they have changed in common.

Each meter is compared with the untouched meters of its carrier that are most like it in level per area, weekly shape,
season and weather response. What these have changed against their own expectations is what the meter would
probably have changed too. Formulas and limits: docs/method.md, "Comparison groups".
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.domain.least_squares import MEDIAN_TO_SD, Floats

FEATURES = ("level_log", "off_day_ratio", "summer_ratio", "heat_response")
FEWEST_METERS = 5
MOST_METERS = 20
MOST_CANDIDATES = 2000  # of a class, evenly among its meters: more would not come nearer, only take longer
METERS_AT_ONCE = 256
LARGEST_DISTANCE = 1.5  # usual spreads, root mean square over the features
MEDIAN_ERROR = 1.2533  # standard error of a median of normal numbers, in their standard deviations over √n
STANDS_OUT_SQUARED = 4.0  # twice its standard error: a common change smaller than that is chance

GROUP_SCHEMA: dict[str, pl.DataType] = {
    "metering_point_id": pl.String(),
    "comparison_metering_point_id": pl.String(),
    "distance": pl.Float64(),
}
SHIFT_SCHEMA: dict[str, pl.DataType] = {
    "metering_point_id": pl.String(),
    "year_local": pl.Int32(),
    "shift_share": pl.Float64(),
    "comparison_meter_count": pl.Int64(),
}


def comparison_groups(profiles: pl.DataFrame) -> pl.DataFrame:
    """The untouched meters that each meter is compared with.

    Parameters
    ----------
    profiles: a row per meter: metering_point_id, carrier, judged_by (day | month), building_id, is_untouched, and
        FEATURES; a feature that is unknown (null) counts as the usual one.

    Returns
    -------
    GROUP_SCHEMA, nearest first: five to twenty meters of other buildings for each meter that has so many; no row for
    the others.
    """
    parts = [
        _groups_of_class(of_class) for _, of_class in profiles.group_by("carrier", "judged_by", maintain_order=True)
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema=GROUP_SCHEMA)


def _groups_of_class(meters: pl.DataFrame) -> pl.DataFrame:
    pool = np.flatnonzero(meters["is_untouched"].to_numpy())
    pool = pool[:: -(-len(pool) // MOST_CANDIDATES) or 1]
    if len(pool) < FEWEST_METERS:
        return pl.DataFrame(schema=GROUP_SCHEMA)
    place = _standardised(meters)
    building = meters["building_id"].to_numpy()
    parts = []
    for start in range(0, meters.height, METERS_AT_ONCE):
        rows = np.arange(start, min(start + METERS_AT_ONCE, meters.height))
        away = np.sqrt(((place[rows, None, :] - place[pool]) ** 2).mean(axis=2))
        away[building[rows, None] == building[pool]] = np.inf
        nearest = np.argsort(away, axis=1, kind="stable")[:, :MOST_METERS]
        distance = np.take_along_axis(away, nearest, axis=1)
        fits = distance <= LARGEST_DISTANCE
        fits &= (fits.sum(axis=1) >= FEWEST_METERS)[:, None]
        mine, column = np.nonzero(fits)
        parts.append((rows[mine], pool[nearest[mine, column]], distance[mine, column]))
    meter, other, distance = (np.concatenate(column) for column in zip(*parts, strict=True))
    ids = meters["metering_point_id"]
    return pl.DataFrame(
        {
            "metering_point_id": ids.gather(meter),
            "comparison_metering_point_id": ids.gather(other),
            "distance": distance,
        },
        schema=GROUP_SCHEMA,
    )


def _standardised(meters: pl.DataFrame) -> Floats:
    """The features in units of their usual spread among the class, [M, F]; 0 where unknown or where all are alike."""
    values: NDArray[np.float64] = meters.select(pl.col(FEATURES).cast(pl.Float64).fill_null(np.nan)).to_numpy()
    placed = np.zeros_like(values)
    for column in range(values.shape[1]):
        known = ~np.isnan(values[:, column])
        if known.any():
            away = values[known, column] - np.median(values[known, column])
            spread = MEDIAN_TO_SD * np.median(np.abs(away))
            placed[known, column] = away / spread if spread > 0 else 0.0
    return placed


def comparison_shifts(groups: pl.DataFrame, errors: pl.DataFrame) -> pl.DataFrame:
    """How much each meter's comparison group has changed in common, by year.

    The median m of the members' error shares, as far as it stands out from chance: m·max(0, 1 − 4·s²/m²) with
    s = 1.2533·1.4826·MAD/√n.

    Parameters: groups as from comparison_groups; errors: metering_point_id, year_local, error_share = measured /
    expected − 1. Returns SHIFT_SCHEMA, a row for each meter and year that at least five members have an error share of.
    """
    member = errors.select(
        pl.col("metering_point_id").alias("comparison_metering_point_id"), "year_local", "error_share"
    )
    median, share = pl.col("error_share").median(), pl.col("error_share")
    deviation = (share - median).abs().median()
    error = MEDIAN_ERROR * MEDIAN_TO_SD * pl.col("deviation") / pl.col("comparison_meter_count").sqrt()
    kept = 1.0 - STANDS_OUT_SQUARED * error**2 / pl.col("median") ** 2
    return (
        groups.join(member, on="comparison_metering_point_id")
        .group_by("metering_point_id", "year_local")
        .agg(median=median, deviation=deviation, comparison_meter_count=pl.len())
        .filter(pl.col("comparison_meter_count") >= FEWEST_METERS)
        .with_columns(shift_share=pl.when(pl.col("median") == 0).then(0.0).otherwise(pl.col("median") * kept.clip(0.0)))
        .with_columns(pl.col("shift_share") + 0.0)  # no −0
        .select([pl.col(name).cast(dtype) for name, dtype in SHIFT_SCHEMA.items()])
        .sort("metering_point_id", "year_local")
    )
