"""Eloverblik, the Danish portal: time series (MyEnergyData_MarketDocument) and register readings, as its API answers.

Instants are UTC; position n is the n-th interval of its period. Quantities are texts. Quality codes: CIM code list
(A02 not available, A03 estimated); clients of the API disagree on A04 and A05, which count as measured here.
`source_row` is the number of the point in the file, from 1.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from pipelines.domain.local_time import local_to_utc, utc_to_local
from pipelines.errors import BadInput
from pipelines.ingest import exact_intervals, register_readings
from pipelines.ingest.canonical import REJECTED_SCHEMA, MeterFile
from pipelines.ingest.exact_intervals import EXACT_SCHEMA
from pipelines.ingest.intervals import LABELLED_SCHEMA, Context
from pipelines.ingest.json_document import items, text_of, within
from pipelines.ingest.meter_file import meter_file
from pipelines.ingest.numbers import read_numbers
from pipelines.ingest.register_readings import with_marks
from pipelines.ingest.stamps import read_stamps

SERIES_FORMAT = "dk-eloverblik-json"
READINGS_FORMAT = "dk-eloverblik-readings-json"
DOCUMENT = "MyEnergyData_MarketDocument"
STEPS = {"PT15M": "15m", "PT30M": "30m", "PT1H": "1h", "P1D": "1d", "P1M": "1mo", "P1Y": "1y"}
CALENDAR_STEPS = ("P1D", "P1M", "P1Y")
PRODUCTION = "A01"
NOT_AVAILABLE, ESTIMATED, INCOMPLETE = "A02", "A03", "A05"
REPEATED_BLOCKS = "A03"
FETCH_AGAIN = "Hämta värdena på nytt från Eloverblik."

POINT_SCHEMA: dict[str, pl.DataType] = {
    "metering_point_id": pl.String(),
    "direction": pl.String(),
    "unit": pl.String(),
    "resolution": pl.String(),
    "period_start": pl.String(),
    "period_end": pl.String(),
    "position": pl.String(),
    "quantity": pl.String(),
    "quality": pl.String(),
    "curve": pl.String(),
}


def recognises(document: Any) -> bool:
    """Whether a document is one of Eloverblik's answers."""
    results = items(within(document, "result"))
    return any(DOCUMENT in one or "meteringPointId" in (within(one, "result") or {}) for one in results)


def read(document: Any, context: Context) -> MeterFile:
    """Read time series or register readings.

    Raises BadInput when the document holds neither, as details of metering points do.
    """
    results = items(within(document, "result"))
    failed = [text_of(one.get("errorText")) or text_of(one.get("id")) for one in results if one.get("success") is False]
    warnings = [f"Eloverblik lämnade inte ut allt: {', '.join(one[:80] for one in failed[:5])}."] if failed else []
    if any(DOCUMENT in one for one in results):
        return _series(results, warnings, context)
    points = [one for result in results if isinstance(one := result.get("result"), dict)]
    if any("readings" in one for one in points):
        return _readings(points, warnings, context)
    raise BadInput(
        "Filen har uppgifter om mätpunkter från Eloverblik, men inga mätvärden.",
        fix_sv="Hämta tidsserier (MeterData) från Eloverblik och lämna in dem.",
    )


def _series(results: list[dict[str, Any]], warnings: list[str], context: Context) -> MeterFile:
    rows = [row for one in results for row in _points(one.get(DOCUMENT))]
    if not rows:
        raise BadInput("Filen från Eloverblik har inga värden.", fix_sv="Hämta en period som har värden.")
    points = _timed(pl.DataFrame(rows, schema=POINT_SCHEMA, orient="row").with_row_index("row", offset=1), context.zone)
    numbers = read_numbers(points["quantity"], decimal=".")
    points = points.with_columns(value=numbers.value, is_bad=numbers.is_bad)
    start, end = pl.col("start"), pl.col("end")
    reasons = [
        (start.is_null() | (end <= start), "Värdets tid eller plats i perioden kan inte läsas."),
        (end > pl.col("until"), "Värdet ligger utanför sin period."),
        (pl.col("is_bad"), "Mängden är inget tal."),
        (pl.col("curve") == REPEATED_BLOCKS, "Kurvtypen A03 utelämnar värden som upprepas, och kan inte läsas."),
    ]
    rejected = []
    for is_bad, reason in reasons:
        is_bad = is_bad.fill_null(value=False)
        rejected.append(_rejected(points.filter(is_bad), reason))
        points = points.filter(~is_bad)
    if (points["quality"] == INCOMPLETE).any():
        warnings.append("Några värden har kvalitetskoden A05 (ofullständig); de räknas som uppmätta.")
    exact = points.select(
        "metering_point_id",
        pl.lit("electricity").alias("carrier"),
        "direction",
        "unit",
        pl.when(pl.col("quality").is_null() | (pl.col("quality") != NOT_AVAILABLE)).then("value").alias("value"),
        (pl.col("quality") == ESTIMATED).fill_null(value=False).alias("is_estimated"),
        pl.col("row").cast(pl.Int64).alias("source_row"),
        "start",
        "end",
    ).select(pl.col(name).cast(kind) for name, kind in EXACT_SCHEMA.items())
    labelled, twice, said = exact_intervals.labelled(exact, context.zone)
    return meter_file(
        labelled,
        file_format=SERIES_FORMAT,
        id_source="column",
        context=context,
        stamp_hint="both",
        rejected=[*rejected, twice],
        warnings=[*warnings, *said],
    )


def _points(document: Any) -> list[tuple[str | None, ...]]:
    """One row a point, as written."""
    rows: list[tuple[str | None, ...]] = []
    for series in items(within(document, "TimeSeries")):
        identity = text_of(within(series, "MarketEvaluationPoint", "mRID", "name")) or text_of(series.get("mRID"))
        direction = "production" if text_of(series.get("businessType")) == PRODUCTION else "consumption"
        unit, curve = text_of(series.get("measurement_Unit.name")), text_of(series.get("curveType"))
        for period in items(series.get("Period")):
            resolution = text_of(period.get("resolution")).upper()
            between = [text_of(within(period, "timeInterval", edge)) or None for edge in ("start", "end")]
            head = (identity or None, direction, unit or None, resolution, *between)
            rows += [
                (
                    *head,
                    text_of(point.get("position")),
                    text_of(point.get("out_Quantity.quantity")) or None,
                    text_of(point.get("out_Quantity.quality")) or None,
                    curve,
                )
                for point in items(period.get("Point"))
            ]
    return rows


def _timed(points: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Add start, end and until (end of the period), naive in UTC; null where something cannot be read."""
    edges = {name: read_stamps(points[name]) for name in ("period_start", "period_end")}
    instants = [
        pl.select(pl.lit(stamps.label) - pl.duration(minutes=pl.lit(stamps.offset_minutes))).to_series().alias(name)
        for name, stamps in edges.items()
    ]
    parts = [
        points.with_columns(instants).with_columns(pl.col("position").str.extract(r"^(\d{1,6})$", 1).cast(pl.Int64))
    ]
    timed = []
    for (resolution,), rows in parts[0].partition_by("resolution", as_dict=True, maintain_order=True).items():
        step = STEPS.get(str(resolution))
        base = pl.col("period_start")
        if step is None:
            start = end = pl.lit(None, pl.Datetime("us"))
        elif resolution in CALENDAR_STEPS:
            local = utc_to_local(base.dt.replace_time_zone("UTC"), zone)
            start, end = (
                local_to_utc(local.dt.offset_by(_steps(step, shift)), zone=zone).dt.replace_time_zone(None)
                for shift in (-1, 0)
            )
        else:
            start, end = (base.dt.offset_by(_steps(step, shift)) for shift in (-1, 0))
        timed.append(rows.with_columns(start=start, end=end, until=pl.col("period_end")))
    return pl.concat(timed).sort("row")


def _steps(step: str, shift: int) -> pl.Expr:
    """So many steps as their position says: `7h`."""
    count, unit = int("".join(sign for sign in step if sign.isdigit())), "".join(s for s in step if not s.isdigit())
    return pl.format("{}" + unit, (pl.col("position") + shift) * count)


def _readings(points: list[dict[str, Any]], warnings: list[str], context: Context) -> MeterFile:
    """Register readings as steps; the API does not give the meter's constant here."""
    rows = [
        (
            text_of(point.get("meteringPointId")) or None,
            text_of(one.get("readingDate")) or None,
            text_of(one.get("meterNumber")),
            text_of(one.get("meterReading")) or None,
            text_of(one.get("measurementUnit")) or None,
        )
        for point in points
        for one in items(point.get("readings"))
    ]
    names = ("metering_point_id", "date", "meter", "text", "unit")
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String()), orient="row").with_row_index("row", offset=1)
    if frame.is_empty():
        raise BadInput("Filen från Eloverblik har inga mätarställningar.", fix_sv="Hämta en period som har värden.")
    stamps, numbers = read_stamps(frame["date"]), read_numbers(frame["text"], decimal=".")
    readings = frame.with_columns(
        stamp=stamps.label,
        offset_minutes=stamps.offset_minutes,
        reading=numbers.value,
        is_bad=numbers.is_bad,
        place=pl.col("row").cast(pl.Int64),
        carrier=pl.lit("electricity"),
        direction=pl.lit("consumption"),
        register=pl.lit(""),
        is_estimated=pl.lit(value=False),
    )
    bad = _rejected(readings.filter("is_bad"), "Mätarställningen är inget tal.")
    nothing = with_marks(pl.DataFrame(schema=LABELLED_SCHEMA))
    steps = register_readings.steps(readings.filter(~pl.col("is_bad")), nothing, context)
    return meter_file(
        steps.labelled,
        file_format=READINGS_FORMAT,
        id_source="column",
        context=context,
        stamp_hint="both",
        rejected=[bad, steps.rejected],
        warnings=[*warnings, *steps.warnings],
        questions=steps.questions,
    )


def _rejected(rows: pl.DataFrame, reason: str) -> pl.DataFrame:
    columns = (pl.col("row").alias("source_row"), pl.lit(reason).alias("reason"), pl.lit(FETCH_AGAIN).alias("fix"))
    return rows.select(columns).cast(REJECTED_SCHEMA)  # type: ignore[arg-type]
