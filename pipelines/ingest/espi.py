"""Green Button (ESPI, NAESB REQ.21): meter values as an Atom feed in XML.

Instants are Unix seconds in UTC; the feed's LocalTimeParameters are for display only. Costs are not read. `source_row`
is the line of the reading. Codes: ESPI schema (espi.xsd). Does not belong here: entries and links (espi_feed.py).
"""

from __future__ import annotations

import re
from itertools import pairwise

import polars as pl

from pipelines.domain.gsrn import GSRN_LENGTH
from pipelines.errors import BadInput
from pipelines.ingest import exact_intervals, register_readings
from pipelines.ingest.canonical import REJECTED_SCHEMA, MeterFile, Question
from pipelines.ingest.espi_feed import Feed, Reading, ReadingType, UsagePoint, read_feed
from pipelines.ingest.exact_intervals import EXACT_SCHEMA
from pipelines.ingest.intervals import STAMP_QUESTION, Context
from pipelines.ingest.meter_file import meter_file

FORMAT = "green-button"
WATT_HOURS = "72"
UNITS_BY_POWER = {0: "Wh", 3: "kWh", 6: "MWh", 9: "GWh"}
OTHER_UNITS = {"31": "J", "42": "m³", "119": "ft³", "128": "US gal", "132": "Btu", "134": "l", "169": "therm"}
"""Quantities that are told beside electricity; those that are no energy here keep their unit and are not added up."""
JOULES = "31"
CARRIER_BY_COMMODITY = {
    **dict.fromkeys(("1", "2"), "electricity"),
    "7": "gas",
    **dict.fromkeys(("9", "14"), "water"),
    **dict.fromkeys(("10", "12"), "district_heating"),
    "13": "district_cooling",
}
CARRIER_BY_SERVICE = {"0": "electricity", "1": "gas", "2": "water", "4": "district_heating"}
DIRECTIONS = {"": "consumption", "0": "consumption", "1": "consumption", "4": "consumption", "19": "production"}
NET_FLOW = "4"
CUMULATIVE = ("1", "2", "3")  # bulk quantity, continuous cumulative, cumulative
INTERVAL = ("4", "9")  # delta data, summation
NOT_MEASURED = ("8", "9", "10", "11", "12", "13", "15")
"""Qualities: estimated (8, 9), questionable, derived, projected, mixed, normalised for weather."""

FETCH_AGAIN = "Hämta filen på nytt."
LEFT_OUT = (
    "{names} i filen är varken förbrukning eller produktion (effekt, reaktiv energi eller annat) och lästes inte."
)
NET_WARNING = "Värdena är nettot av förbrukning och produktion."


def recognises(text: str) -> bool:
    """Whether a text is XML in which the ESPI name space occurs early."""
    return text[:200].lstrip("\ufeff \t\r\n")[:1] == "<" and "naesb.org/espi" in text[:50_000]


def read(text: str, context: Context) -> MeterFile:
    """Read a Green Button feed.

    Raises BadInput when it is not well-formed, has a document type, or holds no values that can be used.
    """
    rows = _Rows()
    rows.take(read_feed(text))
    exact = pl.DataFrame(rows.exact, schema=EXACT_SCHEMA, orient="row")
    labelled, partly, said = exact_intervals.labelled(exact, context.zone)
    readings, questions = rows.readings_at(context.assumptions.get("stamp"))
    steps = register_readings.steps(readings, labelled, context)
    if not rows.exact and not readings.height and not rows.rejected:
        what = LEFT_OUT.format(names=", ".join(sorted(rows.left_out))) if rows.left_out else "Inga värden hittades."
        raise BadInput(f"Filen har inga värden att följa upp. {what}", fix_sv="Exportera energi per timme eller kvart.")
    warnings = [LEFT_OUT.format(names=", ".join(sorted(rows.left_out)))] if rows.left_out else []
    return meter_file(
        pl.concat([labelled, steps.labelled]).sort("source_row", maintain_order=True),
        file_format=FORMAT,
        id_source="metadata",
        context=context,
        stamp_hint="both",
        rejected=[pl.DataFrame(rows.rejected, schema=REJECTED_SCHEMA, orient="row"), partly, steps.rejected],
        warnings=[*warnings, *rows.warnings, *said, *steps.warnings],
        questions=(*questions, *steps.questions),
    )


class _Rows:
    """The readings of a feed, sorted into intervals, register readings and rows that cannot be used."""

    def __init__(self) -> None:
        self.exact: list[tuple[object, ...]] = []
        self.registers: list[tuple[object, ...]] = []
        self.rejected: list[tuple[int, str, str]] = []
        self.left_out: set[str] = set()
        self.warnings: list[str] = []
        self.has_length = False  # of register readings: which end they are read at has to be known

    def take(self, feed: Feed) -> None:
        """Take all blocks."""
        for point, kind, address, readings in feed.linked():
            if kind is None or point is None:
                reason = "Värdet saknar koppling till mätpunkt eller slag av värde."
                self.rejected += [(one.line, reason, FETCH_AGAIN) for one in readings]
            elif (unit := _unit(kind)) is None or kind.flow not in DIRECTIONS:
                self.left_out.add(f"Enhet {kind.unit}" if unit is None else f"Riktning {kind.flow}")
            else:
                self._take_block(point, kind, unit, address, readings)
        self.warnings = list(dict.fromkeys(self.warnings))

    def _take_block(
        self,
        point: UsagePoint,
        kind: ReadingType,
        unit: tuple[str | None, float],
        address: str,
        readings: list[Reading],
    ) -> None:
        carrier = CARRIER_BY_COMMODITY.get(kind.commodity) or CARRIER_BY_SERVICE.get(point.service)
        series = (_identity(point), carrier, DIRECTIONS[kind.flow], unit[0])
        if kind.flow == NET_FLOW:
            self.warnings.append(NET_WARNING)
        is_register = kind.accumulation in CUMULATIVE
        if not is_register and kind.accumulation not in (*INTERVAL, "", "0"):
            self.left_out.add(f"Ackumulering {kind.accumulation}")
            return
        if not is_register and kind.accumulation not in INTERVAL and _may_be_register(readings):
            reason = "Det framgår inte om värdena är förbrukning eller mätarställningar."
            self.rejected += [(one.line, reason, "Exportera förbrukning per timme eller kvart.") for one in readings]
            return
        for one in readings:
            value = _number(one.value)
            duration = one.duration if one.duration is not None else _seconds(kind.interval_seconds)
            is_estimated = one.quality in NOT_MEASURED
            if one.start is None or (one.value and value is None):
                self.rejected.append((one.line, "Värdets tid eller mängd kan inte läsas.", FETCH_AGAIN))
            elif is_register:
                self.has_length = self.has_length or bool(duration)
                scaled = None if value is None else value * unit[1]
                self.registers.append((*series, scaled, is_estimated, one.line, one.start, duration or 0, address))
            elif not duration:
                self.rejected.append((one.line, "Värdets tid har ingen längd.", FETCH_AGAIN))
            else:
                scaled = None if value is None else value * unit[1]
                start, end = (instant * 1_000_000 for instant in (one.start, one.start + duration))
                self.exact.append((*series, scaled, is_estimated, one.line, start, end))

    def readings_at(self, stamp: str | None) -> tuple[pl.DataFrame, tuple[Question, ...]]:
        """Register readings; where each has a length, the answer says at which end it was read, else it is asked."""
        names = ("metering_point_id", "carrier", "direction", "unit", "reading", "is_estimated", "place")
        schema = [*names, "start", "duration", "register"]
        types = {
            "metering_point_id": pl.String(),
            "carrier": pl.String(),
            "direction": pl.String(),
            "unit": pl.String(),
            "reading": pl.Float64(),
            "is_estimated": pl.Boolean(),
            "place": pl.Int64(),
            "start": pl.Int64(),
            "duration": pl.Int64(),
            "register": pl.String(),
        }
        frame = pl.DataFrame(self.registers, schema={name: types[name] for name in schema}, orient="row")
        is_known = stamp in ("start", "end") or not self.has_length
        late = pl.col("duration") if stamp == "end" else pl.lit(0, pl.Int64)
        return frame.with_columns(
            stamp=pl.from_epoch(pl.col("start") + late, time_unit="s").cast(pl.Datetime("us")),
            offset_minutes=pl.lit(0, pl.Int32),
            constant=pl.lit(1.0),
            meter=pl.lit(""),
        ), () if is_known else (STAMP_QUESTION,)


def _identity(point: UsagePoint) -> str | None:
    """An id in the title, else the address of the metering point."""
    digits = re.findall(rf"(?<!\d)\d{{{GSRN_LENGTH}}}(?!\d)", f"{point.title} {point.href}")
    return digits[0] if digits else point.href or point.title or None


def _unit(kind: ReadingType) -> tuple[str | None, float] | None:
    """The unit and what brings values into it; a null unit is asked for; None is no quantity of ours."""
    power = int(kind.power_of_ten) if re.fullmatch(r"-?\d{1,2}", kind.power_of_ten) else 0
    if kind.unit == WATT_HOURS:
        return (UNITS_BY_POWER[power], 1.0) if power in UNITS_BY_POWER else ("Wh", 10.0**power)
    if kind.unit == JOULES:
        return "MJ", 10.0 ** (power - 6)
    if kind.unit in OTHER_UNITS:
        return OTHER_UNITS[kind.unit], 10.0**power
    return (None, 10.0**power) if kind.unit in ("", "0") else None


def _may_be_register(readings: list[Reading]) -> bool:
    """Whether values that nobody says are intervals only ever rise."""
    values = [number for one in readings if (number := _number(one.value)) is not None]
    rises = [after - before for before, after in pairwise(values)]
    return min(rises, default=-1.0) >= 0 and sum(rise > 0 for rise in rises) > 1


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"-?\d{1,15}(\.\d{1,12})?", text) else None


def _seconds(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,9}", text) else None
