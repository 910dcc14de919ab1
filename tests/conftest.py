"""The tiny town, taken in and refreshed once for all tests that look at it."""

from __future__ import annotations

import pytest

from pipelines.home import Home, create_home
from pipelines.kit import load
from pipelines.run import run_job
from pipelines.settings import Settings
from tests.town.kit import write_town


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The town's home after one refresh. Tests only read it; those that change something make their own."""
    folder = tmp_path_factory.mktemp("town")
    home = create_home(folder / "home", county_code="24")
    load(home, write_town(folder / "kit"))
    outcome = run_job("refresh", Settings(home=home.root))
    assert outcome.is_success, outcome.failed
    return home
