"""What real exports hold, worked out with the plainest means and without the product's readers."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import fastexcel


@dataclass(frozen=True)
class Energy:
    """Energy of one direction: how many values, their sum, start of the first and end of the last interval (UTC)."""

    direction: str
    count: int
    total_kwh: float
    first: datetime
    end: datetime


Row = tuple[datetime, datetime, float]
"""Start and end in UTC, energy in kWh."""


def summed(rows: Sequence[Row], direction: str = "consumption") -> Energy:
    """The rows of one direction as one line."""
    return Energy(direction, len(rows), sum(r[2] for r in rows), min(r[0] for r in rows), max(r[1] for r in rows))


def content(path: Path) -> bytes:
    """The bytes, unpacked where the copy is packed."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def table(path: Path, separator: str, *, skip: int = 0, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    """Rows by header name, after as many lines as are to be skipped."""
    lines = content(path).decode(encoding).splitlines()[skip:]
    return list(csv.DictReader(io.StringIO("\n".join(lines)), delimiter=separator))


def number(text: str) -> float:
    """A number with decimal comma or point and no thousands mark."""
    return float(text.strip().replace(",", "."))


def in_utc(labels: Iterable[datetime], zone: str) -> list[datetime]:
    """Local labels in the order of time; a label that comes a second time is of normal time."""
    seen: Counter[datetime] = Counter()
    found = []
    for label in labels:
        found.append(label.replace(tzinfo=ZoneInfo(zone), fold=seen[label]).astimezone(UTC))
        seen[label] += 1
    return found


def from_starts(starts: Sequence[datetime], minutes: int, values: Sequence[str]) -> list[Row]:
    """Intervals of equal length from their starts; a value that is no number is missing."""
    return [
        (start, start + timedelta(minutes=minutes), number(value))
        for start, value in zip(starts, values, strict=True)
        if re.match(r"\s*-?\d", value)
    ]


def stamps(texts: Iterable[str], pattern: str) -> list[datetime]:
    """Labels without a zone."""
    return [datetime.strptime(text.strip(), pattern) for text in texts]


def elhub(path: Path) -> list[Energy]:
    """Norwegian month files in local time."""
    separator = ";" if "semicolon" in path.parent.name else ","
    rows = table(path, separator)
    starts = in_utc(stamps((row["Fra"] for row in rows), "%d.%m.%Y %H:%M"), "Europe/Oslo")
    return [summed(from_starts(starts, 60, [row["KWH 60 Forbruk"] for row in rows]))]


def eloverblik(path: Path) -> list[Energy]:
    """The hourly series alone: the quarterly meter readings tell the same energy again."""
    rows = [row for row in table(path, ";") if row["Type"].startswith("Tidsserie")]
    dots = "Fra dato" in rows[0]
    labels = stamps(
        (r["Fra dato" if dots else "Fra_dato"] for r in rows), "%Y-%m-%d %H.%M" if dots else "%d-%m-%Y %H:%M:%S"
    )
    return [summed(from_starts(in_utc(labels, "Europe/Copenhagen"), 60, [row["Mængde"] for row in rows]))]


def ellevio(path: Path) -> list[Energy]:
    """Swedish January, so that normal and local time are the same."""
    rows = table(path, ",", skip=1)
    starts = in_utc(stamps((row["date"] for row in rows), "%Y-%m-%d %H:%M"), "Europe/Stockholm")
    return [summed(from_starts(starts, 60, [row["TS_735999999000000010.cons"] for row in rows]))]


def datahub(path: Path) -> list[Energy]:
    """Finnish rows in UTC; MISSING is missing."""
    rows = table(path, ";")
    starts = [t.replace(tzinfo=UTC) for t in stamps((row["Alkuaika"] for row in rows), "%Y-%m-%dT%H:%M:%SZ")]
    minutes = {"PT15M": 15, "PT1H": 60}[rows[0]["Resoluutio"]]
    return [summed(from_starts(starts, minutes, [row["Määrä"] if row["Laatu"] == "OK" else "" for row in rows]))]


def caruna(path: Path) -> list[Energy]:
    """Consumption and surplus; a sentence instead of a number is missing."""
    rows = table(path, ";")
    labels = stamps((row["Ajankohta"].split(" ", 1)[1] for row in rows), "%d.%m.%Y %H:%M")
    starts = in_utc(labels, "Europe/Helsinki")
    used = from_starts(starts, 60, [row["Laskutettava kulutus (kWh)"] for row in rows])
    surplus = from_starts(starts, 60, [row["Ylijäämätuotanto (kWh)"] for row in rows])
    return [summed(used), *([summed(surplus, "production")] if surplus else [])]


def green_button(path: Path) -> list[Energy]:
    """Interval readings in Wh, start in Unix seconds; each start counted once."""
    espi = "{http://naesb.org/espi}"
    rows: dict[int, Row] = {}
    for reading in ET.fromstring(content(path)).iter(f"{espi}IntervalReading"):
        seconds = int(reading.findtext(f"{espi}timePeriod/{espi}start", ""))
        start = datetime.fromtimestamp(seconds, UTC)
        end = start + timedelta(seconds=int(reading.findtext(f"{espi}timePeriod/{espi}duration", "")))
        rows.setdefault(seconds, (start, end, int(reading.findtext(f"{espi}value", "")) / 1000))
    return [summed(list(rows.values()))]


def mscons(path: Path) -> list[Energy]:
    """D.04B: a quantity with its start and end, zone in the stamp; OBIS 1 is consumption, 2 production."""
    text = content(path).decode("latin-1").replace("\n", "")
    stamp = r"(\d{12})\?\+(\d\d):303"
    found = re.findall(rf"QTY\+220:([\d.,]+)'DTM\+163:{stamp}'DTM\+164:{stamp}", text)

    def instant(label: str, hours: str) -> datetime:
        return (datetime.strptime(label, "%Y%m%d%H%M") - timedelta(hours=int(hours))).replace(tzinfo=UTC)

    rows = [(instant(a, az), instant(b, bz), number(value)) for value, a, az, b, bz in found]
    rows = [row for row in rows if row[0] < row[1]]
    # One sample has three quarters twice, with unlike values: nobody can tell which one holds.
    unlike = {a[0] for a, b in pairwise(sorted(rows)) if a[:2] == b[:2] and a[2] != b[2]}
    rows = [row for row in rows if row[0] not in unlike]
    return [summed(rows, "production" if "1-1?:2.29.0" in text else "consumption")]


def half_hours_down(path: Path, encoding: str = "utf-8") -> list[Energy]:
    """British rows with the end of each half-hour; the clock taken for UTC. One sample is UTF-16 after broken bytes."""
    text = content(path).decode(encoding, errors="ignore")
    lines = [line for line in text.splitlines() if line.count(",") == 3]
    rows = list(csv.DictReader(lines))
    ends = [t.replace(tzinfo=UTC) for t in stamps((row["ReadDatetime"] for row in rows), "%d %b %Y %H:%M:%S")]
    return [summed(from_starts([end - timedelta(minutes=30) for end in ends], 30, [row["kWh"] for row in rows]))]


def fluvius(path: Path) -> list[Energy]:
    """Belgian gas in kWh; the rows in cubic metres tell the same gas again."""
    rows = [row for row in table(path, ";") if row["Eenheid"] == "kWh"]
    labels = stamps((f"{row['Van datum']} {row['Van tijdstip']}" for row in rows), "%d-%m-%Y %H:%M:%S")
    return [summed(from_starts(in_utc(labels, "Europe/Brussels"), 60, [row["Volume"] for row in rows]))]


def half_hours_across(path: Path, day: str, pattern: str, columns: Sequence[str]) -> list[Energy]:
    """British rows of a day each; the clock taken for UTC; a day that comes again replaces the one before."""
    found: dict[tuple[str, ...], Row] = {}
    for row in table(path, ","):
        first = datetime.strptime(row[day], pattern).replace(tzinfo=UTC)
        starts = [first + timedelta(minutes=30 * n) for n in range(48)]
        for one in from_starts(starts, 30, [row[column] for column in columns]):
            found[row.get("ID", ""), one[0].isoformat()] = one
    return [summed(list(found.values()))]


def clock_columns() -> list[str]:
    """00:00 to 23:30."""
    return [f"{n // 2:02d}:{n % 2 * 30:02d}" for n in range(48)]


def n3rgy(path: Path) -> list[Energy]:
    """Half-hours by their end."""
    values = json.loads(path.read_text("utf-8"))["values"]
    ends = [t.replace(tzinfo=UTC) for t in stamps((v["timestamp"] for v in values), "%Y-%m-%d %H:%M")]
    return [summed([(e - timedelta(minutes=30), e, v["value"]) for e, v in zip(ends, values, strict=True)])]


def registers(
    path: Path, stamp: str, value: str, zone: str, *, separator: str = ";", pattern: str = "%Y-%m-%d %H:%M:%S"
) -> list[Energy]:
    """Cumulative readings in kWh: a step between each two that follow one another; empty cells are no readings."""
    rows = [row for row in table(path, separator) if row[value].strip()]
    instants = in_utc(stamps((row[stamp] for row in rows), pattern), zone)
    levels = [number(row[value]) for row in rows]
    steps = [(instants[n], instants[n + 1], levels[n + 1] - levels[n]) for n in range(len(levels) - 1)]
    return [summed(steps)]


def tartu_registers(path: Path) -> list[Energy]:
    """MWh readings in a workbook; rows that repeat a reading add nothing, since a step to itself is nought."""
    frame = fastexcel.read_excel(path).load_sheet(0).to_polars().unique(["READ_DATE", "ENERGY"], maintain_order=True)
    rows = sorted(zip(frame["READ_DATE"].to_list(), frame["ENERGY"].to_list(), strict=True))
    instants = in_utc((row[0] for row in rows), "Europe/Tallinn")
    steps = [(instants[n], instants[n + 1], (rows[n + 1][1] - rows[n][1]) * 1000) for n in range(len(rows) - 1)]
    return [summed(steps)]


def berkeley(path: Path) -> list[Energy]:
    """Quarters in local time, taken as kWh and as starting at their stamp; the double hour of autumn is there once."""
    rows = table(path, ",", skip=3)
    labels = stamps((row["LocalDateTime"] for row in rows), "%m/%d/%Y %H:%M")
    starts = [label.replace(tzinfo=ZoneInfo("America/Los_Angeles")).astimezone(UTC) for label in labels]
    return [summed(from_starts(starts, 15, [row["EnergyConsumption"] for row in rows]))]


def nuuka(path: Path) -> list[Energy]:
    """Points in Helsinki time: days, months by their last day, hours that become quarters."""
    points = json.loads(path.read_text("utf-8"))["series"]["points"]
    labels = [datetime.fromisoformat(point["timestamp"]) for point in points]
    values = [point["value"] for point in points]
    if "monthly" in path.name:
        # The last stamp of electricity is its latest reading day: that month is not whole, and is no month value.
        whole = [n for n, label in enumerate(labels) if (label + timedelta(days=1)).day == 1]
        labels, values = [labels[n] for n in whole], [values[n] for n in whole]
        spans = [(label.replace(day=1), label + timedelta(days=1)) for label in labels]
    elif "daily" in path.name:
        spans = [(label, label + timedelta(days=1)) for label in labels]
    else:
        # From the first quarter on every value is one: the hour at 03:00 on 1 May 2026 is followed by 03:15.
        steps = [b - a for a, b in pairwise(labels)]
        spans = [(label, label + step) for label, step in zip(labels, [*steps, steps[-1]], strict=True)]
    zone = ZoneInfo("Europe/Helsinki")
    instants = [tuple(edge.replace(tzinfo=zone).astimezone(UTC) for edge in span) for span in spans]
    return [summed([(start, end, value) for (start, end), value in zip(instants, values, strict=True)])]


def portfolio(path: Path) -> list[Energy]:
    """Days in Helsinki time."""
    rows = table(path, ",")
    days = [datetime.fromisoformat(row["Date"]) for row in rows]
    zone = ZoneInfo("Europe/Helsinki")
    edges = [tuple((day + timedelta(days=n)).replace(tzinfo=zone).astimezone(UTC) for n in (0, 1)) for day in days]
    return [summed([(a, b, number(row["kWh"])) for (a, b), row in zip(edges, rows, strict=True)])]


def by_hand(direction: str, count: int, total_kwh: float, first: str, end: str) -> list[Energy]:
    """What can be seen with the naked eye in a file of a few rows; ISO instants."""
    return [Energy(direction, count, total_kwh, datetime.fromisoformat(first), datetime.fromisoformat(end))]
