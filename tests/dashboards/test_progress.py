"""The common path."""

from datetime import date

import pytest

from dashboards.figures import progress


def test_the_path_falls_by_its_step_for_each_year_after_the_first() -> None:
    assert progress.path_percent(date(2021, 6, 1), share_per_year=0.019, first_year=2021) == 100
    assert progress.path_percent(date(2025, 12, 31), share_per_year=0.019, first_year=2021) == pytest.approx(
        92.4, abs=0.01
    )
