"""Series written as the documents that machines exchange: Ediel, Green Button, Eloverblik, SVEF/24, JSON records.

Each writer takes starts and ends of intervals (UTC), values in kWh (None where missing) and a metering point.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Values = Sequence[float | None]
ACTIVE_ENERGY = "8716867000030"


def utilts(starts: Sequence[datetime], ends: Sequence[datetime], values: Values, identity: str) -> bytes:
    """UTILTS E66 in normal time; a missing value is a SEQ without QTY."""
    zone = timedelta(hours=1)
    minutes = round((ends[0] - starts[0]).total_seconds() / 60)
    body = [
        "UNH+1+UTILTS:D:02B:UN:E5SE5A",
        "BGM+E66::260+DOC+9+AB",
        "DTM+137:202607020030:203",
        "DTM+735:?+0100:406",
        "MKS+23+E02::260",
        "NAD+MS+91100:SVK:260",
        "NAD+MR+99621:SVK:260",
        "NAD+DDQ",
        "IDE+24+TX-1",
        f"LOC+172+{identity}::9",
        f"LIN+++{ACTIVE_ENERGY}:::9",
        f"DTM+324:{starts[0] + zone:%Y%m%d%H%M}{ends[-1] + zone:%Y%m%d%H%M}:719",
        f"DTM+354:{minutes}:806",
        "STS+7++E88::260",
        "MEA+AAZ++KWH",
        "CCI+++E12::260",
        "CAV+E17::260",
    ]
    for number, value in enumerate(values, 1):
        body.append(f"SEQ++{number}")
        body += [f"QTY+136:{value:.3f}"] if value is not None else []
    body.append(f"UNT+{len(body) + 1}+1")
    head = ["UNA:+.? ", "UNB+UNOC:3+91100:ZZ+99621:ZZ+20260702:0030+REF++23-DDQ-E66-T++1"]
    return "'".join([*head, *body, "UNZ+1+REF", ""]).encode("latin-1")


def mscons(starts: Sequence[datetime], ends: Sequence[datetime], values: Values, identity: str) -> bytes:
    """MSCONS D.04B as in Germany and Switzerland, stamps in UTC."""
    body = [
        "UNH+1+MSCONS:D:04B:UN:2.2e",
        "BGM+7+DOC+9",
        "DTM+137:202607020030:203",
        "RFF+Z13:13008",
        "NAD+MS+9900000000001::293",
        "NAD+MR+9900000000002::293",
        "UNS+D",
        "NAD+DP",
        f"LOC+172+{identity}",
        f"DTM+163:{starts[0]:%Y%m%d%H%M}?+00:303",
        f"DTM+164:{ends[-1]:%Y%m%d%H%M}?+00:303",
        "LIN+1",
        "PIA+5+1-1?:1.29.0:SRW",
    ]
    for start, end, value in zip(starts, ends, values, strict=True):
        if value is not None:
            edges = [f"DTM+163:{start:%Y%m%d%H%M}?+00:303", f"DTM+164:{end:%Y%m%d%H%M}?+00:303"]
            body += [f"QTY+220:{value:.3f}", *edges]
    body.append(f"UNT+{len(body) + 1}+1")
    head = ["UNA:+.? ", "UNB+UNOC:3+9900000000001:500+9900000000002:500+260702:0030+REF++TL"]
    return "'".join([*head, *body, "UNZ+1+REF", ""]).encode("latin-1")


def green_button(starts: Sequence[datetime], ends: Sequence[datetime], values: Values, identity: str) -> bytes:
    """An Atom feed with one usage point, values in Wh."""
    readings = "".join(
        f"<IntervalReading><timePeriod><duration>{(end - start).total_seconds():.0f}</duration>"
        f"<start>{start.timestamp():.0f}</start></timePeriod><value>{value * 1000:.0f}</value></IntervalReading>"
        for start, end, value in zip(starts, ends, values, strict=True)
        if value is not None
    )
    base = f"User/1/UsagePoint/{identity}"
    whole = (
        f"<duration>{(ends[-1] - starts[0]).total_seconds():.0f}</duration><start>{starts[0].timestamp():.0f}</start>"
    )
    entries = [
        (
            base,
            [f"{base}/MeterReading"],
            "<UsagePoint xmlns='http://naesb.org/espi'><ServiceCategory><kind>0</kind></ServiceCategory></UsagePoint>",
        ),
        (
            f"{base}/MeterReading/1",
            [f"{base}/MeterReading/1/IntervalBlock", "ReadingType/1"],
            "<MeterReading xmlns='http://naesb.org/espi'/>",
        ),
        (
            f"{base}/MeterReading/1/IntervalBlock/1",
            [],
            f"<IntervalBlock xmlns='http://naesb.org/espi'><interval>{whole}</interval>{readings}</IntervalBlock>",
        ),
        (
            "ReadingType/1",
            [],
            "<ReadingType xmlns='http://naesb.org/espi'><accumulationBehaviour>4</accumulationBehaviour>"
            "<commodity>1</commodity><flowDirection>1</flowDirection>"
            f"<intervalLength>{(ends[0] - starts[0]).total_seconds():.0f}</intervalLength>"
            "<powerOfTenMultiplier>0</powerOfTenMultiplier><uom>72</uom></ReadingType>",
        ),
    ]
    written = "".join(
        f"<entry><id>urn:uuid:{n}</id><link rel='self' href='{own}'/><link rel='up' href='{own.rsplit('/', 1)[0]}'/>"
        + "".join(f"<link rel='related' href='{other}'/>" for other in related)
        + f"<title>{identity}</title><content>{content}</content></entry>"
        for n, (own, related, content) in enumerate(entries)
    )
    return f"<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom'>{written}</feed>".encode()


def eloverblik(starts: Sequence[datetime], ends: Sequence[datetime], values: Values, identity: str) -> bytes:
    """Eloverblik's market document, a period for the whole series; a missing point is left out."""
    seconds = (ends[0] - starts[0]).total_seconds()
    resolution = {900: "PT15M", 1800: "PT30M", 3600: "PT1H"}[round(seconds)]
    points = [
        {"position": str(n), "out_Quantity.quantity": f"{value:.3f}", "out_Quantity.quality": "A04"}
        for n, value in enumerate(values, 1)
        if value is not None
    ]
    whole = {"start": f"{starts[0]:%Y-%m-%dT%H:%M:%SZ}", "end": f"{ends[-1]:%Y-%m-%dT%H:%M:%SZ}"}
    series = {
        "mRID": identity,
        "businessType": "A04",
        "curveType": "A01",
        "measurement_Unit.name": "KWH",
        "MarketEvaluationPoint": {"mRID": {"codingScheme": "A10", "name": identity}},
        "Period": [{"resolution": resolution, "timeInterval": whole, "Point": points}],
    }
    document = {"mRID": "1", "createdDateTime": whole["end"], "period.timeInterval": whole, "TimeSeries": [series]}
    answer = {"MyEnergyData_MarketDocument": document, "success": True, "errorCode": 10000, "id": identity}
    return json.dumps({"result": [answer]}).encode()


def svef(starts: Sequence[datetime], ends: Sequence[datetime], values: Values, identity: str) -> bytes:
    """SVEF/24: MWh with six decimals here so that no digit is lost, normal time, status 7 where missing."""
    rows = [
        f"{identity}\t{start + timedelta(hours=1):%Y-%m-%d %H:%M}\t"
        + ("7\t0.000000" if value is None else f"2\t{value / 1000:.6f}")
        for start, value in zip(starts, values, strict=True)
    ]
    return "\r\n".join(["SVEF/24:1/2026-07-02 00:30:00", "// made up", *rows, ""]).encode()


def records(starts: Sequence[datetime], ends: Sequence[datetime], values: Values, identity: str) -> bytes:
    """A list of records in Helsinki time, a null where missing."""
    zone = ZoneInfo("Europe/Helsinki")
    rows: list[dict[str, Any]] = [
        {
            "timestamp": f"{start.astimezone(zone):%Y-%m-%dT%H:%M:%S}",
            "quantity": "Electricity",
            "meteringPointId": identity,
            "value": value,
            "unit": "kWh",
        }
        for start, value in zip(starts, values, strict=True)
    ]
    return json.dumps(rows).encode()


Writer = Callable[[Sequence[datetime], Sequence[datetime], Values, str], bytes]
WRITERS: dict[str, Writer] = {
    "utilts": utilts,
    "mscons": mscons,
    "green button": green_button,
    "eloverblik": eloverblik,
    "svef": svef,
    "records": records,
}
