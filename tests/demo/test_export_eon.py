from __future__ import annotations

import io
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines.demo.deliveries import time_basis
from pipelines.demo.world import World
from tests.demo.conftest import Registered


def eon_values(path: Path) -> pl.DataFrame:
    table = path.read_text("utf-8-sig").split("\n\n")[1]
    return pl.read_csv(
        io.StringIO(table), separator=";", decimal_comma=True, schema_overrides={"Kvantitet": pl.Float64}
    )


def test_eon_files_hold_the_energy_of_their_meter(small_kit: Path, small_world: World, registered: Registered) -> None:
    files = sorted((small_kit / "exports").rglob("*Matvardesexport*_2021.csv"))
    assert len(files) >= 3
    checked = 0
    for path in files:
        series = registered(path.name.split("_")[2])
        if series.fault("corrected_month") is None:
            where = small_world.axis.hours(time_basis(path.parent.name), date(2021, 1, 1), date(2022, 1, 1))
            assert eon_values(path)["Kvantitet"].sum() == pytest.approx(np.nansum(series.values[where]), abs=1e-6)
            checked += 1
    assert checked >= 2


def test_eon_days_have_the_hours_of_their_clock(small_kit: Path) -> None:
    seen = set()
    for path in sorted((small_kit / "exports").rglob("*Matvardesexport*_2021.csv")):
        basis = time_basis(path.parent.name)
        rows = Counter(eon_values(path)["Starttidpunkt"].str.slice(0, 10).to_list())
        march, october = rows["2021-03-28"], rows["2021-10-31"]
        if (march, october) == ((23, 25) if basis == "local" else (24, 24)):
            seen.add(basis)
    assert seen == {"local", "normal_time"}
