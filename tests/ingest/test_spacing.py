"""Stamps that lie further apart than a day."""

from __future__ import annotations

import pytest

from pipelines.errors import BadInput
from tests.ingest.made_up_files import SCHOOL, read_meter, starts

BILLS = ["2024-01-16", "2024-02-14", "2024-03-15", "2024-04-16"]


def table(dates: list[str]) -> str:
    return "Anläggnings-id;Datum;Förbrukning (kWh)\n" + "\n".join(f"{SCHOOL};{day};100" for day in dates)


def test_bills_a_month_apart_are_no_day_values_and_their_period_is_asked_for() -> None:
    file = read_meter(table(BILLS))
    assert [question.key for question in file.questions] == ["stamp"]
    assert "dygn isär" in file.questions[0].text_sv


def test_answer_tells_which_way_the_periods_lie() -> None:
    until = read_meter(table(BILLS), assumptions={"stamp": "end"})
    assert (starts(until)[0], until.rejected["source_row"].to_list()) == ("2024-01-15 23:00", [2])
    since = read_meter(table(BILLS), assumptions={"stamp": "start"})
    assert (starts(since)[0], since.rejected["source_row"].to_list()) == ("2024-01-15 23:00", [5])
    assert set(since.readings["resolution"]) == {"irregular"}


def test_last_day_of_each_month_stands_for_the_month() -> None:
    file = read_meter(table(["2024-01-31", "2024-02-29", "2024-03-31"]))
    assert (file.questions, starts(file)) == ((), ["2023-12-31 23:00", "2024-01-31 23:00", "2024-02-29 23:00"])
    assert set(file.readings["resolution"]) == {"P1M"}


def test_days_with_holes_are_still_days() -> None:
    assert set(read_meter(table(["2024-01-01", "2024-01-02", "2024-01-09"])).readings["resolution"]) == {"P1D"}


def test_quarters_of_a_year_are_not_months() -> None:
    file = read_meter(table(["2024-01-01", "2024-04-01", "2024-07-01", "2024-10-01"]), assumptions={"stamp": "start"})
    assert set(file.readings["resolution"]) == {"irregular"}


def test_minutes_are_refused_with_their_length() -> None:
    rows = "\n".join(f"{SCHOOL};2024-01-15T00:{minute:02}:00Z;1" for minute in range(0, 60, 5))
    with pytest.raises(BadInput, match="5 minuter"):
        read_meter("Anläggnings-id;Starttid;kWh\n" + rows)
