"""Two portals' own JSON: Nuuka (Helsinki's public buildings) and n3rgy (British smart meters).

Both write naive stamps. Nuuka stamps months with their last day, and the running month with its latest reading day;
its "hourly" series turns into quarters midway. `source_row` is the number of the point, from 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from pipelines.errors import BadInput
from pipelines.ingest.canonical import REJECTED_SCHEMA, MeterFile
from pipelines.ingest.intervals import LABELLED_SCHEMA, Context
from pipelines.ingest.json_document import items, text_of, within
from pipelines.ingest.meter_file import meter_file
from pipelines.ingest.numbers import read_numbers
from pipelines.ingest.stamps import read_stamps
from pipelines.ingest.time_basis import DAY_MINUTES, MONTH_MINUTES, SUB_DAILY_MINUTES

NUUKA_FORMAT, N3RGY_FORMAT = "fi-nuuka-json", "uk-n3rgy-json"
NUUKA_ZONE = "Europe/Helsinki"
_N3RGY_RESOURCE = re.compile(r"^/(\d{8,18})/(electricity|gas)/(consumption|production)\b")
MINUTES_BY_WORD = {
    "halfhour": 30,
    "daily": DAY_MINUTES,
    "day": DAY_MINUTES,
    "monthly": MONTH_MINUTES,
    "month": MONTH_MINUTES,
}
CARRIERS = {
    "electricity": "electricity",
    "heat": "district_heating",
    "districtcooling": "district_cooling",
    "water": "water",
    "gas": "gas",
}


@dataclass(frozen=True)
class _Portal:
    """What a document says of its only series."""

    file_format: str
    identity: str | None
    carrier: str | None
    direction: str
    unit: str | None
    minutes: int | None
    points: list[dict[str, Any]]
    zone: str | None = None  # of the portal, where it is another than ours


def recognises(document: Any) -> bool:
    """Whether a document is an answer of one of the portals."""
    return _portal(document) is not None


def read(document: Any, context: Context) -> MeterFile:
    """Read the series of a portal's answer. Raises BadInput when it holds no values."""
    portal = _portal(document)
    if portal is None or not portal.points:
        raise BadInput("Filen har inga mätvärden.", fix_sv="Hämta en period som har värden.")
    rows = [(text_of(one.get("timestamp")) or None, text_of(one.get("value")) or None) for one in portal.points]
    frame = pl.DataFrame(rows, schema={"stamp": pl.String(), "text": pl.String()}, orient="row")
    stamps, numbers = read_stamps(frame["stamp"]), read_numbers(frame["text"], decimal=".")
    frame = frame.with_columns(
        label=stamps.label,
        offset_minutes=stamps.offset_minutes,
        value=numbers.value,
        is_bad=numbers.is_bad,
        source_row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
    )
    bad = [_rejected(frame.filter("is_bad"), "Värdet är inget tal.", "Rätta värdet, eller lämna det tomt.")]
    frame = frame.filter(~pl.col("is_bad"))
    stated: pl.Expr = pl.lit(portal.minutes, pl.Int32)
    if portal.minutes == MONTH_MINUTES:
        broken = frame.filter(~_is_month_edge(pl.col("label")))
        reason = "Månaden är inte hel: stämpeln är varken månadens första eller sista dag."
        bad.append(_rejected(broken, reason, "Hämta filen på nytt när månaden är slut."))
        frame = frame.filter(_is_month_edge(pl.col("label")))
    elif portal.minutes is None:
        stated = _spacing(pl.col("label"))
    labelled = frame.select(
        pl.lit(portal.identity, pl.String).alias("metering_point_id"),
        pl.lit(portal.carrier, pl.String).alias("carrier"),
        pl.lit(portal.direction).alias("direction"),
        pl.lit(portal.unit, pl.String).alias("unit"),
        "value",
        pl.lit(value=False).alias("is_estimated"),
        "source_row",
        "label",
        pl.lit(None, pl.Datetime("us")).alias("end_label"),
        "offset_minutes",
        stated.alias("stated_minutes"),
    ).cast(LABELLED_SCHEMA)  # type: ignore[arg-type]
    return meter_file(
        labelled,
        file_format=portal.file_format,
        id_source="metadata" if portal.identity else "unknown",
        context=replace(context, zone=portal.zone) if portal.zone else context,
        grain="month" if portal.minutes == MONTH_MINUTES else "time",
        rejected=bad,
    )


def _portal(document: Any) -> _Portal | None:
    if not isinstance(document, dict):
        return None
    found = _N3RGY_RESOURCE.match(text_of(document.get("resource")))
    if found and isinstance(document.get("values"), list):
        word = text_of(document.get("granularity")).lower()
        identity, carrier, direction = found.groups()
        unit, points = text_of(document.get("unit")) or None, items(document.get("values"))
        return _Portal(N3RGY_FORMAT, identity, carrier, direction, unit, MINUTES_BY_WORD.get(word), points)
    series, source = document.get("series"), document.get("source")
    if isinstance(series, dict) and "nuuka" in text_of(within(source, "endpoint")).lower():
        group = text_of(series.get("reportingGroup")) or text_of(series.get("utility"))
        return _Portal(
            NUUKA_FORMAT,
            text_of(within(source, "propertyCode")) or None,
            CARRIERS.get(group.lower().replace(" ", "")),
            "consumption",
            text_of(series.get("unit")) or None,
            MINUTES_BY_WORD.get(text_of(series.get("granularity")).lower()),
            items(series.get("points")),
            NUUKA_ZONE,
        )
    return None


def _spacing(label: pl.Expr) -> pl.Expr:
    """Minutes to the next stamp, or before a hole from the one before, where a quarter, half an hour or an hour."""
    gaps = [(label.shift(-1) - label).dt.total_minutes(), (label - label.shift(1)).dt.total_minutes()]
    return pl.coalesce(pl.when(gap.is_in(list(SUB_DAILY_MINUTES))).then(gap.cast(pl.Int32)) for gap in gaps)


def _is_month_edge(label: pl.Expr) -> pl.Expr:
    return (label.dt.day() == 1) | (label.dt.offset_by("1d").dt.day() == 1)


def _rejected(rows: pl.DataFrame, reason: str, fix: str) -> pl.DataFrame:
    columns = ("source_row", pl.lit(reason).alias("reason"), pl.lit(fix).alias("fix"))
    return rows.select(columns).cast(REJECTED_SCHEMA)  # type: ignore[arg-type]
