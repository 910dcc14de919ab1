from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from tests.demo.conftest import Registered


def test_day_files_hold_the_energy_of_their_meters(small_kit: Path, registered: Registered) -> None:
    for path in sorted((small_kit / "exports").rglob("*dygnsvarden_2021.csv")):
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig") if raw.startswith(b"\xef\xbb\xbf") else raw.decode("cp1252")
        lines = [line for line in text.splitlines() if ";" in line]
        for column, name in enumerate(lines[0].split(";")[1:], start=1):
            series = registered(name[:18])
            total = sum(float(line.split(";")[column].replace(",", ".") or 0) for line in lines[1:])
            assert total == pytest.approx(np.nansum(series.values[:365]), abs=1e-6)


def test_heat_by_the_hour_has_23_and_25_rows_when_the_clock_changes(small_kit: Path) -> None:
    path = next(iter(sorted((small_kit / "exports").rglob("*timvarden-varme_2021.csv"))))
    rows = Counter(line[:10] for line in path.read_text("utf-8-sig").splitlines()[1:])
    assert (rows["2021-03-28"], rows["2021-10-31"], rows["2021-06-01"]) == (23, 25, 24)
