from __future__ import annotations

import threading
import time
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import SourceUnavailable
from pipelines.home import Home, create_home
from pipelines.warehouse import Warehouse, writing


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return create_home(tmp_path, county_code="24")


def test_a_second_writer_waits_and_gives_up_with_a_message_that_nothing_is_lost(home: Home) -> None:
    told: list[str] = []
    second = writing(home, time_zone="Europe/Stockholm", wait_seconds=0.3, on_wait=told.append)
    with (
        writing(home, time_zone="Europe/Stockholm"),
        pytest.raises(SourceUnavailable, match="Inget har gått förlorat"),
    ):
        second.__enter__()
    assert len(told) == 1


def test_a_waiting_writer_goes_on_when_the_first_is_done(home: Home) -> None:
    entered = threading.Event()

    def first() -> None:
        with writing(home, time_zone="Europe/Stockholm") as warehouse:
            warehouse.replace("staging.a", pl.DataFrame({"x": [1]}))
            entered.set()
            time.sleep(0.5)

    thread = threading.Thread(target=first)
    thread.start()
    entered.wait(10)
    with writing(home, time_zone="Europe/Stockholm", wait_seconds=10) as warehouse:
        assert warehouse.value("select x from staging.a") == 1
    thread.join()


def test_a_failed_transaction_leaves_nothing_behind(home: Home) -> None:
    with writing(home, time_zone="Europe/Stockholm") as warehouse:
        warehouse.replace("staging.a", pl.DataFrame({"x": [1]}))
        with pytest.raises(RuntimeError):
            _append_and_fail(warehouse)
        assert warehouse.query("select x from staging.a")["x"].to_list() == [1]


def _append_and_fail(warehouse: Warehouse) -> None:
    with warehouse.transaction():
        warehouse.append("staging.a", pl.DataFrame({"x": [2]}))
        raise RuntimeError


def test_days_are_cut_in_civil_time(home: Home) -> None:
    with writing(home, time_zone="Europe/Stockholm") as warehouse:
        day = warehouse.value("select cast(timestamptz '2024-06-30 22:30:00+00' as date)")
    assert str(day) == "2024-07-01"


@pytest.mark.parametrize("name", ["raw", "elsewhere.x", "raw.x; drop table y", 'raw."x"'])
def test_only_tables_of_the_warehouse_can_be_named(home: Home, name: str) -> None:
    with writing(home, time_zone="Europe/Stockholm") as warehouse, pytest.raises(ValueError):  # noqa: PT011
        warehouse.replace(name, pl.DataFrame({"x": [1]}))


def test_whole_number_sums_come_back_as_ordinary_numbers(home: Home) -> None:
    with writing(home, time_zone="Europe/Stockholm") as warehouse:
        frame = warehouse.query("select sum(x) as total from (values (1), (2)) as t(x)")
    assert frame.schema["total"] == pl.Int64
    assert frame["total"].to_list() == [3]


def test_the_distance_between_two_places_is_that_of_the_great_circle(home: Home) -> None:
    with writing(home, time_zone="Europe/Stockholm") as warehouse:
        km = warehouse.value("select distance_km(0, 0, 0, 90)")
    assert km == pytest.approx(6371 * 3.14159265 / 2, rel=1e-6)


def test_the_half_width_of_one_meter_is_1645_standard_errors(home: Home) -> None:
    with writing(home, time_zone="Europe/Stockholm") as warehouse:
        one = warehouse.value("select group_half_width_kwh(100.0, 10.0)")
        two = warehouse.value("select group_half_width_kwh(200.0, 20.0)")
    assert one == pytest.approx(16.45)
    # Two equal meters with correlation 0.15: variance 2·100 + 2·0.15·100 = 230.
    assert two == pytest.approx(1.645 * 230**0.5)
