"""The kit goes through the readers: every file is recognised, nothing is asked, the energy is what was registered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines.demo.kit import write_kit
from pipelines.demo.world import World, make_world
from pipelines.ingest.canonical import MeterFile, RegisterFile, StationFile, TimeBasis, WeatherFile
from pipelines.ingest.detect import read_file


def read_exports(kit: Path) -> pl.DataFrame:
    """All values of the exports, the last delivered for each meter and instant."""
    frames = []
    for folder in sorted((kit / "exports").iterdir()):
        profiles: dict[str, TimeBasis] = {}
        for path in sorted(folder.iterdir()):
            read = read_file(path, path.name, profiles=profiles)
            assert isinstance(read, MeterFile), path
            assert read.questions == (), path
            assert read.rejected.is_empty(), path
            if read.time.basis in ("local", "normal_time"):
                profiles.setdefault(read.format, read.time)
            frames.append(
                read.readings.filter(~pl.col("is_second_account")).select(
                    "metering_point_id", "carrier", "direction", "resolution", "period_start_utc", "energy_kwh",
                    "quality", pl.lit(path.name).alias("file"),
                )
            )  # fmt: skip
    # Names start with the day of arrival, so a stable sort by name is the order in which files are taken.
    every = pl.concat(frames).sort("file", maintain_order=True)
    return every.filter(pl.col("energy_kwh").is_not_null()).unique(
        ["metering_point_id", "period_start_utc"], keep="last", maintain_order=True
    )


def check_exports(kit: Path, world: World) -> None:
    values = read_exports(kit)
    totals = {
        key[0]: (group["energy_kwh"].sum(), group.height, group)
        for key, group in values.group_by(["metering_point_id"], maintain_order=True)
    }
    begun = [m for m in world.county.meters if m.valid_from is None or m.valid_from <= world.axis.until]
    assert set(totals) == {m.metering_point_id for m in begun}
    resolutions = {"hour": "PT1H", "day": "P1D", "month": "P1M"}
    for meter in begun:
        series = world.series(meter)
        energy_kwh, count, group = totals[meter.metering_point_id]
        registered = series.values
        if meter.resolution == "hour":
            surplus = int((~np.isnan(registered)).sum()) - count
            assert surplus in (0, 1), meter  # in summer the last local day ends an hour before the axis does
            registered = registered[: len(registered) - surplus]
        assert count == int((~np.isnan(registered)).sum()), meter
        assert energy_kwh == pytest.approx(np.nansum(registered), rel=1e-9, abs=1e-6), meter
        assert set(group["resolution"]) == {resolutions[meter.resolution]}, meter
        assert set(group["carrier"]) <= {None, meter.carrier}, meter
        assert set(group["direction"]) == {"production" if meter.is_production else "consumption"}, meter
        if meter.resolution != "day" and series.fault("estimated"):
            assert (group["quality"] == "estimated").sum() == int((series.estimated & ~np.isnan(series.values)).sum())


def test_every_export_of_a_small_kit_is_read_with_the_registered_energy(small_kit: Path, small_world: World) -> None:
    check_exports(small_kit, small_world)


def test_registers_and_weather_of_a_small_kit_are_read(small_kit: Path) -> None:
    for path in sorted((small_kit / "register").iterdir()):
        read = read_file(path, path.name)
        assert isinstance(read, RegisterFile), path
        assert list(read.sheets) == [path.stem]
        assert all(frame.is_empty() for frame in read.rejected.values()), path
    for path in sorted((small_kit / "weather").iterdir()):
        kind = StationFile if path.stem == "stations" else WeatherFile
        read = read_file(path, path.name)
        assert isinstance(read, kind), path
        assert read.rejected.is_empty(), path


@pytest.mark.slow
def test_every_export_of_the_default_kit_is_read_with_the_registered_energy(tmp_path: Path) -> None:
    until = date(2026, 11, 21)
    summary = write_kit(tmp_path / "kit", until=until)
    assert summary.byte_count < 150e6
    check_exports(tmp_path / "kit", make_world(24, 320, until))
