"""Numbers as the reader sees them: Swedish or English signs, the minus U+2212 and units after a no-break space.

Does not belong here: words and sentences (text.py, savings.py). The file is not called `numbers.py`, since
`streamlit run` puts this folder first on the import path and would hide Python's own module of that name.
"""

from __future__ import annotations

import math

from dashboards.text import _, language

NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"
DASH = "\u2013"
KWH_TO_MWH_LIMIT_KWH = 10_000.0
"""From this size on energy is written in MWh (design: under 10 000 kWh stays in kWh)."""


def number(value: float | None, decimals: int = 0, *, sign: bool = False) -> str:
    """`value` with thousands separated and `decimals` decimals; a dash when there is no value.

    `sign=True` writes a plus too. A value that rounds to zero has no sign.
    """
    if value is None or not math.isfinite(value):
        return DASH
    digits = f"{abs(value):,.{decimals}f}"
    if language() == "sv":
        digits = digits.replace(",", NO_BREAK_SPACE).replace(".", ",")
    if not any(character in "123456789" for character in digits):
        return digits
    if value < 0:
        return MINUS + digits
    return "+" + digits if sign else digits


def _decimals_of_share(percent: float) -> int:
    """Two significant figures, yet never finer than a tenth of a percent."""
    return 1 if abs(percent) < 9.95 else 0


def _two_figures(percent: float) -> float:
    """`percent` rounded to two significant figures from 100 on (123 becomes 120)."""
    if abs(percent) < 100:
        return percent
    step = 10 ** (math.floor(math.log10(abs(percent))) - 1)
    return round(percent / step) * step


def is_nothing(value: float) -> bool:
    """Whether a share is written as `0,0 %`."""
    return abs(100 * value) < 0.05


def share(value: float | None, *, sign: bool = False) -> str:
    """A fraction as percent with two significant figures: 0.0618 is `6,2 %`."""
    if value is None or not math.isfinite(value):
        return DASH
    percent = _two_figures(100 * value)
    return number(percent, _decimals_of_share(percent), sign=sign) + NO_BREAK_SPACE + "%"


def whole_share(value: float | None) -> str:
    """A certain fraction (coverage) as whole percent; 100 % is only written when nothing is missing."""
    if value is None or not math.isfinite(value):
        return DASH
    percent = math.floor(100 * value + 1e-9) if value > 0.99 else round(100 * value)
    return number(percent) + NO_BREAK_SPACE + "%"


def interval(low: float, high: float) -> str:
    """Bounds of a share, `−9 till −3`: tenths only when the half width is below two percent and the share between
    them is written with tenths itself. Kept on one line.
    """
    half_width = 50 * (high - low)
    decimals = _decimals_of_share(50 * (low + high)) if half_width < 2 else 0
    lower = number(100 * low, decimals, sign=True)
    upper = number(100 * high, decimals, sign=True)
    return _("{low} till {high}").format(low=lower, high=upper).replace(" ", NO_BREAK_SPACE)


def share_with_interval(value: float | None, low: float | None, high: float | None) -> str:
    """A change with its 90 % interval: `−6,2 % (−9 till −3)`."""
    if value is None or not math.isfinite(value):
        return DASH
    text = share(value, sign=True)
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return text
    return f"{text} ({interval(low, high)})"


def energy(value_kwh: float | None, *, sign: bool = False) -> str:
    """Energy in kWh below 10 000 kWh, otherwise in MWh: `9 500 kWh`, `12,3 MWh`, `1 235 MWh`."""
    if value_kwh is None or not math.isfinite(value_kwh):
        return DASH
    if abs(value_kwh) < KWH_TO_MWH_LIMIT_KWH:
        return number(value_kwh, sign=sign) + NO_BREAK_SPACE + "kWh"
    value_mwh = value_kwh / 1000
    return number(value_mwh, 1 if abs(value_mwh) < 100 else 0, sign=sign) + NO_BREAK_SPACE + "MWh"


def with_unit(value: float | None, unit: str, decimals: int = 0, *, sign: bool = False) -> str:
    """A number and its unit, kept on one line."""
    text = number(value, decimals, sign=sign)
    return text if text == DASH else text + NO_BREAK_SPACE + unit
