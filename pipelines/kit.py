"""Puts a kit (register sheets, exports by organisation, weather) into the inbox, in a stated order.

Registers and weather go first, then each organisation's exports by name: names begin with the day of arrival.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.errors import BadInput
from pipelines.home import Home
from pipelines.inbox import COUNTY, place

SENDER = "sparkraft load"


@dataclass(frozen=True)
class KitFile:
    """A file of a kit and the organisation it is delivered for."""

    path: Path
    organisation: str


def kit_files(kit: Path) -> list[KitFile]:
    """The kit's files in the order in which they are to be delivered; raises BadInput when it is not a kit."""
    registers = (
        sorted(kit.glob("register/*.csv")) + sorted(kit.glob("register*/*.xlsx")) + sorted(kit.glob("register.xlsx"))
    )
    weather = sorted(kit.glob("weather/*.csv"))
    exports = [KitFile(path, path.parent.name) for path in sorted(_exports(kit), key=lambda p: (p.name, p.parent.name))]
    if not (registers or weather or exports):
        raise BadInput(
            f"{kit} är inget underlag: varken register/, weather/ eller exports/ finns där.",
            fix_sv="Ange mappen som innehåller dem. Ett exempel skapas med: sparkraft demo --out MAPP",
        )
    return [KitFile(path, COUNTY) for path in [*registers, *weather]] + exports


def load(home: Home, kit: Path, on_file: Callable[[int, int], None] | None = None) -> int:
    """Put every file of a kit into the inbox; returns how many. Times of arrival are a millisecond apart."""
    files = kit_files(kit)
    is_demonstration = (kit / "truth.json").exists()
    start = datetime.now(UTC)
    for number, file in enumerate(files):
        place(
            home,
            file.path.name,
            file.path.read_bytes(),
            organisation=file.organisation,
            sender=SENDER,
            received_utc=start + timedelta(milliseconds=number),
            is_demonstration=is_demonstration,
        )
        if on_file:
            on_file(number + 1, len(files))
    return len(files)


def _exports(kit: Path) -> Iterator[Path]:
    for path in kit.glob("exports/*/*"):
        if path.is_file() and not path.name.startswith("."):
            yield path
