from datetime import date

import pytest

from pipelines.errors import BadInput
from pipelines.public_holidays import free_days


def test_swedish_eves_are_free_days() -> None:
    days = free_days(2024, 2024, "SE")["day_local"].to_list()
    assert {date(2024, 6, 21), date(2024, 12, 24), date(2024, 12, 31)} <= set(days)
    assert days == sorted(days)


def test_a_subdivision_has_its_own_days() -> None:
    assert date(2024, 4, 1) in free_days(2024, 2024, "GB-ENG")["day_local"]  # Easter Monday, no holiday in Scotland
    assert date(2024, 4, 1) not in free_days(2024, 2024, "GB-SCT")["day_local"]


@pytest.mark.parametrize("country", ["XX", "GB-XXX", ""])
def test_an_unknown_place_is_explained(country: str) -> None:
    with pytest.raises(BadInput, match="helgkalender"):
        free_days(2024, 2024, country)
