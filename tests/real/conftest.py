"""The folder with measured data beside the project; tests that need it say so when it is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def ucam_estates() -> Path:
    """Measured electricity and gas of 60 university buildings, by the hour."""
    folder = SHARED_DATA / "ucam-estates"
    if not folder.is_dir():
        pytest.skip("the measured data of ucam-estates does not lie beside the project: ../shared/data/ucam-estates")
    return folder
