"""Units of energy: every quantity is turned into kWh on arrival, here and nowhere else.

Does not belong here: volumes that need a heating value (gas, oil, pellets), which are facts with validity dates.
"""

from __future__ import annotations

import polars as pl

KWH_PER_UNIT: dict[str, float] = {
    "Wh": 0.001,
    "kWh": 1.0,
    "MWh": 1_000.0,
    "GWh": 1_000_000.0,
    "MJ": 1 / 3.6,
    "GJ": 1_000 / 3.6,
}
"""Energy units and their size in kWh; exact by definition (1 kWh = 3.6 MJ)."""

OTHER_UNITS: dict[str, str] = {
    "m3": "m³",
    "m³": "m³",
    "nm3": "Nm³",
    "nm³": "Nm³",
    "kw": "kW",
    "mw": "MW",
    "kvarh": "kvarh",
    "l": "l",
    "liter": "l",
    "ton": "ton",
    "m3s": "m³s",
    "m³s": "m³s",
    "°c": "°C",
}

_BY_LOWER_NAME = {unit.lower(): unit for unit in KWH_PER_UNIT} | OTHER_UNITS


def canonical_unit(text: str | None) -> str | None:
    """The usual spelling of a unit (`KWH` → `kWh`, `m3` → `m³`); None when the text is no unit that is known."""
    return _BY_LOWER_NAME.get(text.strip().lower()) if text else None


def kwh_factor(unit: str | None) -> float | None:
    """kWh per one of `unit` (canonical spelling); None where the unit is not energy."""
    return KWH_PER_UNIT.get(unit) if unit else None


def energy_kwh(value: str = "value", unit: str = "unit") -> pl.Expr:
    """Energy in kWh from a value column and a unit column; null where the unit is no energy or the value is missing."""
    factor = pl.col(unit).replace_strict(KWH_PER_UNIT, default=None, return_dtype=pl.Float64)
    return pl.col(value) * factor
