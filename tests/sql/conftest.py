"""An empty warehouse, and a way to build a single table of sql/ on rows made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from pipelines.home import create_home
from pipelines.sql_tables import read_tables
from pipelines.warehouse import Warehouse, writing


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with writing(create_home(tmp_path, county_code="24"), time_zone="Europe/Stockholm") as opened:
        yield opened


def build(warehouse: Warehouse, name: str) -> pl.DataFrame:
    """Build `layer.table` from its file and return its rows; its key must hold."""
    (table,) = [t for t in read_tables() if t.name == name]
    warehouse.create_table_as(name, table.query)
    assert warehouse.value(table.key_check) == 0, f"the key of {name} is broken"
    return warehouse.query(f"select * from {name} order by all")
