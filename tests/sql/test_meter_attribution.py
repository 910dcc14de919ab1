"""To whom a meter's energy belongs, and when."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest

from pipelines.warehouse import Warehouse
from tests.sql.conftest import build

SHEETS = ("organisation", "property", "ownership", "building", "meter", "meter_building")


def _register(warehouse: Warehouse, **sheets: list[dict[str, str]]) -> pl.DataFrame:
    for number, (sheet, rows) in enumerate(sheets.items(), start=1):
        dated = [{"valid_from": "", "valid_to": ""} | row for row in rows]
        frame = pl.DataFrame({"row_json": [json.dumps(row) for row in dated]}).with_columns(
            delivery_number=pl.lit(number), sheet=pl.lit(sheet), source_row=pl.int_range(2, len(rows) + 2)
        )
        warehouse.append("raw.register_row", frame)
    for sheet in SHEETS:
        build(warehouse, f"staging.{sheet}")
    return build(warehouse, "staging.meter_attribution")


def _basis() -> dict[str, list[dict[str, str]]]:
    return {
        "organisation": [
            {"organisation_id": "k", "name": "Kommunen", "sector": "municipality"},
            {"organisation_id": "r", "name": "Regionen", "sector": "region"},
        ],
        "property": [{"property_id": "p", "designation": "A 1:1", "organisation_id": "k"}],
        "building": [
            {"building_id": "b", "property_id": "p", "name": "Huset", "use": "school", "municipality_code": "2460"}
        ],
        "meter": [{"metering_point_id": "m", "carrier": "electricity", "role": "main"}],
        "meter_building": [{"metering_point_id": "m", "building_id": "b", "share": ""}],
    }


def test_without_anything_else_the_whole_meter_belongs_to_the_propertys_organisation(warehouse: Warehouse) -> None:
    (row,) = _register(warehouse, **_basis()).iter_rows(named=True)
    assert (row["organisation_id"], row["municipality_code"], row["attributed_share"]) == ("k", "2460", 1.0)


def test_a_building_that_changes_owner_belongs_to_each_in_its_time(warehouse: Warehouse) -> None:
    basis = _basis()
    basis["ownership"] = [
        {"property_id": "p", "organisation_id": "k", "share": "1", "valid_to": "2023-07-01"},
        {"property_id": "p", "organisation_id": "r", "share": "1", "valid_from": "2023-07-01"},
    ]
    rows = _register(warehouse, **basis)
    found = {row["organisation_id"]: (row["valid_from"], row["valid_to"]) for row in rows.iter_rows(named=True)}
    assert found["k"][1] == date(2023, 7, 1) == found["r"][0]


def test_joint_owners_share_the_energy_and_the_shares_add_up_to_one(warehouse: Warehouse) -> None:
    basis = _basis()
    basis["ownership"] = [
        {"property_id": "p", "organisation_id": "k", "share": "0.6"},
        {"property_id": "p", "organisation_id": "r", "share": "0.4"},
    ]
    rows = _register(warehouse, **basis)
    assert dict(rows.select("organisation_id", "attributed_share").iter_rows()) == {"k": 0.6, "r": 0.4}


def test_a_meter_for_two_buildings_is_split_by_its_shares(warehouse: Warehouse) -> None:
    basis = _basis()
    basis["building"].append(basis["building"][0] | {"building_id": "c"})
    basis["meter_building"] = [
        {"metering_point_id": "m", "building_id": "b", "share": "0.75"},
        {"metering_point_id": "m", "building_id": "c", "share": "0.25"},
    ]
    rows = _register(warehouse, **basis)
    assert rows["attributed_share"].sum() == pytest.approx(1.0)


def test_a_row_delivered_again_replaces_the_former_one(warehouse: Warehouse) -> None:
    _register(warehouse, **_basis())
    moved = _basis()["building"][0] | {"municipality_code": "2481"}
    frame = pl.DataFrame({"row_json": [json.dumps({"valid_from": "", "valid_to": ""} | moved)]}).with_columns(
        delivery_number=pl.lit(99), sheet=pl.lit("building"), source_row=pl.lit(2)
    )
    warehouse.append("raw.register_row", frame)
    (row,) = build(warehouse, "staging.building").iter_rows(named=True)
    assert row["municipality_code"] == "2481"
