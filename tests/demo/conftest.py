"""One small kit for all tests of the demonstration county."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipelines.demo.faults import Series
from pipelines.demo.kit import write_kit
from pipelines.demo.world import World, make_world

Registered = Callable[[str], Series]

SMALL_METERS = 48
SMALL_UNTIL = date(2022, 10, 15)


@pytest.fixture(scope="session")
def small_kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo") / "kit"
    write_kit(out, meters=SMALL_METERS, until=SMALL_UNTIL)
    return out


@pytest.fixture(scope="session")
def small_world() -> World:
    return make_world(24, SMALL_METERS, SMALL_UNTIL)


@pytest.fixture(scope="session")
def registered(small_world: World) -> Registered:
    """The registered series of a meter of the small world, by its id."""
    meters = {m.metering_point_id: m for m in small_world.county.meters}
    return lambda identity: small_world.series(meters[identity])
