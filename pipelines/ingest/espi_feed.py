"""The entries of a Green Button (ESPI) feed and how they hang together, whatever order they stand in.

Does not belong here: what the readings mean (espi.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import urlsplit

from lxml import etree

from pipelines.errors import BadInput

MAX_CHARACTERS = 100_000_000
MAX_ENTRIES = 500_000
_LARGEST_INSTANT = 4_102_444_800
"""2100 in Unix seconds: beyond it an instant is a mistake."""


@dataclass(frozen=True)
class ReadingType:
    """What the values of a meter reading are; codes as in the ESPI schema, empty where they are not given."""

    accumulation: str = ""
    commodity: str = ""
    flow: str = ""
    interval_seconds: str = ""
    kind: str = ""
    power_of_ten: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Reading:
    """One IntervalReading; null where something is not given or is no number."""

    line: int
    start: int | None  # Unix seconds
    duration: int | None  # seconds
    value: str
    quality: str


@dataclass(frozen=True)
class UsagePoint:
    """A metering point."""

    href: str
    title: str
    service: str


@dataclass
class _Entry:
    self_href: str = ""
    up: str = ""
    related: tuple[str, ...] = ()
    title: str = ""


@dataclass
class Feed:
    """The resources of a feed by their address."""

    points: dict[str, tuple[_Entry, UsagePoint]] = field(default_factory=dict)
    meter_readings: dict[str, _Entry] = field(default_factory=dict)
    types: dict[str, ReadingType] = field(default_factory=dict)
    blocks: list[tuple[_Entry, list[Reading]]] = field(default_factory=list)

    def linked(self) -> Iterator[tuple[UsagePoint | None, ReadingType | None, str, list[Reading]]]:
        """Each block with its metering point, its type of reading and the address of its meter reading."""
        for entry, readings in self.blocks:
            address = _parent(entry, self.meter_readings)
            meter_reading = self.meter_readings.get(address)
            point = (
                _parent(meter_reading, {href: one for href, (one, _) in self.points.items()}) if meter_reading else ""
            )
            yield (
                self.points[point][1] if point else None,
                self._type_of(meter_reading, entry),
                address,
                readings,
            )

    def _type_of(self, meter_reading: _Entry | None, block: _Entry) -> ReadingType | None:
        for entry in (meter_reading, block):
            for href in entry.related if entry else ():
                if href in self.types:
                    return self.types[href]
                # Feeds mix whole addresses with ones that begin at the resource.
                tail = re.search(r"ReadingType/.+$", href)
                found = [one for known, one in self.types.items() if tail and known.endswith(tail.group())]
                if len(found) == 1:
                    return found[0]
        return next(iter(self.types.values())) if len(self.types) == 1 else None


def _parent(child: _Entry, parents: dict[str, _Entry]) -> str:
    """The address of the resource that an entry belongs to: by `up`, by the parent's links, or the only one."""
    for href, parent in parents.items():
        if child.up and (child.up in parent.related or child.up.rpartition("/")[0] == href):
            return href
        if child.self_href and child.self_href in parent.related:
            return href
    for href in child.related:
        if href in parents:
            return href
    return next(iter(parents)) if len(parents) == 1 else ""


def read_feed(text: str) -> Feed:
    """Read a feed entry by entry, without entities, document types or anything from outside.

    Raises BadInput when the text is not well-formed, has a document type, or is too large.
    """
    if len(text) > MAX_CHARACTERS:
        raise BadInput(
            f"Filen är för stor: {len(text) / 1e6:.0f} MB, högst {MAX_CHARACTERS / 1e6:.0f} MB kan läsas.",
            fix_sv="Exportera en kortare period.",
        )
    if re.search(r"<!(DOCTYPE|ENTITY)", text):
        raise BadInput(
            "Filen har en dokumenttyp (DTD), som inte läses.", fix_sv="Exportera filen på nytt utan dokumenttyp."
        )
    body = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff"), count=1)
    feed = Feed()
    # libxml2 counts lines to 65,535 in a node unless the tree is small; the entries are cleared as they are read.
    events = etree.iterparse(
        BytesIO(body.encode("utf-8")),
        events=("end",),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for count, (_, element) in enumerate(_entries(events)):
            if count > MAX_ENTRIES:
                raise BadInput("Filen har för många poster.", fix_sv="Exportera en kortare period.")
            _take(feed, element)
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        raise BadInput(
            "Filen är inte hel XML: den kan vara avklippt.",
            fix_sv="Hämta filen på nytt och lämna in den oförändrad.",
            row=error.lineno or None,
        ) from error
    return feed


def _entries(events: Iterator[tuple[str, etree._Element]]) -> Iterator[tuple[str, etree._Element]]:
    return (found for found in events if _name(found[1]) == "entry")


def _name(element: etree._Element) -> str:
    """The local name; names with another or no prefix are the same thing here."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _take(feed: Feed, element: etree._Element) -> None:
    entry = _Entry()
    links = [child for child in element if _name(child) == "link"]
    by_rel = [(child.get("rel", ""), _path(child.get("href", ""))) for child in links]
    entry.self_href = next((href for rel, href in by_rel if rel == "self"), "")
    entry.up = next((href for rel, href in by_rel if rel == "up"), "")
    entry.related = tuple(href for rel, href in by_rel if rel == "related")
    entry.title = next(((child.text or "").strip() for child in element if _name(child) == "title"), "")
    contents = [resource for child in element if _name(child) == "content" for resource in child]
    readings: list[Reading] = []
    for resource in contents:
        name = _name(resource)
        if name == "UsagePoint":
            service = _text(resource, "ServiceCategory", "kind")
            feed.points[entry.self_href] = (entry, UsagePoint(entry.self_href, entry.title, service))
        elif name == "MeterReading":
            feed.meter_readings[entry.self_href] = entry
        elif name == "ReadingType":
            feed.types[entry.self_href] = _type(resource)
        elif name == "IntervalBlock":
            readings += [_reading(one) for one in resource if _name(one) == "IntervalReading"]
    if readings:
        feed.blocks.append((entry, readings))


def _path(href: str) -> str:
    """An address without its server, so that whole and shortened links can be compared."""
    try:
        return urlsplit(href.strip()).path.strip("/")
    except ValueError:
        return href.strip().strip("/")


def _type(resource: etree._Element) -> ReadingType:
    return ReadingType(
        accumulation=_text(resource, "accumulationBehaviour"),
        commodity=_text(resource, "commodity"),
        flow=_text(resource, "flowDirection"),
        interval_seconds=_text(resource, "intervalLength"),
        kind=_text(resource, "kind"),
        power_of_ten=_text(resource, "powerOfTenMultiplier"),
        unit=_text(resource, "uom"),
    )


def _reading(element: etree._Element) -> Reading:
    line: object = element.sourceline
    return Reading(
        line=line if isinstance(line, int) else 0,
        start=_whole(_text(element, "timePeriod", "start")),
        duration=_whole(_text(element, "timePeriod", "duration")),
        value=_text(element, "value"),
        quality=_text(element, "ReadingQuality", "quality"),
    )


def _text(element: etree._Element, *names: str) -> str:
    """The text of a descendant, by the local names on the way; empty where there is none."""
    for name in names:
        found = next((child for child in element if _name(child) == name), None)
        if found is None:
            return ""
        element = found
    return (element.text or "").strip()


def _whole(text: str) -> int | None:
    if not re.fullmatch(r"\d{1,12}", text):
        return None
    number = int(text)
    return number if number < _LARGEST_INSTANT else None
