"""Swedish EDIFACT meter values: UTILTS D.02B, message E66 (energy per interval, register readings beside it).

`source_row` is the number of the segment, from 1, since a
message may stand on a single line. Structure and codes: Ediel guide UTILTS E66 as two producers write it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import polars as pl

from pipelines.domain.gsrn import ACTIVE_ENERGY_PRODUCT
from pipelines.errors import BadInput
from pipelines.ingest.canonical import REJECTED_SCHEMA, MeterFile
from pipelines.ingest.edifact import Service, segments, unescaped
from pipelines.ingest.intervals import LABELLED_SCHEMA, Context
from pipelines.ingest.meter_file import meter_file
from pipelines.ingest.numbers import read_numbers

FORMAT = "se-utilts-e66"
ENERGY, REGISTER_READING, NOT_EXISTING = "136", "220", "46"
ESTIMATED_QUANTITIES = ("99", "67", "79")
ESTIMATED_STATUSES = ("56", "99", "67", "21")
MINUTES_BY_UNIT = {"806": 1, "805": 60, "804": 1440, "802": 43_200}
MONTH_MINUTES = 43_200
DIRECTIONS = {"E17": "consumption", "E18": "production"}


@dataclass
class Transaction:
    """One metering point and period (IDE … next IDE)."""

    metering_point_id: str | None = None
    product: str | None = None
    start: str = ""
    end: str = ""
    step: tuple[int, str] | None = None  # number and unit code
    unit: str | None = None
    direction: str = "consumption"
    offset_minutes: int | None = None
    number: list[int] = field(default_factory=list)  # of the interval, as sent
    text: list[str | None] = field(default_factory=list)
    segment: list[int] = field(default_factory=list)
    is_estimated: list[bool] = field(default_factory=list)


def read(text: str, context: Context) -> MeterFile:
    """Read an interchange of UTILTS E66 messages.

    Raises BadInput when the messages are of another kind or hold no energy.
    """
    all_segments, service = segments(text)
    try:
        transactions, warnings, register_count = _transactions(all_segments, service)
    except (IndexError, ValueError) as error:
        raise BadInput(
            "Filen följer inte EDIFACT: ett segment saknar delar eller har fel innehåll.",
            fix_sv="Be nätbolaget om en ny fil.",
        ) from error
    if register_count:
        warnings.append(
            f"{register_count} mätarställningar i filen räknas inte: energin för samma tid står som egna värden."
        )
    frames, bad = [], []
    for transaction in transactions:
        if transaction.number:
            good_rows, bad_rows, said = _labelled(transaction)
            frames.append(good_rows)
            bad.append(bad_rows)
            warnings += said
    if not frames:
        raise BadInput(
            "Filen innehåller inga energivärden.", fix_sv="Be nätbolaget om UTILTS E66 med energi per period."
        )
    return meter_file(
        pl.concat(frames),
        file_format=FORMAT,
        id_source="column",
        context=context,
        stamp_hint="start",
        rejected=bad,
        warnings=list(dict.fromkeys(warnings)),
    )


def _transactions(all_segments: list[str], service: Service) -> tuple[list[Transaction], list[str], int]:
    """Walk the segments once; returns the transactions, warnings and the number of register readings."""
    transactions: list[Transaction] = []
    warnings: list[str] = []
    now = Transaction()
    offset: int | None = None
    message_start, sequence, register_count, reference = 0, 0, 0, ""
    element, component = service.element, service.component
    for place, segment in enumerate(all_segments):
        tag = segment[:3]
        if tag == "SEQ":
            sequence = int(segment.split(element)[2].split(component)[0] or 0)
        elif tag == "QTY":
            qualifier, _, rest = segment[4:].partition(component)
            if qualifier == REGISTER_READING:
                register_count += 1
                continue
            now.number.append(sequence)
            now.segment.append(place + 1)
            now.text.append(None if qualifier == NOT_EXISTING else rest.split(component)[0])
            now.is_estimated.append(qualifier in ESTIMATED_QUANTITIES)
            if qualifier not in (ENERGY, NOT_EXISTING, *ESTIMATED_QUANTITIES):
                now.text[-1] = f"okänd kod QTY+{qualifier}"
        elif tag == "DTM":
            parts = segment[4:].split(component)
            if parts[0] == "735":
                offset = _offset(unescaped(parts[1], service))
            elif parts[0] == "324":
                now.start, now.end = parts[1][:12], parts[1][12:24]
            elif parts[0] == "354":
                now.step = int(parts[1]), parts[2]
        elif tag == "IDE":
            now = Transaction(offset_minutes=offset)
            transactions.append(now)
        elif tag == "LOC" and segment.startswith(f"LOC{element}172"):
            now.metering_point_id = unescaped(segment.split(element)[2].split(component)[0], service)
        elif tag == "LIN":
            now.product = segment.split(element)[3].split(component)[0]
        elif tag == "MEA":
            now.unit = segment.split(element)[3].split(component)[0]
        elif tag == "CAV":
            now.direction = DIRECTIONS.get(segment[4:].split(component)[0], now.direction)
        elif tag == "STS" and now.number:
            if {part.split(component)[0] for part in segment.split(element)[2:]} & set(ESTIMATED_STATUSES):
                now.is_estimated[-1] = True
        elif tag == "UNH":
            message_start, offset = place, None
            _check_message(segment, service)
        elif tag == "UNT":
            count = int(re.sub(r"\D", "", segment.split(element)[1]) or 0)
            if count != place - message_start + 1:
                warnings.append("Antalet segment stämmer inte med slutraden (UNT); värdena lästes ändå.")
        elif tag == "UNB":
            reference = segment.split(element)[5] if segment.count(element) >= 5 else ""
        elif tag == "UNZ" and segment.split(element)[-1] != reference:
            warnings.append("Filens slutreferens (UNZ) stämmer inte med dess början (UNB).")
    if not any(segment.startswith("UNZ") for segment in all_segments[-1:]):
        warnings.append("Filen slutar utan UNZ: den kan vara avklippt.")
    return transactions, warnings, register_count


def _check_message(segment: str, service: Service) -> None:
    kind = [*segment.split(service.element), "", ""][2].split(service.component)[0]
    if kind != "UTILTS":
        raise BadInput(
            f"Filen är ett EDIFACT-meddelande av slaget {kind}, som inte kan läsas än.",
            fix_sv="Be nätbolaget om UTILTS E66 eller en CSV-fil.",
        )


def _offset(text: str) -> int | None:
    found = re.fullmatch(r"([+-]?)(\d{2})(\d{2})", text.strip())
    if found is None:
        return None
    minutes = int(found.group(2)) * 60 + int(found.group(3))
    return -minutes if found.group(1) == "-" else minutes


def _labelled(transaction: Transaction) -> tuple[pl.DataFrame, pl.DataFrame, list[str]]:
    """Labelled rows, rejected rows and warnings of one transaction."""
    start, end = _instant(transaction.start), _instant(transaction.end)
    if start is None or end is None or end <= start:
        reason, fix = "Perioden (DTM+324) saknas eller kan inte läsas.", "Be nätbolaget om en ny fil."
        return _no_rows(), _all_rejected(transaction, reason, fix), []
    minutes = _step_minutes(transaction, start, end)
    if minutes is None:
        reason, fix = (
            "Tidsupplösningen (DTM+354) kan inte användas.",
            "Be nätbolaget om värden per kvart, timme, dygn eller månad.",
        )
        return _no_rows(), _all_rejected(transaction, reason, fix), []
    warnings = []
    if minutes == MONTH_MINUTES:
        # Readings share the numbering, so the energies count by their own order.
        labels = [_months_later(start, order) for order in range(len(transaction.number))]
        beyond = [_months_later(start, order + 1) > end + timedelta(days=2) for order in range(len(labels))]
    else:
        first = 0 if 0 in transaction.number else 1
        labels = [start + timedelta(minutes=minutes * (number - first)) for number in transaction.number]
        # A day with a change of clock may end an hour early or late in local terms.
        beyond = [label >= end or label < start for label in labels]
        expected = round((end - start).total_seconds() / 60 / minutes)
        if len(set(transaction.number)) != expected:
            warnings.append(
                f"Anläggning {transaction.metering_point_id}: {len(set(transaction.number))} värden för en period "
                f"som har {expected}."
            )
    numbers = read_numbers(pl.Series(transaction.text, dtype=pl.String))
    rows = pl.DataFrame(
        {
            "metering_point_id": pl.Series([transaction.metering_point_id] * len(labels), dtype=pl.String),
            "carrier": pl.Series(
                ["electricity" if transaction.product == ACTIVE_ENERGY_PRODUCT else None] * len(labels), dtype=pl.String
            ),
            "direction": [transaction.direction] * len(labels),
            "unit": pl.Series([transaction.unit] * len(labels), dtype=pl.String),
            "value": numbers.value,
            "is_estimated": transaction.is_estimated,
            "source_row": pl.Series(transaction.segment, dtype=pl.Int64),
            "label": pl.Series(labels, dtype=pl.Datetime("us")),
            "end_label": pl.Series([None] * len(labels), dtype=pl.Datetime("us")),
            "offset_minutes": pl.Series([transaction.offset_minutes] * len(labels), dtype=pl.Int32),
            "stated_minutes": pl.Series([minutes] * len(labels), dtype=pl.Int32),
        }
    )
    is_beyond = pl.Series(beyond, dtype=pl.Boolean)
    is_bad = numbers.is_bad | is_beyond
    bad = rows.select(
        "source_row",
        pl.when(is_beyond)
        .then(pl.lit("Värdet ligger utanför meddelandets period."))
        .otherwise(pl.lit("Mängden (QTY) kan inte läsas."))
        .alias("reason"),
        pl.lit("Be nätbolaget om en ny fil.").alias("fix"),
    ).filter(is_bad)
    return rows.filter(~is_bad), bad, warnings


def _step_minutes(transaction: Transaction, start: datetime, end: datetime) -> int | None:
    """Length of the intervals; a period without stated step and with one value is its own interval."""
    if transaction.step is None:
        days = (end - start).total_seconds() / 86_400
        return MONTH_MINUTES if 27 < days < 32 else 1440 if 0.95 < days < 1.05 else None
    count, unit = transaction.step
    minutes = count * MINUTES_BY_UNIT.get(unit, 0)
    if minutes == MONTH_MINUTES:
        # A broken month is not a month: its energy would be taken for the whole.
        shifted = [instant + timedelta(hours=2) for instant in (start, end)]
        return minutes if all(instant.day == 1 and instant.hour <= 4 for instant in shifted) else None
    return minutes if minutes in (15, 30, 60, 1440) else None


def _months_later(start: datetime, count: int) -> datetime:
    """The label as many months later; a start late in the evening belongs to the month that begins then."""
    anchor = start + timedelta(hours=2)
    years, month = divmod(anchor.month - 1 + count, 12)
    return anchor.replace(year=anchor.year + years, month=month + 1) - timedelta(hours=2)


def _instant(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%d%H%M")
    except ValueError:
        return None


def _no_rows() -> pl.DataFrame:
    return pl.DataFrame(schema=LABELLED_SCHEMA)


def _all_rejected(transaction: Transaction, reason: str, fix: str) -> pl.DataFrame:
    rows = [(segment, reason, fix) for segment in transaction.segment]
    return pl.DataFrame(rows, schema=REJECTED_SCHEMA, orient="row")
