from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from pipelines.demo.deliveries import time_basis
from pipelines.demo.world import World
from tests.demo.conftest import Registered


def test_ellevio_files_hold_the_energy_of_their_meters(
    small_kit: Path, small_world: World, registered: Registered
) -> None:
    files = sorted((small_kit / "exports").rglob("*ellevio-export_2021.csv"))
    assert files
    for path in files:
        lines = path.read_text("utf-8").splitlines()
        assert lines[0].startswith("#Created: ")
        header = lines[1].split(",")
        assert header[0] == "date"
        assert header[-1] == ""
        where = small_world.axis.hours(time_basis(path.parent.name), date(2021, 1, 1), date(2022, 1, 1))
        assert len(lines) == 2 + 8760
        for column, name in enumerate(header[1:-1], start=1):
            series = registered(name[3:21])
            total = sum(float(line.split(",")[column] or 0) for line in lines[2:])
            assert total == pytest.approx(np.nansum(series.values[where]), abs=1e-6)
