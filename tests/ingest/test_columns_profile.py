"""What the cells of a column are."""

from __future__ import annotations

import pytest

from pipelines.ingest.columns_profile import is_missing, is_number, profile


@pytest.mark.parametrize(
    ("header", "cells", "kind"),
    [
        ("Tid", ["2024-01-01 00:00", "2024-01-01 01:00"], "stamp"),
        ("Datum", ["2024-01-01", "2024-01-02"], "day"),
        ("Månad", ["2024-01", "2024-02"], "month"),
        ("Månad", ["januari", "februari"], "month_name"),
        ("År", ["2023", "2024"], "year"),
        ("Timme", ["0", "1", "23"], "ordinal"),
        ("Klockslag", ["00:00", "01:00"], "clock"),
        ("Kello", ["00.00", "00.15"], "clock"),
        ("Vecka", ["2024-W05"], "week"),
        ("Tid", ["45292", "45293"], "day"),
        ("Förbrukning", ["1 234,5", "-", "2,5*"], "number"),
        ("Anläggnings-id", ["735999000000000013"], "id"),
        ("Något", ["735 999 000 000 000 013"], "id"),
        ("Enhet", ["kWh", "MWh"], "unit"),
        ("Något", ["Uppmätt", "Beräknat"], "quality"),
        ("Något", ["Förbrukning", "Produktion"], "direction"),
        ("Något", ["Fjärrvärme", "El"], "carrier"),
        ("Kund", ["Kommunen"], "text"),
        ("Tomt", ["", ""], "empty"),
    ],
)
def test_kind_comes_from_the_cells(header: str, cells: list[str], kind: str) -> None:
    assert profile([header], [[cell] for cell in cells])[0].kind == kind


def test_numbers_and_words_for_missing() -> None:
    assert all(map(is_number, ("1", "1 234,5", "1\u00a0234", "-2.5", "3,4 kWh", "1e3", "12,5 *")))
    assert not any(map(is_number, ("2024-01-01", "abc", "", "12:00")))
    assert all(map(is_missing, ("", "-", "#N/A", "Ei kulutustietoja tällä ajanjaksolla.")))
