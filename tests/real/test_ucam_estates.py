"""Measured data of 60 buildings, 9,948,840 rows, through the same inbox, detector and reader as any officer's file."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.home import Home, create_home
from pipelines.kit import load
from pipelines.ledger import ledger
from pipelines.run import run_job
from pipelines.settings import Settings
from tests.real.ucam_kit import write_ucam_kit

pytestmark = [pytest.mark.real, pytest.mark.slow]


@pytest.fixture(scope="module")
def loaded(ucam_estates: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, pl.DataFrame]:
    folder = tmp_path_factory.mktemp("ucam")
    kept = os.environ.get("SPARKRAFT_KEEP_REAL_HOME")
    truth = write_ucam_kit(ucam_estates, folder / "kit")
    home = create_home(Path(kept) if kept else folder / "home", county_code="24")
    load(home, folder / "kit")
    outcome = run_job("refresh", Settings(home=home.root))
    assert outcome.is_success, outcome.failed
    return home, truth


def test_every_row_and_kilowatt_hour_of_the_source_is_used(loaded: tuple[Home, pl.DataFrame]) -> None:
    home, truth = loaded
    exports = [d for d in ledger(home)["deliveries"] if d["kind"] == "readings"]
    assert sum(d["rows"]["read"] for d in exports) == truth["row_count"].sum() == 9_948_840
    assert sum(d["rows"]["used"] for d in exports) == 9_948_840
    assert sum(d["energy_kwh"]["used"] for d in exports) == pytest.approx(truth["energy_kwh"].sum(), abs=1)
    assert {d["outcome"] for d in exports} == {"used"}


def test_every_meter_has_the_energy_of_the_source_to_the_kilowatt_hour(loaded: tuple[Home, pl.DataFrame]) -> None:
    home, truth = loaded
    published = Path(os.path.realpath(home.published / "current")) / "staff.duckdb"
    with duckdb.connect(str(published), read_only=True) as connection:
        rows = connection.execute(
            "select metering_point_id, reading_count, energy_kwh from marts.meter order by 1"
        ).fetchall()
    assert [(point, count) for point, count, _ in rows] == list(
        truth.select("metering_point_id", "row_count").iter_rows()
    )
    for (_, _, energy), expected in zip(rows, truth["energy_kwh"], strict=True):
        assert energy == pytest.approx(expected, abs=1)


def test_meters_with_a_whole_baseline_year_and_a_year_after_it_get_an_answer(loaded: tuple[Home, pl.DataFrame]) -> None:
    home, _ = loaded
    published = Path(os.path.realpath(home.published / "current")) / "staff.duckdb"
    with duckdb.connect(str(published), read_only=True) as connection:
        answers = dict(
            connection.execute(
                """select answer, count(*) from marts.meter
                   where baseline_day_count >= 329 and last_day >= date '2022-12-30' group by answer"""
            ).fetchall()
        )
    assert answers["ok"] >= 0.8 * sum(answers.values()), answers
