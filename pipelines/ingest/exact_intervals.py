"""Labelled rows of documents that give both ends of each interval as instants in UTC (ESPI, Eloverblik).

Does not belong here: stamps whose zone has to be found out (time_basis.py).
"""

from __future__ import annotations

import polars as pl

from pipelines.domain.local_time import utc_to_local
from pipelines.ingest import told_twice
from pipelines.ingest.intervals import IRREGULAR, LABELLED_SCHEMA
from pipelines.ingest.time_basis import DAY_MINUTES, MONTH_MINUTES, SUB_DAILY_MINUTES

EXACT_SCHEMA: dict[str, pl.DataType] = {
    "metering_point_id": pl.String(),
    "carrier": pl.String(),
    "direction": pl.String(),
    "unit": pl.String(),
    "value": pl.Float64(),
    "is_estimated": pl.Boolean(),
    "source_row": pl.Int64(),
    "start": pl.Datetime("us"),  # naive, in UTC
    "end": pl.Datetime("us"),
}
"""One row an interval, in the order of the file."""


def labelled(exact: pl.DataFrame, zone: str) -> tuple[pl.DataFrame, pl.DataFrame, list[str]]:
    """Labelled rows with marks, rejections and warnings; energy told in two resolutions counts once.

    Parameters
    ----------
    exact: EXACT_SCHEMA with end after start.
    zone: IANA name; only intervals between local midnights are days and months, others keep the length they have.
    """
    exact = pl.concat([exact, told_twice.accounts(exact)], how="horizontal")
    rows = exact.filter(pl.col("account").is_in(["first", "second"])).select(
        *(name for name in EXACT_SCHEMA if name not in ("start", "end")),
        pl.col("start").alias("label"),
        pl.col("end").alias("end_label"),
        pl.lit(0, pl.Int32).alias("offset_minutes"),
        _stated_minutes(zone).alias("stated_minutes"),
        pl.lit("interval").alias("kind"),
        (pl.col("account") == "second").alias("is_second_account"),
    )
    ordered = rows.select(*LABELLED_SCHEMA, "kind", "is_second_account").cast(LABELLED_SCHEMA)  # type: ignore[arg-type]
    return ordered, told_twice.rejected(exact), told_twice.disagreements(exact)


def _stated_minutes(zone: str) -> pl.Expr:
    length = (pl.col("end") - pl.col("start")).dt.total_minutes()
    is_even = (pl.col("end") - pl.col("start")).dt.total_seconds() % 60 == 0
    local = [utc_to_local(pl.col(name).dt.replace_time_zone("UTC"), zone) for name in ("start", "end")]
    at_midnight = pl.all_horizontal((one.dt.hour() == 0) & (one.dt.minute() == 0) for one in local)
    at_first = pl.all_horizontal(one.dt.day() == 1 for one in local)
    return (
        pl.when(is_even & length.is_in(list(SUB_DAILY_MINUTES)))
        .then(length)
        .when(at_midnight & (length <= 25 * 60))
        .then(DAY_MINUTES)
        .when(at_midnight & at_first & (length < 32 * DAY_MINUTES))
        .then(MONTH_MINUTES)
        .otherwise(IRREGULAR)
        .cast(pl.Int32)
    )
