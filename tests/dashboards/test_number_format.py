"""Numbers as the reader sees them; every expected value is written by hand."""

import pytest

from dashboards import number_format, text

NB = "\u00a0"


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (1234.5, 1, f"1{NB}234,5"),
        (-1234.5, 1, f"−1{NB}234,5"),
        (1234567, 0, f"1{NB}234{NB}567"),
        (0.04, 1, "0,0"),
        (-0.04, 1, "0,0"),
        (None, 1, "–"),
        (float("nan"), 1, "–"),
    ],
)
def test_a_number_has_swedish_signs(value: float | None, decimals: int, expected: str) -> None:
    assert number_format.number(value, decimals) == expected


def test_a_number_has_english_signs_in_english() -> None:
    text.use("en")
    assert number_format.number(-1234.5, 1) == "−1,234.5"
    assert number_format.share_with_interval(-0.0618, -0.09, -0.03) == f"−6.2{NB}% (−9{NB}to{NB}−3)"
    assert number_format.energy(1_234_500.0) == f"1,234{NB}MWh"


@pytest.mark.parametrize(
    ("energy_kwh", "expected"),
    [
        (0.0, f"0{NB}kWh"),
        (9_999.0, f"9{NB}999{NB}kWh"),
        (10_000.0, f"10,0{NB}MWh"),
        (12_345.0, f"12,3{NB}MWh"),
        (1_234_500.0, f"1{NB}234{NB}MWh"),
        (-12_345.0, f"−12,3{NB}MWh"),
        (None, "–"),
    ],
)
def test_energy_changes_to_megawatt_hours_at_ten_thousand(energy_kwh: float | None, expected: str) -> None:
    assert number_format.energy(energy_kwh) == expected


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (-0.0618, -0.09, -0.0336, f"−6,2{NB}% (−9{NB}till{NB}−3)"),
        (-0.0413, -0.0557, -0.0269, f"−4,1{NB}% (−5,6{NB}till{NB}−2,7)"),
        (-0.207, -0.27, -0.144, f"−21{NB}% (−27{NB}till{NB}−14)"),
        (-0.109, -0.127, -0.091, f"−11{NB}% (−13{NB}till{NB}−9)"),
        (0.031, 0.008, 0.054, f"+3,1{NB}% (+1{NB}till{NB}+5)"),
        (-0.003, -0.018, 0.012, f"−0,3{NB}% (−1,8{NB}till{NB}+1,2)"),
        (1.234, 1.1, 1.368, f"+120{NB}% (+110{NB}till{NB}+137)"),
    ],
)
def test_an_uncertain_share_has_two_figures_and_an_interval_as_fine_as_it_deserves(
    value: float, low: float, high: float, expected: str
) -> None:
    assert number_format.share_with_interval(value, low, high) == expected


def test_coverage_is_a_whole_percent_and_never_rounds_up_to_everything() -> None:
    assert number_format.whole_share(0.874) == f"87{NB}%"
    assert number_format.whole_share(0.997) == f"99{NB}%"
    assert number_format.whole_share(1.0) == f"100{NB}%"
