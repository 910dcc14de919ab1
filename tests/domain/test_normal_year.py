from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pipelines.domain.energy_signature import SIGNATURE_SCHEMA
from pipelines.domain.normal_year import with_correction, with_weather_independent_part

NO_SIGNATURES = pl.DataFrame(schema=SIGNATURE_SCHEMA)


def month(
    energy_kwh: float | None = 4000.0,
    fixed_kwh: float | None = 1000.0,
    actual: float | None = 1104.0,
    normal: float | None = 967.0,
    carrier: str = "district_heating",
) -> dict:
    frame = pl.DataFrame(
        {
            "carrier": [carrier],
            "energy_kwh": [energy_kwh],
            "weather_independent_kwh": [fixed_kwh],
            "degree_days": [actual],
            "normal_degree_days": [normal],
        },
        schema_overrides=dict.fromkeys(
            ("energy_kwh", "weather_independent_kwh", "degree_days", "normal_degree_days"), pl.Float64
        ),
    )
    return with_correction(frame).row(0, named=True)


def months(energy_kwh: dict[date, float | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {"month_local": list(energy_kwh), "energy_kwh": list(energy_kwh.values())},
        schema={"month_local": pl.Date, "energy_kwh": pl.Float64},
    ).with_columns(metering_point_id=pl.lit("m"))


def fixed(energy_kwh: dict[date, float | None], part: str, *, share: float = 0.0) -> dict[date, float | None]:
    found = with_weather_independent_part(months(energy_kwh), NO_SIGNATURES, part=part, share=share)
    return dict(found.select("month_local", "weather_independent_kwh").iter_rows())


def test_the_worked_example_of_an_energy_company() -> None:
    # Älvsbyns Energi, January 2016: 4 MWh, a quarter hot water, 1104 against normally 967: 1 + 3·967/1104 MWh.
    found = month()

    assert found["corrected_energy_kwh"] == pytest.approx(1000 + 3000 * 967 / 1104)
    assert found["corrected_energy_kwh"] == pytest.approx(3628, abs=0.5)
    assert found["correction"] == "corrected"


def test_a_month_with_few_degree_days_stands_as_measured() -> None:
    # July at a coastal town: normally 2, in 2020 54; the ratio would take all of the use away.
    found = month(energy_kwh=900, actual=54, normal=2)

    assert (found["corrected_energy_kwh"], found["weather_factor"], found["correction"]) == (
        900,
        1.0,
        "few_degree_days",
    )


@pytest.mark.parametrize(("actual", "factor"), [(15.0, 2.0), (0.0, 2.0), (200.0, 0.5)])
def test_the_factor_is_capped(actual: float, factor: float) -> None:
    found = month(energy_kwh=1000, fixed_kwh=400, actual=actual, normal=78)

    assert found["weather_factor"] == factor
    assert found["corrected_energy_kwh"] == 400 + 600 * factor
    assert found["correction"] == "capped"


def test_no_more_than_the_months_energy_is_independent_of_the_weather() -> None:
    assert month(energy_kwh=800, fixed_kwh=1000)["corrected_energy_kwh"] == 800


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"energy_kwh": None}, "no_energy"),
        ({"actual": None}, "no_temperature"),
        ({"normal": None}, "no_normal"),
        ({"fixed_kwh": None}, "no_weather_independent_part"),
        ({"carrier": "electricity"}, "not_heating"),
        ({"carrier": "district_cooling"}, "not_heating"),
    ],
)
def test_what_cannot_be_corrected_says_why(changed: dict, why: str) -> None:
    found = month(**changed)

    assert (found["corrected_energy_kwh"], found["weather_factor"], found["correction"]) == (None, None, why)


def test_a_share_is_that_of_the_months_energy() -> None:
    found = fixed({date(2023, 1, 1): 4000.0, date(2023, 2, 1): None}, "share", share=0.25)

    assert found == {date(2023, 1, 1): 1000.0, date(2023, 2, 1): None}


def test_the_summer_tells_what_does_not_follow_the_weather() -> None:
    # June 300 and July 310 kWh: 610 kWh in 61 days is 10 kWh a day.
    found = fixed({date(2023, 1, 1): 4000.0, date(2023, 6, 1): 300.0, date(2023, 7, 1): 310.0}, "summer")

    assert found[date(2023, 1, 1)] == pytest.approx(310)
    assert found[date(2023, 6, 1)] == pytest.approx(300)


def test_before_this_years_summer_last_years_counts_and_one_month_is_no_summer() -> None:
    found = fixed(
        {
            date(2022, 6, 1): 300.0,
            date(2022, 7, 1): 310.0,
            date(2023, 1, 1): 4000.0,
            date(2023, 7, 1): 3100.0,
            date(2024, 1, 1): 4000.0,
        },
        "summer",
    )

    assert found[date(2023, 1, 1)] == pytest.approx(310)
    assert found[date(2024, 1, 1)] is None


def test_the_base_of_the_signature_tells_it_and_is_never_negative() -> None:
    signatures = pl.DataFrame(
        {
            "metering_point_id": ["m"] * 3,
            "year_local": [2022, 2023, 2023],
            "grain": ["month", "month", "week"],
            "base_power_kw": [-0.5, 2.0, 9.0],
        },
        schema_overrides={"year_local": pl.Int32},
    )
    year = {date(y, 1, 1): 4000.0 for y in (2021, 2022, 2023, 2024)}

    found = with_weather_independent_part(months(year), signatures, part="signature", share=0.0)

    # 2 kW for 31 days of 24 hours; 2024 has no signature yet and takes that of 2023.
    assert found["weather_independent_kwh"].to_list() == [None, 0.0, pytest.approx(1488), pytest.approx(1488)]
