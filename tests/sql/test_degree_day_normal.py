"""Normal degree days that an organisation has entered: the newest row of a place and month stands."""

from __future__ import annotations

import json

import polars as pl

from pipelines.warehouse import Warehouse
from tests.sql.conftest import build


def test_the_newest_row_of_a_place_and_month_stands(warehouse: Warehouse) -> None:
    rows = [("600", "2020-01-01"), ("580", "2023-01-01"), ("590", "2021-01-01")]
    for number, (degree_days, valid_from) in enumerate(rows, start=1):
        row = {"municipality_code": "2460", "month": "1", "degree_days": degree_days, "base_c": "17"}
        row |= {"period": "1991–2020", "valid_from": valid_from}
        frame = {"delivery_number": [number], "sheet": ["degree_day_normal"], "source_row": [2]}
        warehouse.append("raw.register_row", pl.DataFrame({**frame, "row_json": [json.dumps(row)]}))
    found = build(warehouse, "staging.degree_day_normal")
    assert found.rows() == [("2460", 1, 580.0, 17.0, "1991–2020")]
