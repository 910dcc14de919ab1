"""Writes a demonstration kit: registers, exports as organisations would send them, weather, and the truth.

The same arguments give the same bytes: no clock, no order of hashing, a random stream of its own for every entity.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from pipelines.demo.axis import FloatArray, HourAxis
from pipelines.demo.climate import STATIONS, stations_frame
from pipelines.demo.county import County, Meter, Organisation, Span
from pipelines.demo.deliveries import ExportFile, is_eon, utilts_hours_from
from pipelines.demo.export_day_columns import day_column_files, heat_hour_files
from pipelines.demo.export_ellevio import ellevio_files
from pipelines.demo.export_eon import eon_files
from pipelines.demo.export_heat_sheet import TITLES, heat_sheet_files
from pipelines.demo.export_utilts import utilts_hour_files, utilts_month_files
from pipelines.demo.faults import Series, local_time_faults
from pipelines.demo.register import register_sheets
from pipelines.demo.world import World, events, make_world
from pipelines.errors import BadInput

FEWEST_METERS, MOST_METERS = 12, 2000
EARLIEST_UNTIL = date(2021, 12, 31)
KIT_PARTS = ("register", "exports", "weather", "truth.json")


@dataclass(frozen=True)
class KitSummary:
    """What was written."""

    out: Path
    organisation_count: int
    building_count: int
    meter_count: int
    measure_count: int
    file_count: int
    value_count: int  # values that stand in the end: neither missing nor replaced
    byte_count: int


def write_kit(
    out: Path,
    *,
    seed: int = 24,
    meters: int = 320,
    until: date,
    progress: Callable[[str], None] | None = None,
) -> KitSummary:
    """Write a kit of a made-up Västerbotten into the folder `out`.

    Parameters
    ----------
    seed: the world; another seed gives other buildings, weather and measures.
    meters: 12 to 2000; buildings, measures and faults follow in proportion.
    until: the last day with energy, not before 2021-12-31 since 2021 is what is compared with.
    progress: told in a few words what is being written.

    Raises
    ------
    BadInput: `meters` or `until` outside these bounds, or `out` holding something that is not such a kit.
    """
    _check(out, meters, until)
    say = progress or (lambda _: None)
    for part in KIT_PARTS:
        target = out / part
        if target.is_dir():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)
    world = make_world(seed, meters, until)
    writer = _Writer(out)
    say("register")
    for sheet, frame in register_sheets(world.county, world.measures, world.closures, until).items():
        writer.write(f"register/{sheet}.csv", frame.write_csv(quote_style="necessary").encode())
    say("weather")
    writer.write("weather/stations.csv", stations_frame().write_csv().encode())
    for station in STATIONS:
        text = world.climate.observations(station).write_csv(float_precision=1)
        writer.write(f"weather/{station.station_id}.csv", text.encode())
    value_count = 0
    faults: list[dict[str, str]] = []
    for organisation in world.county.organisations:
        held = _meters_of(world.county, organisation)
        if not held:
            continue
        say(organisation.name)
        series = [(world.series(m), s) for m, s in held]
        for file in _organisation_files(world, organisation, series):
            writer.write(f"exports/{file.organisation_id}/{file.name}", file.content)
        for one, owned in series:
            if owned == one.meter.building.owners[0]:
                value_count += int((~np.isnan(one.values)).sum())
                faults += [f.as_json() for f in one.faults]
        if any(one.meter.resolution == "hour" for one, _ in series):
            faults += local_time_faults(organisation.organisation_id)
    truth = {
        "seed": seed,
        "until": until.isoformat(),
        "measures": sorted(world.effects, key=lambda e: str(e["measure_id"])),
        "events": events(world),
        "faults": faults,
    }
    writer.write("truth.json", (json.dumps(truth, ensure_ascii=False, indent=1) + "\n").encode())
    county = world.county
    counts = (len(county.organisations), len(county.buildings), len(county.meters), len(world.measures))
    return KitSummary(out, *counts, writer.file_count, value_count, writer.byte_count)


def _check(out: Path, meters: int, until: date) -> None:
    if not FEWEST_METERS <= meters <= MOST_METERS:
        raise BadInput(
            f"Ett demonstrationslän kan inte ha {meters} mätare.",
            fix_sv=f"Välj mellan {FEWEST_METERS} och {MOST_METERS}.",
        )
    if until < EARLIEST_UNTIL:
        raise BadInput(
            f"Sista dagen {until} är för tidig: år 2021 behövs i sin helhet.",
            fix_sv=f"Välj {EARLIEST_UNTIL} eller senare.",
        )
    if out.exists() and not out.is_dir():
        raise BadInput(f"{out} är en fil.", fix_sv="Ange en mapp.")
    if out.is_dir() and any(out.iterdir()) and not (out / "truth.json").is_file():
        raise BadInput(
            f"Mappen {out} innehåller annat än ett demonstrationslän.", fix_sv="Ange en tom mapp eller en ny."
        )


class _Writer:
    """Writes files under a folder and counts them."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.file_count = 0
        self.byte_count = 0

    def write(self, name: str, content: bytes) -> None:
        path = self.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.file_count += 1
        self.byte_count += len(content)


def _meters_of(county: County, organisation: Organisation) -> list[tuple[Meter, Span]]:
    return [
        (m, s) for m in county.meters for s in m.building.owners if s.organisation_id == organisation.organisation_id
    ]


def _organisation_files(
    world: World, organisation: Organisation, series: Sequence[tuple[Series, Span]]
) -> Iterator[ExportFile]:
    """Every file the organisation sends, format by format."""
    axis, who = world.axis, organisation.organisation_id
    hourly = [s for s, _ in series if s.meter.resolution == "hour"]
    for one in hourly:
        if is_eon(one.meter, who):
            yield from eon_files(axis, one, who)
    yield from heat_hour_files(axis, [s for s in hourly if s.meter.carrier != "electricity"], who)
    others = [s for s in hourly if s.meter.carrier == "electricity" and not is_eon(s.meter, who)]
    yield from ellevio_files(axis, others, who)
    yield from utilts_hour_files(
        axis, [s for s in others if utilts_hours_from(s.meter, who, axis.until) is not None], who
    )
    yield from day_column_files(axis, [s for s, _ in series if s.meter.resolution == "day"], organisation)
    by_carrier: dict[str, list[tuple[Series, FloatArray]]] = defaultdict(list)
    for one, owned in series:
        if one.meter.resolution == "month":
            by_carrier[one.meter.carrier].append((one, _while_owned(axis, one, owned)))
    for carrier in TITLES:
        pairs = by_carrier[carrier]
        yield from heat_sheet_files(axis, [s for s, _ in pairs], [v for _, v in pairs], organisation, carrier)
    pairs = by_carrier["electricity"]
    if pairs:
        yield from utilts_month_files(world.seed, axis, [s for s, _ in pairs], [v for _, v in pairs], who)


def _while_owned(axis: HourAxis, series: Series, owned: Span) -> FloatArray:
    """Month values with NaN where another organisation owned the building (sold on the first of a month)."""
    outside = [
        (owned.first is not None and m < owned.first) or (owned.end is not None and m >= owned.end) for m in axis.months
    ]
    return np.where(outside, np.nan, series.values)
