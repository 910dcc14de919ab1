from __future__ import annotations

import re
from pathlib import Path

import fastexcel
import numpy as np
import pytest

from tests.demo.conftest import Registered


def test_the_heat_sheet_has_title_rows_months_and_a_sum_row(small_kit: Path, registered: Registered) -> None:
    path = next(iter(sorted((small_kit / "exports").rglob("*fjarrvarme_2021.xlsx"))))
    sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string").to_polars()
    rows = sheet.rows()
    header = next(i for i, row in enumerate(rows) if row[0] == "Anläggnings-id")
    assert rows[header][2:14] == tuple(f"2021-{m:02d}" for m in range(1, 13))
    facilities = [row for row in rows[header + 1 :] if re.fullmatch(r"\d{18}", row[0] or "")]
    assert facilities
    assert rows[header + 1 + len(facilities)][0] == "Summa"
    for row in facilities:
        series = registered(row[0])
        if series.fault("corrected_month") is None:
            mwh = sum(float((cell or "0").replace(" *", "").replace(",", ".")) for cell in row[2:14])
            assert mwh * 1000 == pytest.approx(np.nansum(series.values[:12]), abs=1e-3)
