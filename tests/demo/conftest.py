"""One small kit for all tests of the demonstration county."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.demo.kit import write_kit
from pipelines.demo.world import World, make_world

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
