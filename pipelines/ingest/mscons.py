"""EDIFACT meter values of the MSCONS kind: D.96A (Nordic Ediel), D.99A and D.04B (Swiss and German).

A code means different things in different guides: QTY+220 is measured energy in Germany and a register reading in
Sweden. So each code is read by the message's release and association. `source_row` is the number of the segment.
Sources: message handbook for Ediel, MSCONS 2.4; BDEW MSCONS; OBIS codes of IEC 62056-61.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from pipelines.errors import BadInput
from pipelines.ingest import edifact, register_readings
from pipelines.ingest.canonical import MeterFile
from pipelines.ingest.edifact import Interchange, Kind, label, offset_minutes, rejections
from pipelines.ingest.intervals import IRREGULAR, LABELLED_SCHEMA, Context
from pipelines.ingest.meter_file import meter_file
from pipelines.ingest.mscons_segments import values_of


@dataclass(frozen=True)
class Guide:
    """What the quantity codes (QTY) of a guide mean."""

    format: str
    energy: tuple[str, ...]
    estimated: tuple[str, ...] = ()  # energy too
    missing: tuple[str, ...] = ()  # a value that must not be used
    readings: tuple[str, ...] = ()
    unit: str | None = None  # of electricity where none is written


GUIDES: tuple[tuple[str, str, Guide], ...] = (
    ("96A", r"E2DK.*", Guide("dk-mscons-d96a", ("136",), readings=("31",))),
    ("96A", r"E2SE.*", Guide("se-mscons-d96a", ("136",), estimated=("99",), readings=("220",))),
    ("99A", r".*", Guide("ch-mscons-d99a", ("46", "220"), estimated=("79", "67"), unit="kWh")),
    ("04B", r"\d\.\d\w?", Guide("de-mscons-d04b", ("220",), estimated=("67",), missing=("20",), unit="kWh")),
)
"""Release, association code, meaning."""

UNKNOWN_GUIDE = Guide("mscons", ("136",))
"""Of guides nobody has described here: 136 is energy in all that are known."""

MINUTES_BY_UNIT = {"806": 1, "805": 60, "804": 1440, "802": 43_200}
MONTH_MINUTES = 43_200
WHOLE_STEPS = (15, 30, 60, 1440)
UNITS = {"K3": "kvarh", "MTQ": "m³", "KWT": "kW", "MAW": "MW", "WHR": "Wh", "3B": "MJ", "GV": "GJ", "D54": "W/m²"}
"""UN/ECE Recommendation 20 codes that are no spelling of their unit; energy codes KWH, MWH, GWH are."""

_OBIS = r"^(?:(\d+)-(\d+):)?(\d+)\.(\d+)\.(\d+)"
CARRIERS = {
    "1": "electricity",
    "5": "district_cooling",
    "6": "district_heating",
    "7": "gas",
    "8": "water",
    "9": "water",
}
DIRECTIONS = {"1": "consumption", "2": "production"}
REGISTER_KIND = "8"
INTERVAL_KINDS = ("9", "10", "29")
LEFT_OUT = "{names} är reaktiv energi, effekt eller annat än förbrukning och produktion; de värdena lästes inte."


def recognises(text: str) -> bool:
    """Whether a text is an interchange that begins with MSCONS messages; one with UTILTS messages is theirs."""
    return edifact.recognises(text) and "MSCONS" in (types := edifact.first_types(text)) and "UTILTS" not in types


def read(text: str, context: Context) -> MeterFile:
    """Read an interchange of MSCONS messages.

    Raises BadInput when it holds no energy, or when its codes cannot be told apart.
    """
    interchange = edifact.read_interchange(text)
    frame, of_others = edifact.of_type(interchange, "MSCONS")
    values = values_of(interchange, frame)
    values, bad = _without_cut_off(values, interchange)
    values, left_out = _with_items(values)
    values = _with_meaning(values, interchange)
    unknown = values.filter(pl.col("meaning").is_null())
    bad += [_unknown(unknown, interchange)]
    values = values.filter(pl.col("meaning").is_not_null())
    if values.is_empty():
        raise _nothing_left(left_out, unknown, interchange, bad)
    is_bad_number = edifact.is_no_number(pl.col("text"), edifact.quantity(pl.col("text")))
    bad.append(rejections(values.filter(is_bad_number), "Mängden (QTY) kan inte läsas."))
    values = _with_labels(values.filter(~is_bad_number))
    is_reading = pl.col("meaning") == "reading"
    values = values.with_columns(scope=register_readings.scope("message", ~is_reading))
    energy, of_energy = _energy(values.filter(~is_reading))
    steps = register_readings.steps(_readings(values.filter(is_reading)), energy, context)
    guides = [_guide(kind) for kind in interchange.kinds.values() if kind.type == "MSCONS"]
    return meter_file(
        pl.concat([energy, steps.labelled]).sort("source_row"),
        file_format=guides[0].format,
        id_source="column",
        context=context,
        stamp_hint="both",
        rejected=[of_others, *bad, *of_energy, steps.rejected],
        warnings=[*interchange.warnings, *_said(left_out), *steps.warnings],
        questions=steps.questions,
    )


def _guide(kind: Kind) -> Guide:
    for release, association, guide in GUIDES:
        if kind.version == "D" and kind.release == release and re.fullmatch(association, kind.association):
            return guide
    return UNKNOWN_GUIDE


def _without_cut_off(values: pl.DataFrame, interchange: Interchange) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The values without the last line item of each message that has no end."""
    cut = values.filter(pl.col("message").is_in(list(interchange.cut_messages)))
    cut = cut.filter(pl.col("group") == pl.col("group").max().over("message"))
    return values.join(cut, on="place", how="anti"), [rejections(cut, edifact.CUT_OFF)]


def _with_items(values: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Add what the OBIS code says; series that are neither consumption nor production are left out and named."""
    parts = pl.col("item").str.extract_groups(_OBIS).struct
    values = values.with_columns(
        medium=pl.when(parts.field("4").is_not_null()).then(parts.field("1").fill_null("1")),
        quantity=parts.field("3"),
        processing=parts.field("4"),
        tariff=parts.field("5"),
    )
    is_electric = pl.col("medium") == "1"
    is_known = (
        pl.col("medium").is_null()
        | (
            is_electric
            & pl.col("quantity").is_in(list(DIRECTIONS))
            & pl.col("processing").is_in([REGISTER_KIND, *INTERVAL_KINDS])
        )
        | (~is_electric & pl.col("medium").is_in(list(CARRIERS)))
    )
    left_out = values.filter(~is_known)["item"].unique().sort().to_list()
    values = values.filter(is_known)
    # Where the total stands, the parts by tariff tell its energy again.
    has_total = (pl.col("tariff") == "0").any().over("message", "metering_point_id", "quantity", "processing")
    return (
        values.with_columns(
            carrier=pl.when(pl.col("medium").is_null())
            .then(pl.lit("electricity"))
            .otherwise(pl.col("medium").replace_strict(CARRIERS, default=None, return_dtype=pl.String)),
            direction=pl.when(is_electric)
            .then(pl.col("quantity").replace_strict(DIRECTIONS, default=None, return_dtype=pl.String))
            .otherwise(pl.lit("consumption"))
            .fill_null("consumption"),
            is_part=((pl.col("tariff") != "0") & has_total).fill_null(value=False),
            is_electric=is_electric.fill_null(value=True),
        ),
        left_out,
    )


def _with_meaning(values: pl.DataFrame, interchange: Interchange) -> pl.DataFrame:
    """Add the meaning of each quantity by its message's guide: energy, reading, or null where nobody can tell."""
    guides = {number: _guide(kind) for number, kind in interchange.kinds.items()}
    rows = [
        (number, code, meaning, is_estimated)
        for number, guide in guides.items()
        for codes, meaning, is_estimated in (
            (guide.energy, "energy", False),
            (guide.estimated, "energy", True),
            (guide.missing, "missing", False),
            (guide.readings, "reading", False),
        )
        for code in codes
    ]
    codes = pl.DataFrame(
        rows,
        schema={"message": pl.Int32(), "qualifier": pl.String(), "meaning": pl.String(), "is_estimated": pl.Boolean()},
        orient="row",
    )
    units = pl.DataFrame(
        [(number, guide.unit, guide is not UNKNOWN_GUIDE) for number, guide in guides.items()],
        schema={"message": pl.Int32(), "guide_unit": pl.String(), "is_known": pl.Boolean()},
        orient="row",
    )
    values = values.join(codes, on=["message", "qualifier"], how="left", maintain_order="left").join(
        units, on="message", how="left", maintain_order="left"
    )
    # What the OBIS code calls an interval or a register is one, in unknown guides too.
    is_told = pl.col("qualifier").is_in(["220", "67"]) & (pl.col("medium") == "1")
    by_code = pl.when(pl.col("processing") == REGISTER_KIND).then(pl.lit("reading")).otherwise(pl.lit("energy"))
    is_register = (pl.col("medium") == "1") & (pl.col("processing") == REGISTER_KIND) & (pl.col("meaning") == "energy")
    has_one_time = (pl.col("medium") != "1") & (pl.col("start").is_null() | (pl.col("start") == pl.col("end")))
    return values.with_columns(
        meaning=pl.when(is_register | (has_one_time & (pl.col("meaning") == "energy")))
        .then(pl.lit("reading"))
        .when(pl.col("meaning").is_null() & is_told)
        .then(by_code)
        .otherwise("meaning"),
        is_estimated=pl.coalesce("is_estimated", pl.col("qualifier") == "67"),
        # The guides that are known are of the electricity market.
        carrier=pl.when(pl.col("medium").is_not_null() | pl.col("is_known")).then("carrier"),
        text=pl.when(pl.col("meaning").is_null() | (pl.col("meaning") != "missing")).then("text"),
        unit=pl.coalesce(pl.col("unit").replace(UNITS), pl.when(pl.col("is_electric")).then("guide_unit")),
    )


def _unknown(unknown: pl.DataFrame, interchange: Interchange) -> pl.DataFrame:
    names = sorted({interchange.kinds[number].text for number in unknown["message"].unique()})
    codes = ", ".join(f"QTY+{code}" for code in unknown["qualifier"].drop_nulls().unique().sort())
    return rejections(unknown, f"Det går inte att veta vad koden {codes} betyder i {', '.join(names)}.")


def _nothing_left(
    left_out: list[str], unknown: pl.DataFrame, interchange: Interchange, bad: list[pl.DataFrame]
) -> BadInput:
    """Say why no value of the file can be used."""
    fix = "Be nätbolaget om aktiv energi per period, som UTILTS E66 eller CSV."
    if unknown.height:
        return BadInput(_unknown(unknown, interchange)["reason"][0], fix_sv=fix)
    if left_out:
        return BadInput(
            f"Filen har inga värden att följa upp: {LEFT_OUT.format(names=', '.join(left_out))}", fix_sv=fix
        )
    reasons = pl.concat(bad)["reason"]
    return BadInput(f"Filen innehåller inga energivärden. {reasons[0] if len(reasons) else ''}".strip(), fix_sv=fix)


def _said(left_out: list[str]) -> list[str]:
    return [LEFT_OUT.format(names=", ".join(left_out))] if left_out else []


def _with_labels(values: pl.DataFrame) -> pl.DataFrame:
    """Add naive labels of start, end and stamp in the zone of the start, and that zone's offset."""
    hours = pl.col("message_offset").str.extract(r"^(-?\d+):805$", 1).cast(pl.Int32, strict=False) * 60
    of_message = pl.coalesce(hours, offset_minutes(pl.col("message_offset").str.extract(r"^([+-]\d{4}):406$", 1)))
    written = {name: offset_minutes(pl.col(name)) for name in ("start", "end", "stamp")}
    values = values.with_columns(
        (pl.coalesce(offset, of_message)).alias(f"{name}_offset") for name, offset in written.items()
    ).with_columns(
        step_minutes=pl.col("step").str.extract(r"^(\d{1,4}):", 1).cast(pl.Int32)
        * pl.col("step").str.extract(r":(\d+)$", 1).replace_strict(MINUTES_BY_UNIT, default=0, return_dtype=pl.Int32),
    )
    # Summer time begins and ends between a start and its end: both are shown by the clock of the start.
    shift = pl.duration(minutes=(pl.col("start_offset") - pl.col("end_offset")).fill_null(0))
    return values.with_columns(
        start_label=label(pl.col("start")), end_label=label(pl.col("end")) + shift, stamp_label=label(pl.col("stamp"))
    )


def _energy(values: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Labelled rows of the energies, and rejections."""
    start, end, step = pl.col("start_label"), pl.col("end_label"), pl.col("step_minutes")
    has_period = (start.is_not_null() & (end > start)).fill_null(value=False)
    bad = [rejections(values.filter(~has_period), "Värdets period (DTM+163 och DTM+164) saknas eller kan inte läsas.")]
    values = values.filter(has_period)
    length = (end - start).dt.total_minutes().cast(pl.Int32)
    # Values that share a period without a stated step divide it evenly, if they do.
    share = pl.when(length % pl.col("count") == 0).then((length // pl.col("count")).cast(pl.Int32))
    row_step = pl.coalesce(step, pl.when(pl.col("count") > 1).then(share))
    is_usable = row_step.is_in(list(WHOLE_STEPS))
    values = values.with_columns(
        row_step=pl.when(is_usable).then(row_step).when(pl.col("count") > 1).then(pl.lit(0, pl.Int32))
    )
    is_lost = pl.col("row_step") == 0
    bad.append(rejections(values.filter(is_lost), "Flera värden delar samma period utan tidsupplösning."))
    values = values.filter(~is_lost.fill_null(value=False))
    row_step = pl.col("row_step")
    values = values.with_columns(
        label=pl.when(row_step.is_not_null())
        .then(start + pl.duration(minutes=row_step * pl.col("order")))
        .otherwise(start),
    ).with_columns(
        own_end=pl.when(row_step.is_not_null()).then(pl.col("label") + pl.duration(minutes=row_step)).otherwise(end)
    )
    beyond = pl.col("own_end") > end
    bad.append(rejections(values.filter(beyond), "Värdet ligger utanför meddelandets period."))
    values, contradictions = _with_second_accounts(values.filter(~beyond))
    labelled = values.select(
        "metering_point_id",
        "carrier",
        "direction",
        "unit",
        edifact.quantity(pl.col("text")).alias("value"),
        "is_estimated",
        pl.col("place").alias("source_row"),
        "label",
        pl.col("own_end").alias("end_label"),
        pl.col("start_offset").alias("offset_minutes"),
        _stated(pl.col("label"), pl.col("own_end"), pl.col("start_offset")).alias("stated_minutes"),
        pl.lit("interval").alias("kind"),
        pl.col("is_part").alias("is_second_account"),
    )
    return labelled.cast(LABELLED_SCHEMA), [*bad, contradictions]  # type: ignore[arg-type]


def _stated(start: pl.Expr, end: pl.Expr, offset: pl.Expr) -> pl.Expr:
    """Null where the labels tell the length; irregular where a day or month is not one of local time."""
    length = (end - start).dt.total_minutes()
    return pl.when(offset.is_not_null() & (length > 60) & ~_is_near_midnight(start)).then(IRREGULAR).cast(pl.Int32)


def _is_near_midnight(start: pl.Expr) -> pl.Expr:
    """Whether a label may be the beginning of a local day: midnight in normal time, local time or UTC."""
    return start.dt.offset_by("2h").dt.hour() <= 4


def _with_second_accounts(values: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Mark values that line items of a message tell twice; those that contradict each other are rejected."""
    same = ("message", "metering_point_id", "direction", "label", "own_end", "is_part")
    number = edifact.quantity(pl.col("text"))
    values = values.with_columns(
        is_repeated=pl.int_range(pl.len()).over(same) > 0,
        is_contradicted=(number.n_unique() > 1).over(same) & ~pl.col("is_part"),
    )
    contradictions = values.filter("is_contradicted")
    reason = "Meddelandet har olika värden för samma tid, och säger inte vilket som gäller."
    return (
        values.filter(~pl.col("is_contradicted")).with_columns(is_part=pl.col("is_part") | pl.col("is_repeated")),
        rejections(contradictions, reason),
    )


def _readings(values: pl.DataFrame) -> pl.DataFrame:
    """The readings; parts by tariff beside their total are no registers of their own."""
    offset = pl.coalesce("stamp_offset", "start_offset")
    return values.filter(~pl.col("is_part")).select(
        "metering_point_id",
        "carrier",
        "direction",
        "unit",
        pl.lit("").alias("meter"),
        pl.col("item").fill_null("").alias("register"),
        # One clock for all readings, whatever zone each is written in.
        (pl.col("stamp_label") - pl.duration(minutes=offset.fill_null(0))).alias("stamp"),
        pl.when(offset.is_not_null()).then(0).cast(pl.Int32).alias("offset_minutes"),
        edifact.quantity(pl.col("text")).alias("reading"),
        edifact.quantity(pl.col("constant")).alias("constant"),
        "is_estimated",
        "place",
        "scope",
    )
