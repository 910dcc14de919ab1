from __future__ import annotations

from datetime import date

from pipelines.demo.calendar import day_flags, holiday_dates, school_breaks


def test_holidays_hold_the_evenings_when_everybody_is_free() -> None:
    free = holiday_dates(2024, 2024)
    assert date(2024, 6, 21) in free  # Midsummer Eve
    assert date(2024, 12, 24) in free
    assert date(2024, 6, 20) not in free
    assert date(2024, 6, 23) not in free  # an ordinary Sunday is no holiday


def test_school_breaks_of_2024_are_where_the_almanac_has_them() -> None:
    found = {(b.name, b.first, b.end) for b in school_breaks(2024, 2024)}
    assert ("sportlov", date(2024, 3, 4), date(2024, 3, 9)) in found  # week 10
    assert ("påsklov", date(2024, 4, 1), date(2024, 4, 6)) in found  # Easter Monday is 1 April
    assert ("höstlov", date(2024, 10, 28), date(2024, 11, 2)) in found  # week 44
    assert ("sommarlov", date(2024, 6, 15), date(2024, 8, 20)) in found
    assert ("jullov", date(2023, 12, 21), date(2024, 1, 8)) in found


def test_day_flags_know_the_first_days_of_2021() -> None:
    weekday, is_holiday, is_break = day_flags(10)
    assert weekday.tolist() == [4, 5, 6, 0, 1, 2, 3, 4, 5, 6]  # 1 January 2021 was a Friday
    assert is_holiday.tolist() == [True, False, False, False, False, True, False, False, False, False]
    assert is_break.tolist() == [True] * 7 + [False] * 3
