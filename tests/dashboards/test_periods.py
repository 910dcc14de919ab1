"""Which months a page speaks of."""

from datetime import date

from dashboards import periods, text


def test_the_last_twelve_months_end_with_the_last_whole_month() -> None:
    period = periods.available(date(2026, 11, 21), 2021)["12m"]
    assert (period.first_month, period.last_month) == (date(2025, 11, 1), date(2026, 10, 1))
    assert period.label == "november 2025 till och med oktober 2026"
    assert periods.available(date(2026, 11, 30), 2021)["12m"].last_month == date(2026, 11, 1)


def test_years_after_the_baseline_are_offered_with_the_latest_first() -> None:
    available = periods.available(date(2026, 11, 21), 2021)
    assert list(available) == ["12m", "2026", "2025", "2024", "2023", "2022"]
    assert available["2026"].label == "2026 till och med oktober"
    assert available["2025"].label == "2025"
    text.use("en")
    assert available["2026"].label == "2026 up to and including October"


def test_a_year_whose_first_month_is_not_whole_is_not_offered() -> None:
    assert "2026" not in periods.available(date(2026, 1, 20), 2021)
