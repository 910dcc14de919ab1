"""Which days a baseline is made of."""

from __future__ import annotations

from datetime import date

import polars as pl

from pipelines.warehouse import Warehouse
from tests.sql.conftest import build


def _days(warehouse: Warehouse, *periods: tuple[str, date, date]) -> list[date]:
    frame = pl.DataFrame(periods, schema=["kind", "period_from", "period_to"], orient="row")
    warehouse.replace("intermediate.baseline_period", frame.with_columns(metering_point_id=pl.lit("m")))
    days = pl.date_range(date(2021, 1, 1), date(2021, 1, 31), eager=True).alias("day_local")
    warehouse.replace("staging.calendar_day", pl.DataFrame({"day_local": days}))
    return build(warehouse, "intermediate.baseline_day")["day_local"].to_list()


def test_the_last_day_is_not_included_and_what_is_left_out_is_not_there(warehouse: Warehouse) -> None:
    found = _days(
        warehouse,
        ("use", date(2021, 1, 1), date(2021, 1, 8)),
        ("exclude", date(2021, 1, 3), date(2021, 1, 6)),
    )
    assert found == [date(2021, 1, day) for day in (1, 2, 6, 7)]


def test_a_day_of_two_periods_stands_once(warehouse: Warehouse) -> None:
    found = _days(
        warehouse,
        ("use", date(2021, 1, 1), date(2021, 1, 4)),
        ("use", date(2021, 1, 3), date(2021, 1, 6)),
    )
    assert found == [date(2021, 1, day) for day in range(1, 6)]
