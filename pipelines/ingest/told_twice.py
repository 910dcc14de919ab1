"""Energy that a file tells twice: hours beside the quarters they hold, a day beside its hours, an interval repeated.

The finer account counts, and of equal ones the first. Does not belong here: register readings beside energies
(register_readings.py), and parts of a delivery beside each other (second_account.py).
"""

from __future__ import annotations

import polars as pl

from pipelines.ingest.canonical import REJECTED_SCHEMA

SERIES = ("metering_point_id", "direction", "unit")
CLASSES_MINUTES = (15, 30, 60, 1_500, 32 * 1_440)
"""Upper bounds of the lengths that are one account each: quarter, half hour, hour, day, month; beyond that the rest."""

MOST_WARNINGS = 10
TOLERANCE = 0.01
"""Share by which two accounts may differ (rounding) without a word about it."""

REASONS = {
    "partly": (
        "Värdet täcks delvis av finare värden i samma fil: det går inte att räkna båda.",
        "Exportera en tidsupplösning i taget.",
    ),
    "contradicted": (
        "Filen har olika värden för samma tid, och säger inte vilket som gäller.",
        "Be den som lämnade ut filen om en ny.",
    ),
}
"""Accounts that cannot be used: reason and fix."""


def accounts(rows: pl.DataFrame) -> pl.DataFrame:
    """Tell for each interval whether the file tells its energy elsewhere too.

    Parameters
    ----------
    rows: metering_point_id, direction, unit, start and end (any one clock), value (null where missing).

    Returns
    -------
    In the order of the rows: `account` (first | second | partly | contradicted), and `finer_value`, the sum of the
    finer values where there are such.
    """
    length = (pl.col("end") - pl.col("start")).dt.total_minutes()
    level = pl.sum_horizontal((length > bound).cast(pl.Int32) for bound in CLASSES_MINUTES)
    rows = (
        rows.with_columns(pl.col(SERIES).fill_null(""))
        .with_row_index("row")
        .with_columns(level=level, length=length)
        .with_columns(account=_repeated())
    )
    settled = rows.filter(pl.col("account") != "first")
    rows = rows.filter(pl.col("account") == "first")
    results = [settled.select("row", "account", finer_value=pl.lit(None, pl.Float64))]
    kept = rows.clear()
    for one in sorted(rows["level"].unique()):
        judged = _judged(rows.filter(pl.col("level") == one), kept.filter(pl.col("value").is_not_null()))
        results.append(judged.select("row", "account", "finer_value"))
        kept = pl.concat([kept, judged.filter(pl.col("account") == "first").select(kept.columns)])
    return pl.concat(results).sort("row").drop("row")


def rejected(rows: pl.DataFrame) -> pl.DataFrame:
    """Rejections of the rows (source_row, account) that cannot be used."""
    words = pl.col("account").replace_strict({name: text[0] for name, text in REASONS.items()}, default=None)
    fixes = pl.col("account").replace_strict({name: text[1] for name, text in REASONS.items()}, default=None)
    return (
        rows.filter(pl.col("account").is_in(list(REASONS)))
        .select("source_row", words.alias("reason"), fixes.alias("fix"))
        .cast(REJECTED_SCHEMA)  # type: ignore[arg-type]
    )


def _repeated() -> pl.Expr:
    """Of rows for one interval: contradicted where their values differ, else the first with a value comes first."""
    same = (*SERIES, "start", "end")
    value, row = pl.col("value"), pl.col("row")
    first = pl.coalesce(row.filter(value.is_not_null()).first().over(same), row.first().over(same))
    return (
        pl.when((value.drop_nulls().n_unique() > 1).over(same))
        .then(pl.lit("contradicted"))
        .when(row != first)
        .then(pl.lit("second"))
        .otherwise(pl.lit("first"))
    )


def _judged(coarse: pl.DataFrame, finer: pl.DataFrame) -> pl.DataFrame:
    """The coarse rows with their account, from how much of their time the finer rows fill."""
    running = (
        finer.sort(*SERIES, "start", nulls_last=True)
        .with_columns(pl.col("length", "value").cum_sum().over(SERIES).name.prefix("sum_"))
        .select(*SERIES, "start", "sum_length", "sum_value")
        .sort("start")
    )
    for edge in ("start", "end"):
        coarse = (
            coarse.sort(edge)
            .join_asof(
                running,
                left_on=edge,
                right_on="start",
                by=list(SERIES),
                allow_exact_matches=False,
                suffix="_running",
                coalesce=False,
                check_sortedness=False,
            )
            .drop("start_running")
            .rename({"sum_length": f"length_to_{edge}", "sum_value": f"value_to_{edge}"})
        )
    filled = pl.col("length_to_end").fill_null(0) - pl.col("length_to_start").fill_null(0)
    return coarse.with_columns(
        account=pl.when(filled >= pl.col("length"))
        .then(pl.lit("second"))
        .when(filled > 0)
        .then(pl.lit("partly"))
        .otherwise(pl.lit("first")),
        finer_value=pl.col("value_to_end").fill_null(0.0) - pl.col("value_to_start").fill_null(0.0),
    )


def disagreements(rows: pl.DataFrame) -> list[str]:
    """Warnings where the second account of a series differs from the first.

    `rows`: metering_point_id, value, account, finer_value.
    """
    second = rows.filter(
        (pl.col("account") == "second") & pl.col("value").is_not_null() & pl.col("finer_value").is_not_null()
    )
    off = (pl.col("value") - pl.col("finer_value")).abs() > TOLERANCE * pl.col("value").abs() + 0.01
    counted = second.group_by("metering_point_id", maintain_order=True).agg(
        off.sum().alias("off"), pl.len().alias("all")
    )
    return [
        f"Anläggning {identity}: {count} av {total} värden som står i två upplösningar skiljer sig; de finare räknas."
        for identity, count, total in counted.filter(pl.col("off") > 0).head(MOST_WARNINGS).iter_rows()
    ]
