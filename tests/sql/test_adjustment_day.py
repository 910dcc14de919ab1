"""Adjustments told in the register, as energy of each day."""

from __future__ import annotations

import json
from datetime import date

import polars as pl

from pipelines.warehouse import Warehouse
from tests.sql.conftest import build


def _adjustments(warehouse: Warehouse, *rows: tuple[str, str, float]) -> dict[date, float]:
    """Day → energy, for rows of (valid_from, valid_to, kwh_per_day); January 2021 is the baseline."""
    written = [
        {"adjustment_id": f"a{n}", "metering_point_id": "m", "valid_from": first, "valid_to": end}
        | {"kwh_per_day": str(kwh), "reason": "laddplatser"}
        for n, (first, end, kwh) in enumerate(rows)
    ]
    frame = pl.DataFrame({"row_json": [json.dumps(row) for row in written]}).with_columns(
        delivery_number=pl.lit(1), sheet=pl.lit("adjustment"), source_row=pl.int_range(2, len(rows) + 2)
    )
    warehouse.append("raw.register_row", frame)
    build(warehouse, "staging.adjustment")
    days = pl.date_range(date(2021, 1, 1), date(2021, 3, 31), eager=True).alias("day_local")
    calendar = pl.DataFrame({"day_local": days})
    warehouse.replace("staging.calendar_day", calendar)
    january = calendar.filter(pl.col("day_local").dt.month() == 1).with_columns(metering_point_id=pl.lit("m"))
    warehouse.replace("intermediate.baseline_day", january)
    found = build(warehouse, "intermediate.adjustment_day")
    return dict(found.select("day_local", "adjustment_energy_kwh").iter_rows())


def test_an_adjustment_holds_from_its_first_day_to_the_one_before_its_end(warehouse: Warehouse) -> None:
    assert _adjustments(warehouse, ("2021-02-10", "2021-02-12", 40)) == {date(2021, 2, 10): 40, date(2021, 2, 11): 40}


def test_adjustments_of_the_same_day_add_up(warehouse: Warehouse) -> None:
    found = _adjustments(warehouse, ("2021-02-10", "2021-02-12", 40), ("2021-02-11", "", -15.5))
    assert (found[date(2021, 2, 10)], found[date(2021, 2, 11)], found[date(2021, 3, 31)]) == (40, 24.5, -15.5)


def test_a_day_of_the_baseline_is_not_adjusted(warehouse: Warehouse) -> None:
    found = _adjustments(warehouse, ("2021-01-15", "2021-02-03", 40))
    assert found == {date(2021, 2, 1): 40, date(2021, 2, 2): 40}
