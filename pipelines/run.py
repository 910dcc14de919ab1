"""Runs a job of the graph once, in this process: the same definitions as the web server's and the daemon's."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

import dagster as dg

from pipelines.home import Home, write_atomically
from pipelines.settings import Settings

DAGSTER_CONFIG = """\
# Written by Sparkraft at each start (pipelines/run.py).
telemetry:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
run_monitoring:
  enabled: true
  poll_interval_seconds: 30
retention:
  schedule:
    purge_after_days: 30
  sensor:
    purge_after_days:
      skipped: 2
      failure: 30
      success: 30
"""


QUIET = {"loggers": {"console": {"config": {"log_level": "INFO"}}}}
"""Progress on standard error, without Dagster's inner life."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended; `failed` names the steps and checks that stopped it."""

    run_id: str
    is_success: bool
    seconds: float
    failed: tuple[str, ...]
    generation: str | None


def prepare_dagster(home: Home) -> None:
    """Give Dagster its folder and settings inside the home; usage statistics are off."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    write_atomically(home.dagster / "dagster.yaml", DAGSTER_CONFIG.encode())
    os.environ["DAGSTER_HOME"] = str(home.dagster)


def run_job(name: str, settings: Settings) -> Outcome:
    """Run `refresh` or `ingest` from beginning to end."""
    from pipelines.definitions import build_definitions

    home = Home(settings.home)
    prepare_dagster(home)
    started = time.monotonic()
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        result = (
            build_definitions(settings)
            .resolve_job_def(name)
            .execute_in_process(instance=instance, raise_on_error=False, run_config=QUIET)
        )
    failed = [event.step_key or "" for event in result.all_events if event.is_step_failure]
    failed += [
        f"{check.asset_key.to_user_string()} {check.check_name}"
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.severity == dg.AssetCheckSeverity.ERROR
    ]
    return Outcome(result.run_id, result.success, time.monotonic() - started, tuple(failed), current_generation(home))


def current_generation(home: Home) -> str | None:
    """Name of the publication that readers see now."""
    current = home.published / "current"
    return os.readlink(current) if current.is_symlink() else None
