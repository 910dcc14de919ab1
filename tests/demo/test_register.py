from __future__ import annotations

from datetime import date

import polars as pl

from pipelines.demo.register import register_sheets
from pipelines.demo.world import make_world

UNTIL = date(2024, 12, 31)
WORLD = make_world(24, 320, UNTIL)
SHEETS = register_sheets(WORLD.county, WORLD.measures, WORLD.closures, UNTIL)


def test_a_sold_building_changes_owner_on_the_same_day() -> None:
    rows = SHEETS["ownership"].filter(pl.col("property_id") == "p-2480-002")
    assert rows["organisation_id"].to_list() == ["kommun-2480", "region-24"]
    assert rows["valid_to"].to_list() == ["2023-07-01", None]
    assert rows["valid_from"].to_list() == [None, "2023-07-01"]


def test_every_organisation_has_the_common_target_from_2021() -> None:
    target = SHEETS["target"]
    assert target.height == 21
    assert target["share_per_year"].unique().to_list() == ["0.019"]
    assert target["from_year"].unique().to_list() == ["2021"]


def test_schools_report_their_breaks_and_preschools_do_not() -> None:
    uses = dict(SHEETS["building"].select("building_id", "use").iter_rows())
    holidays = SHEETS["calendar"].filter(pl.col("kind") == "holiday")
    assert {uses[b] for b in holidays["building_id"]} == {"school"}
    of_one = holidays.filter(pl.col("building_id") == "b-2481-001")
    assert of_one.height == 1 + 4 * 5  # Christmas before the first year, then five breaks a year


def test_buildings_that_stood_empty_are_closed_in_the_calendar() -> None:
    closed = SHEETS["calendar"].filter(pl.col("kind") == "closed")
    assert closed.height == 4  # one building in forty
    assert set(closed["from"]) == {"2023-05-01"}
    assert set(closed["to"]) == {"2023-09-01"}


def test_every_municipality_is_in_one_cooperation_group() -> None:
    assert sorted(SHEETS["membership"]["member_id"]) == sorted(
        o.organisation_id for o in WORLD.county.organisations if o.sector == "municipality"
    )
