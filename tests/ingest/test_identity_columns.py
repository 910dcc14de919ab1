"""Which column says whose each value is."""

from __future__ import annotations

import polars as pl

from pipelines.ingest.columns_profile import profile
from pipelines.ingest.identity_columns import identity_column, one_carrier_each
from tests.ingest.made_up_files import LIBRARY, SCHOOL


def chosen(header: list[str], *rows: list[str]) -> str:
    return identity_column(profile(header, rows), (), {}).name


def test_metering_point_comes_before_meter_and_customer() -> None:
    row = ["4711", "12345678", SCHOOL]
    assert chosen(["Kundnummer", "Mätarnummer", "Anläggnings-id"], row) == "Anläggnings-id"


def test_ids_of_18_digits_are_known_by_themselves() -> None:
    assert chosen(["Kolumn A", "Kolumn B"], ["Skolan", SCHOOL], ["Badet", LIBRARY]) == "Kolumn B"


def test_address_and_meter_number_are_no_identity() -> None:
    assert chosen(["Forbrugssted", "Mätare"], ["Kyrkogatan 14 B", "12345678"]) == ""


def test_columns_of_names_are_offered_as_a_question_unless_one_is_that_of_the_building() -> None:
    columns = profile(["Benämning", "Grupp"], [["Skolan", "A"], ["Badet", "B"]])
    assert [question.key for question in identity_column(columns, (), {}).questions] == ["id_column"]
    assert identity_column(columns, (), {"id_column": "Grupp"}).questions == ()
    assert identity_column(profile(["Byggnad"], [["Skolan"], ["Badet"]]), (), {}).questions == ()


def test_building_with_two_carriers_is_two_points() -> None:
    frame = pl.DataFrame({"metering_point_id": ["A", "A", "B"], "carrier": ["gas", "electricity", "gas"]})
    assert one_carrier_each(frame)["metering_point_id"].to_list() == ["A-gas", "A-electricity", "B"]
