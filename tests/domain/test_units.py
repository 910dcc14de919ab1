"""Every energy unit becomes kWh; what is not energy stays what it is."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.domain.units import canonical_unit, energy_kwh, kwh_factor


@pytest.mark.parametrize(
    ("unit", "factor"),
    [("Wh", 0.001), ("kWh", 1.0), ("MWh", 1000.0), ("GWh", 1e6), ("GJ", 277.7777778), ("m³", None), (None, None)],
)
def test_kwh_of_one_unit(unit: str | None, factor: float | None) -> None:
    assert kwh_factor(unit) == (pytest.approx(factor) if factor else None)


@pytest.mark.parametrize(
    ("text", "unit"), [("KWH", "kWh"), (" mwh ", "MWh"), ("m3", "m³"), ("Nm3", "Nm³"), ("äpplen", None), (None, None)]
)
def test_spelling_of_units(text: str | None, unit: str | None) -> None:
    assert canonical_unit(text) == unit


def test_energy_is_null_where_value_is_missing_or_unit_is_not_energy() -> None:
    frame = pl.DataFrame({"value": [2.0, None, 3.0, 0.0], "unit": ["MWh", "kWh", "m³", "kWh"]})
    assert frame.select(energy_kwh()).to_series().to_list() == [2000.0, None, None, 0.0]
