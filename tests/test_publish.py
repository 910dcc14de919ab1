from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from pipelines.home import Home, create_home
from pipelines.publish import publish, reading
from pipelines.sql_tables import SqlTable
from pipelines.warehouse import Warehouse, writing

TABLE = SqlTable(Path("x.sql"), "marts.thing", "Things.", ("x",), {"x": "a number"}, "select 1 as x")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return create_home(tmp_path, county_code="24")


def _publish(warehouse: Warehouse, home: Home, value: int) -> Path:
    warehouse.create_table_as("marts.thing", f"select {value} as x")
    warehouse.comment("marts.thing", TABLE.description, TABLE.columns)
    return publish(warehouse, home.published, "staff.duckdb", [TABLE], keep_hours=24)


def _value(home: Home) -> int:
    with reading(home.published, "staff.duckdb") as connection:
        assert connection is not None
        return connection.execute("select x from marts.thing").fetchall()[0][0]


def test_readers_see_the_newest_generation_and_an_open_one_never_changes(home: Home) -> None:
    with writing(home, time_zone="Europe/Stockholm") as warehouse:
        _publish(warehouse, home, 1)
        with reading(home.published, "staff.duckdb") as before:
            assert before is not None
            _publish(warehouse, home, 2)
            assert before.execute("select x from marts.thing").fetchall() == [(1,)]
    assert _value(home) == 2


def test_a_publication_that_fails_leaves_the_former_one_current_and_no_rest(home: Home) -> None:
    missing = SqlTable(Path("y.sql"), "marts.missing", "Nothing.", ("x",), {}, "")
    with writing(home, time_zone="Europe/Stockholm") as warehouse:
        _publish(warehouse, home, 1)
        with pytest.raises(Exception, match="missing"):
            publish(warehouse, home.published, "staff.duckdb", [TABLE, missing], keep_hours=24)
        assert warehouse.value("select x from marts.thing") == 1
    assert _value(home) == 1
    assert [p.name for p in home.published.iterdir() if p.name.startswith(".")] == []


def test_old_generations_are_deleted_by_age_but_never_the_current_one(home: Home) -> None:
    with writing(home, time_zone="Europe/Stockholm") as warehouse:
        first, second = _publish(warehouse, home, 1), _publish(warehouse, home, 2)
        two_days_ago = time.time() - 48 * 3600
        os.utime(first, (two_days_ago, two_days_ago))
        third = _publish(warehouse, home, 3)
    kept = {p.name for p in home.published.iterdir() if p.is_dir() and not p.is_symlink()}
    assert kept == {second.name, third.name}


def test_nothing_published_is_told_apart_from_an_empty_publication(home: Home) -> None:
    with reading(home.published, "staff.duckdb") as connection:
        assert connection is None


def test_meanings_of_columns_travel_with_the_publication(home: Home) -> None:
    with writing(home, time_zone="Europe/Stockholm") as warehouse:
        _publish(warehouse, home, 1)
    with reading(home.published, "staff.duckdb") as connection:
        assert connection is not None
        sql = "select comment from duckdb_columns() where database_name = 'generation' and table_name = 'thing'"
        assert connection.execute(sql).fetchall() == [("a number",)]
