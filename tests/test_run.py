"""What happens when a check stops a run: the former figures stand, and the reason is published."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from pipelines.home import Home
from pipelines.publish import reading
from pipelines.run import Outcome, run_job
from pipelines.settings import Settings
from pipelines.warehouse import writing

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stopped(town: Home, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, str, str, Outcome]:
    """The town after a run whose ledger does not add up: a delivery claims one row more than it brought."""
    home = Home(tmp_path_factory.mktemp("stopped") / "home")
    shutil.copytree(town.root, home.root, symlinks=True)
    figures, status = (os.readlink(folder / "current") for folder in (home.published, home.status))
    with writing(home, time_zone="Europe/Stockholm") as warehouse:
        warehouse.connection.execute(
            "update raw.delivery set row_read_count = row_read_count + 1 where kind = 'readings' and delivery_number = "
            "(select max(delivery_number) from raw.delivery)"
        )
    return home, figures, status, run_job("refresh", Settings(home=home.root))


def test_the_run_says_which_check_stopped_it(stopped: tuple[Home, str, str, Outcome]) -> None:
    outcome = stopped[3]
    assert not outcome.is_success
    assert any("ledger_rows_reconcile" in name for name in outcome.failed)


def test_the_former_figures_stand(stopped: tuple[Home, str, str, Outcome]) -> None:
    home, figures, _, _ = stopped
    assert os.readlink(home.published / "current") == figures


def test_the_failed_check_and_the_stopped_run_are_published(stopped: tuple[Home, str, str, Outcome]) -> None:
    home, _, status, _ = stopped
    assert os.readlink(home.status / "current") != status
    with reading(home.status, "status.duckdb") as connection:
        assert connection is not None
        failed = connection.execute(
            "select check_name, failed_count from status.check where failed_count > 0"
        ).fetchall()
        outcomes = connection.execute("select outcome from status.run order by finished_utc desc limit 1").fetchall()
    assert ("ledger_rows_reconcile", 1) in failed
    assert outcomes[0][0].startswith("stopped at")


def test_a_run_after_the_fault_is_mended_publishes_again(
    stopped: tuple[Home, str, str, Outcome], tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(stopped[0].root, home.root, symlinks=True)
    with writing(home, time_zone="Europe/Stockholm") as warehouse:
        warehouse.connection.execute(
            "update raw.delivery set row_read_count = row_read_count - 1 where kind = 'readings' and delivery_number = "
            "(select max(delivery_number) from raw.delivery)"
        )
    assert run_job("refresh", Settings(home=home.root)).is_success
    assert os.readlink(home.published / "current") != stopped[1]
