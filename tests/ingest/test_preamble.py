"""What stands above a table."""

from __future__ import annotations

import pytest

from pipelines.ingest.preamble import carrier_in, preamble_of
from tests.ingest.made_up_files import LIBRARY, SCHOOL


@pytest.mark.parametrize(
    "rows",
    [
        [["Anläggning: " + SCHOOL]],
        [["Anläggnings-id", "735 999 000 000 000 013"]],
        [["Kund", "Anläggnings-id", "Utskrivet"], ["Skolan", SCHOOL, "2024-01-01"]],
        [["Export för " + SCHOOL]],
    ],
)
def test_id_is_found_in_pairs_tables_and_titles(rows: list[list[str]]) -> None:
    assert preamble_of(rows).identity == SCHOOL


def test_two_ids_tell_nothing() -> None:
    assert preamble_of([["Anläggning: " + SCHOOL], ["Anläggning: " + LIBRARY]]).identity is None


def test_unit_carrier_clock_and_year() -> None:
    found = preamble_of([["Fjärrvärme 2023"], ["Enhet", "MWh"], ["Alla tider i normaltid"]])
    assert (found.unit, found.carrier, found.basis, found.year) == ("MWh", "district_heating", "normal_time", 2023)


def test_period_of_dates_is_no_year() -> None:
    assert preamble_of([["Period", "2023-01-01 - 2024-01-01"]]).year is None


def test_title_with_two_carriers_names_none() -> None:
    assert carrier_in("Fjärrvärme och naturgas") is None
    assert carrier_in("Elförbrukning 2024") == "electricity"
