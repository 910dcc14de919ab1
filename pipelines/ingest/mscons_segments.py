"""The segments of MSCONS messages as one row a quantity, each with the period that stands before or after it.

Does not belong here: what codes and qualifiers mean (mscons.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from pipelines.ingest.edifact import Interchange, Service, meant

VALUE_SCHEMA: dict[str, pl.DataType] = {
    "place": pl.Int64(),
    "message": pl.Int32(),
    "group": pl.Int64(),  # number of the line item (LIN)
    "metering_point_id": pl.String(),
    "item": pl.String(),  # product code or OBIS code
    "unit": pl.String(),
    "qualifier": pl.String(),
    "text": pl.String(),
    "start": pl.String(),  # as written, with its zone
    "end": pl.String(),
    "stamp": pl.String(),  # of a reading
    "step": pl.String(),  # `15:806` where the value is one of a row of intervals
    "order": pl.Int64(),  # of the value among those that share a period, from 0
    "count": pl.Int64(),  # of values that share the period; 1 where each has its own
    "constant": pl.String(),
    "message_offset": pl.String(),  # `0:805` hours or `?+0100:406`
}
"""What the walk gives: texts as written, one row a quantity (QTY)."""

POINT_PLACES = ("172", "90")
PERIOD_BOTH, START, END = "324", "163", "164"
READING_DATES = ("9", "597", "7")
STEPS = ("672", "354")
OFFSETS = ("ZZZ", "735")


@dataclass
class _Times:
    """Dates at one level: the message, the metering point, the line item or the quantity."""

    start: str = ""
    end: str = ""
    stamp: str = ""
    step: str = ""

    def take(self, qualifier: str, value: str, code: str) -> None:
        """Note a date (DTM)."""
        if qualifier == START:
            self.start = value
        elif qualifier == END:
            self.end = value
        elif qualifier == PERIOD_BOTH:
            self.start, self.end = value[:12], value[12:]
        elif qualifier in READING_DATES:
            self.stamp = value
        elif qualifier in STEPS:
            self.step = f"{value}:{code}"


@dataclass
class _Item:
    """A line item (LIN) with its quantities."""

    item: str = ""
    unit: str = ""
    constant: str = ""
    times: _Times = field(default_factory=_Times)
    quantities: list[tuple[int, str, str, str, _Times]] = field(default_factory=list)


class _Walk:
    """The place in the messages, and the rows found so far."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.rows: list[tuple[object, ...]] = []
        self.group = 0
        self.begin(0)

    def begin(self, message: int) -> None:
        """A new message."""
        self.message, self.offset = message, ""
        self.message_times, self.point_times = _Times(), _Times()
        self.point, self.has_point = "", False
        self.item, self.has_item = _Item(), False

    def see(self, place: int, tag: str, body: str) -> None:
        """Take a segment."""
        if tag == "DTM":
            self._date(body)
        elif tag == "QTY":
            qualifier, value, unit = self._components(body, 3)
            self.item.quantities.append((place, qualifier, value, unit, _Times()))
        elif tag == "LOC":
            elements = self._elements(body, 2)
            if elements[0] in POINT_PLACES:
                self.close()
                self.point, self.has_point = self._point(elements[1]), True
                self.point_times, self.item, self.has_item = _Times(), _Item(), False
        elif tag == "LIN":
            self.close()
            self.item, self.has_item = _Item(item=self._components(self._elements(body, 3)[2], 1)[0]), True
        elif tag == "PIA":
            code = self._components(self._elements(body, 2)[1], 1)[0]
            self.item.item = code or self.item.item
        elif tag == "MEA":
            what, _, measure = self._elements(body, 3)
            unit, number = self._components(measure, 2)
            if what == "AAZ":
                self.item.unit = unit
            elif what == "SV":
                self.item.constant = number
        elif tag == "UNT":
            self.close()

    def close(self) -> None:
        """The line item is complete: give each of its quantities a period."""
        self.group += 1
        item = self.item
        periods, is_shared = self._periods()
        count = len(item.quantities) if is_shared else 1
        for order, (place, qualifier, value, unit, times) in enumerate(item.quantities):
            start, end, step = periods[order]
            stamp = times.stamp or item.times.stamp or self.point_times.stamp or end
            self.rows.append(
                (
                    *(place, self.message, self.group, self.point, item.item, unit or item.unit, qualifier, value),
                    *(start, end, stamp, step, order if is_shared else 0, count, item.constant, self.offset),
                )
            )
        item.quantities = []

    def _periods(self) -> tuple[list[tuple[str, str, str]], bool]:
        """Start, end and step of each quantity: its own dates, those before it, or (True) all share a period."""
        own = [times for *_, times in self.item.quantities]
        above = next(
            (t for t in (self.item.times, self.point_times, self.message_times) if t.start and t.end), _Times()
        )
        steps = (self.item.times.step, self.point_times.step, self.message_times.step)
        step = next((one for one in steps if one), "")
        has_own = [bool(times.start and times.end) for times in own]
        if not any(has_own):
            return [(above.start, above.end, step)] * len(own), True
        stands_before = not has_own[-1] and all(has_own[:-1]) and self.item.times.start and self.item.times.end
        if stands_before:
            own = [self.item.times, *own[:-1]]
        return [(times.start, times.end, "") for times in own], False

    def _date(self, body: str) -> None:
        qualifier, value, code = self._components(body, 3)
        if qualifier in OFFSETS and not self.has_point:
            self.offset = f"{value}:{code}"
        elif self.item.quantities:
            self.item.quantities[-1][-1].take(qualifier, value, code)
        elif self.has_item:
            self.item.times.take(qualifier, value, code)
        elif self.has_point:
            self.point_times.take(qualifier, value, code)
        else:
            self.message_times.take(qualifier, value, code)

    def _point(self, text: str) -> str:
        """The id: the first component, by some (`::87:CH…`) the last."""
        parts = text.split(self.service.component)
        return parts[0] or (parts[-1] if len(parts) > 3 else "")

    def _elements(self, body: str, count: int) -> list[str]:
        parts = body.split(self.service.element)
        return parts + [""] * (count - len(parts)) if len(parts) < count else parts[:count]

    def _components(self, text: str, count: int) -> list[str]:
        parts = text.split(self.service.element)[0].split(self.service.component)
        return parts + [""] * (count - len(parts)) if len(parts) < count else parts[:count]


def values_of(interchange: Interchange, frame: pl.DataFrame) -> pl.DataFrame:
    """One row a quantity (VALUE_SCHEMA, texts without escapes, nothing is null), in the order of the file.

    `frame`: the segments of the MSCONS messages of the interchange.
    """
    walk = _Walk(interchange.service)
    for place, tag, body, message in frame.select("place", "tag", "body", "message").iter_rows():
        if tag == "UNH":
            walk.close()
            walk.begin(message)
        else:
            walk.see(place, tag, body)
    walk.close()
    values = pl.DataFrame(walk.rows, schema=VALUE_SCHEMA, orient="row")
    texts = [
        meant(pl.col(name), interchange.service).alias(name)
        for name, kind in VALUE_SCHEMA.items()
        if kind == pl.String()
    ]
    return values.with_columns(texts).sort("place")
