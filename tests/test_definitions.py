from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from pipelines.definitions import build_definitions
from pipelines.home import Home, create_home
from pipelines.inbox import place
from pipelines.settings import Settings
from pipelines.sql_tables import read_checks, read_tables

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return create_home(tmp_path, county_code="24")


def _starts(definitions: dg.Definitions, begin: datetime, count: int) -> list[datetime]:
    """The next times at which Dagster's own clockwork starts the nightly run."""
    schedule = definitions.resolve_schedule_def("nightly")
    times = schedule_execution_time_iterator(begin.timestamp(), schedule.cron_schedule, schedule.execution_timezone)
    return [next(times).astimezone(STOCKHOLM) for _ in range(count)]


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2026-11-22"])
def test_the_nightly_run_starts_once_at_half_past_three_also_when_the_clocks_change(home: Home, day: str) -> None:
    definitions = build_definitions(Settings(home=home.root))
    begin = datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=STOCKHOLM)
    first, second = _starts(definitions, begin, 2)
    assert f"{first:%Y-%m-%d %H:%M}" == f"{day} 03:30"
    assert second.date() > first.date()


def test_schedule_and_sensor_are_on_from_the_start(home: Home) -> None:
    definitions = build_definitions(Settings(home=home.root))
    assert definitions.resolve_schedule_def("nightly").default_status == dg.DefaultScheduleStatus.RUNNING
    sensor = definitions.resolve_sensor_def("inbox")
    assert sensor.default_status == dg.DefaultSensorStatus.RUNNING
    assert (sensor.minimum_interval_seconds or 0) <= 60


def test_the_sensor_asks_for_one_run_for_what_waits_and_none_for_an_empty_inbox(home: Home) -> None:
    sensor = build_definitions(Settings(home=home.root)).resolve_sensor_def("inbox")
    with dg.build_sensor_context() as context:
        assert sensor.evaluate_tick(context).run_requests == []
        place(home, "a.csv", b"1", organisation="o", sender="s")
        (first,) = sensor.evaluate_tick(context).run_requests
        (again,) = sensor.evaluate_tick(context).run_requests
        assert files_of(first) == files_of(again)
        place(home, "b.csv", b"2", organisation="o", sender="s")
        (other,) = sensor.evaluate_tick(context).run_requests
        assert files_of(other) != files_of(first)


def test_everything_can_be_loaded_as_the_web_server_and_the_daemon_load_it(home: Home) -> None:
    dg.Definitions.validate_loadable(build_definitions(Settings(home=home.root)))


@pytest.mark.parametrize(("job", "publishes"), [("refresh", {"staff", "status"}), ("ingest", {"status"})])
def test_the_refresh_publishes_figures_and_the_ingest_only_receipts(home: Home, job: str, publishes: set[str]) -> None:
    resolved = build_definitions(Settings(home=home.root)).resolve_job_def(job)
    keys = {key.path[-1] for key in resolved.asset_layer.executable_asset_keys if key.path[0] == "published"}
    assert keys == publishes


def files_of(request: dg.RunRequest) -> str:
    """The part of a run key that stands for the files; the rest is the hour."""
    return str(request.run_key).split(":", 1)[0]


def test_every_sql_table_and_check_is_in_the_graph(home: Home) -> None:
    graph = build_definitions(Settings(home=home.root)).resolve_asset_graph()
    keys = {".".join(key.path) for key in graph.get_all_asset_keys()}
    assert {table.name for table in read_tables()} <= keys
    assert {"published.staff", "published.status"} <= keys
    names = {check.name for check in graph.asset_check_keys}
    assert {check.name for check in read_checks()} <= names


def test_figures_are_not_published_before_the_checks_that_stop_them(home: Home) -> None:
    graph = build_definitions(Settings(home=home.root)).resolve_asset_graph()
    stopping = {check.name for check in read_checks() if check.severity == "stop"}
    for key in graph.asset_check_keys:
        if key.name in stopping or key.name == "key":
            assert graph.get(key).blocking, key
