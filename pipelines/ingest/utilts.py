"""Swedish EDIFACT meter values: UTILTS D.02B, message E66 (energy per interval, register readings beside it).

`source_row` is the number of the segment, from 1, since a message may stand on a single line. The whole file is one
frame: an organisation's month is hundreds of thousands of segments. Structure and codes: Ediel guide UTILTS E66 as two
producers write it; status codes 21 (temporary), 46 (missing) and 56 (calculated) of STS+8: Elmarknadsutveckling,
matter 2011:33. Does not belong here: what readings become (register_readings.py).
"""

from __future__ import annotations

import polars as pl

from pipelines.domain.gsrn import ACTIVE_ENERGY_PRODUCT
from pipelines.errors import BadInput
from pipelines.ingest import edifact, register_readings
from pipelines.ingest.canonical import MeterFile
from pipelines.ingest.edifact import NEW_FILE, Interchange, label, sorted_out
from pipelines.ingest.intervals import IRREGULAR, LABELLED_SCHEMA, Context
from pipelines.ingest.meter_file import meter_file
from pipelines.ingest.utilts_segments import read_segments

FORMAT = "se-utilts-e66"
ENERGY, REGISTER_READING, ESTIMATED_ENERGY = "136", "220", "99"
SWEDISH_ASSOCIATION = "E5SE"
MISSING_STATUS, ESTIMATED_STATUSES = "46", ("21", "56")
MINUTES_BY_UNIT = {"806": 1, "805": 60, "804": 1440, "802": 43_200}
MONTH_MINUTES = 43_200
USABLE_MINUTES = (15, 30, 60, 1440, MONTH_MINUTES)
DIRECTIONS = {"E17": "consumption", "E18": "production"}
MOST_WARNINGS = 10


def read(text: str, context: Context) -> MeterFile:
    """Read an interchange of UTILTS E66 messages.

    Raises BadInput when the messages are of another kind or hold no energy.
    """
    interchange = edifact.read_interchange(text)
    frame, of_others = edifact.of_type(interchange, "UTILTS")
    if frame.is_empty():
        kind = next((kind.type for kind in interchange.kinds.values()), "okänt")
        raise BadInput(
            f"Filen är ett EDIFACT-meddelande av slaget {kind}, som inte har mätvärden per anläggning.",
            fix_sv="Be nätbolaget om UTILTS E66 eller en CSV-fil.",
        )
    values, heads = read_segments(interchange, frame)
    values = _values(values).join(_heads(heads), on="transaction", how="left", maintain_order="left")
    values, bad = _sorted_out(values, interchange)
    energy, of_energy, said = _energy(values.filter(pl.col("qualifier") != REGISTER_READING))
    is_reading = pl.col("qualifier") == REGISTER_READING
    values = values.with_columns(scope=register_readings.scope("transaction", ~is_reading))
    readings = values.filter(is_reading).rename({"own_stamp": "stamp", "number": "reading"})
    steps = register_readings.steps(readings, energy, context)
    said += _unknown_statuses(values)
    labelled = pl.concat([energy, steps.labelled]).sort("source_row")
    if labelled.is_empty() and not any(one.height for one in (bad, of_energy, steps.rejected)):
        raise BadInput(
            "Filen innehåller inga energivärden.", fix_sv="Be nätbolaget om UTILTS E66 med energi per period."
        )
    return meter_file(
        labelled,
        file_format=FORMAT,
        id_source="column",
        context=context,
        stamp_hint="start",
        rejected=[of_others, bad, of_energy, steps.rejected],
        warnings=[*interchange.warnings, *said, *steps.warnings],
        questions=steps.questions,
    )


def _heads(heads: pl.DataFrame) -> pl.DataFrame:
    """What the heads of the transactions mean."""
    period, step = pl.col("period"), pl.col("step")
    unit_code = step.str.extract(r":(\d+)$", 1)
    return heads.select(
        "transaction",
        "message",
        "metering_point_id",
        "unit",
        pl.col("kind").replace_strict(DIRECTIONS, default="consumption", return_dtype=pl.String).alias("direction"),
        pl.when(pl.col("product") == ACTIVE_ENERGY_PRODUCT).then(pl.lit("electricity")).alias("carrier"),
        label(period.str.slice(0, 12)).alias("start"),
        label(period.str.slice(12, 12)).alias("end"),
        edifact.offset_minutes(pl.col("message_offset")).cast(pl.Int32).alias("offset_minutes"),
        (
            step.str.extract(r"^(\d{1,4}):", 1).cast(pl.Int32)
            * unit_code.replace_strict(MINUTES_BY_UNIT, default=0, return_dtype=pl.Int32)
        ).alias("step_minutes"),
    )


def _values(values: pl.DataFrame) -> pl.DataFrame:
    """What the quantities mean."""
    status = pl.col("status")
    number = edifact.quantity(pl.col("text"))
    return values.with_columns(
        number=pl.when(status.is_null() | (status != MISSING_STATUS)).then(number),
        is_no_number=edifact.is_no_number(pl.col("text"), number),
        is_estimated=pl.col("qualifier").eq(ESTIMATED_ENERGY)
        | status.is_in(list(ESTIMATED_STATUSES)).fill_null(value=False),
        own_stamp=label(pl.col("own_stamp")),
        before_energy=_readings_first(),
        meter=_only_meter(),
    )


def _only_meter() -> pl.Expr:
    """The meter number; where a reading lacks it and its transaction names one meter only, that one."""
    named = pl.col("meter").filter(pl.col("meter") != "")
    is_one = (named.n_unique() == 1).over("transaction")
    return pl.when((pl.col("meter") == "") & is_one).then(named.first().over("transaction")).otherwise("meter")


def _readings_first() -> pl.Expr:
    """The last sequence number of a transaction's readings where all its energies are numbered after them, else 0."""
    is_reading = pl.col("qualifier") == REGISTER_READING
    last = pl.col("sequence").filter(is_reading).max()
    first = pl.col("sequence").filter(~is_reading).min()
    return pl.when((last < first).over("transaction")).then(last.over("transaction")).otherwise(0)


def _sorted_out(values: pl.DataFrame, interchange: Interchange) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The values whose meaning is known, and rejections of the others, each with its reason."""
    swedish = [one for one, kind in interchange.kinds.items() if kind.association.startswith(SWEDISH_ASSOCIATION)]
    names = ", ".join(sorted({kind.text for one, kind in interchange.kinds.items() if one not in swedish}))
    qualifier = pl.col("qualifier")
    unit = pl.col("unit").fill_null("").str.to_uppercase()
    return sorted_out(
        values,
        [
            (pl.col("transaction").is_in(_cut(values, interchange)), edifact.CUT_OFF, NEW_FILE),
            (pl.col("is_no_number"), "Mängden (QTY) kan inte läsas.", NEW_FILE),
            (
                ~qualifier.is_in([ENERGY, ESTIMATED_ENERGY, REGISTER_READING]),
                "Mängden har en okänd kod (QTY).",
                NEW_FILE,
            ),
            (
                (qualifier == REGISTER_READING) & ~pl.col("message").is_in(swedish),
                f"Koden QTY+{REGISTER_READING} kan betyda både energi och mätarställning i {names}, som inte är känt.",
                NEW_FILE,
            ),
            (pl.col("metering_point_id").is_null(), "Värdet gäller ingen mätpunkt (LOC+172 saknas).", NEW_FILE),
            (
                unit.str.contains("VAR") | unit.str.starts_with("K3"),
                "Värdet är reaktiv energi, som inte räknas.",
                "Be nätbolaget om aktiv energi.",
            ),
        ],
    )


def _cut(values: pl.DataFrame, interchange: Interchange) -> list[int]:
    """The last transaction of each message without end: there the file was cut."""
    if not interchange.cut_messages:
        return []
    cut = values.filter(pl.col("message").is_in(list(interchange.cut_messages)))
    return cut.group_by("message").agg(pl.col("transaction").max())["transaction"].to_list()


def _energy(values: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, list[str]]:
    """Labelled rows of the energies, rejections and warnings."""
    start, end, minutes = pl.col("start"), pl.col("end"), pl.col("minutes")
    # A day with a change of clock may end an hour early or late in local terms.
    last_end = pl.col("label").dt.offset_by("2h").dt.offset_by("1mo")
    is_beyond = (
        pl.when(minutes == MONTH_MINUTES)
        .then(last_end > end.dt.offset_by("2d"))
        .otherwise((pl.col("label") >= end) | (pl.col("label") < start))
    )
    has_no_period = start.is_null() | end.is_null() | (end <= start)
    values, bad = sorted_out(
        _placed(_with_minutes(values)),
        [
            (has_no_period, "Perioden (DTM+324) saknas eller kan inte läsas.", NEW_FILE),
            (
                minutes.is_null(),
                "Tidsupplösningen (DTM+354) kan inte användas.",
                "Be nätbolaget om värden per kvart, timme, dygn eller månad.",
            ),
            (pl.col("label").is_null(), "Två värden har samma nummer (SEQ) och ingen egen tid.", NEW_FILE),
            (is_beyond, "Värdet ligger utanför meddelandets period.", NEW_FILE),
        ],
    )
    labelled = values.select(
        "metering_point_id",
        "carrier",
        "direction",
        pl.coalesce("own_unit", "unit").alias("unit"),
        pl.col("number").alias("value"),
        "is_estimated",
        pl.col("place").alias("source_row"),
        "label",
        pl.when(minutes == IRREGULAR).then("end").alias("end_label"),
        "offset_minutes",
        minutes.alias("stated_minutes"),
    ).cast(LABELLED_SCHEMA)  # type: ignore[arg-type]
    return register_readings.with_marks(labelled), bad, _short_periods(values)


def _with_minutes(values: pl.DataFrame) -> pl.DataFrame:
    """Add the length of the intervals; a single value that no whole step fits is the energy of its period."""
    start, end = pl.col("start"), pl.col("end")
    days = (end - start).dt.total_minutes() / 1440
    stated = pl.col("step_minutes")
    edges = [one.dt.offset_by("2h") for one in (start, end)]
    # A broken month is not a month: its energy would be taken for the whole.
    whole_months = pl.all_horizontal((edge.dt.day() == 1) & (edge.dt.hour() <= 4) for edge in edges)
    by_length = pl.when(days.is_between(27, 32)).then(MONTH_MINUTES).when(days.is_between(0.95, 1.05)).then(1440)
    minutes = pl.coalesce(stated, by_length)
    is_usable = minutes.is_in(list(USABLE_MINUTES)) & ((minutes != MONTH_MINUTES) | whole_months)
    is_alone = pl.len().over("transaction") == 1
    may_be_whole = is_alone & (stated.is_null() | (minutes == MONTH_MINUTES))
    return values.with_columns(minutes=pl.when(is_usable).then(minutes).when(may_be_whole).then(IRREGULAR))


def _placed(values: pl.DataFrame) -> pl.DataFrame:
    """Add the label: the interval's own number, counted from the start of the period."""
    start, end, minutes, sequence = pl.col("start"), pl.col("end"), pl.col("minutes"), pl.col("sequence")
    own = pl.col("own_stamp")
    step = pl.duration(minutes=minutes)
    values = values.with_columns(
        # Readings share the numbering, so the energies of months count by their own order.
        order=pl.int_range(pl.len()).over("transaction"),
        # Some number from 0; where readings take the first numbers, the energies come after them.
        first=pl.when((sequence == 0).any().over("transaction")).then(0).otherwise(pl.col("before_energy") + 1),
        is_repeated=(sequence.n_unique() < pl.len()).over("transaction"),
        starts_own=((own >= start) & (own < end)).all().over("transaction"),
        ends_own=((own > start) & (own <= end)).all().over("transaction"),
    )
    is_whole = minutes.is_in([MONTH_MINUTES, IRREGULAR])
    month = start.dt.offset_by("2h").dt.offset_by(pl.format("{}mo", "order")).dt.offset_by("-2h")
    numbered = start + step * (sequence - pl.col("first"))
    starts, ends = pl.col("starts_own"), pl.col("ends_own")
    stamped = pl.when(starts & ~ends).then(own).when(ends & ~starts).then(own - step)
    return values.with_columns(
        label=pl.when(minutes == IRREGULAR)
        .then(start)
        .when(is_whole)
        .then(month)
        .when(pl.col("is_repeated"))
        .then(stamped)
        .otherwise(numbered)
    )


def _unknown_statuses(values: pl.DataFrame) -> list[str]:
    unknown = values["status"].drop_nulls().unique().sort().to_list()
    unknown = [code for code in unknown if code not in (*ESTIMATED_STATUSES, MISSING_STATUS)]
    return [f"Statuskoderna {', '.join(unknown[:10])} är okända; värdena räknas som uppmätta."] if unknown else []


def _short_periods(values: pl.DataFrame) -> list[str]:
    """A warning for each transaction that does not have as many intervals as its period."""
    counted = (
        values.filter(pl.col("minutes") < MONTH_MINUTES)
        .filter(pl.col("minutes") > IRREGULAR)
        .group_by("transaction", maintain_order=True)
        .agg(
            pl.col("metering_point_id").first(),
            pl.col("label").n_unique().alias("count"),
            ((pl.col("end") - pl.col("start")).dt.total_minutes() / pl.col("minutes"))
            .round()
            .first()
            .alias("expected"),
        )
        .filter(pl.col("count") != pl.col("expected"))
    )
    return [
        f"Anläggning {identity}: {count} värden för en period som har {int(expected)}."
        for _, identity, count, expected in counted.head(MOST_WARNINGS).iter_rows()
    ]
