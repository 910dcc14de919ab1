"""Files of forms never seen before: a short run of the benchmark, and the judge itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import pytest

from tests.mutation.judge import (
    ASKED_RIGHT,
    CRASHED,
    PARTLY,
    REFUSED,
    RIGHT,
    WRONG,
    Judgement,
    difference,
    energies,
    judged,
)
from tests.mutation.maker import LAYOUTS, MadeFile, made_file

SEED = 20261122
COUNT = 150
HOUR = (datetime(2024, 1, 1, 0, tzinfo=UTC), datetime(2024, 1, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def judgements() -> list[tuple[MadeFile, Judgement]]:
    """A hundred and fifty files and what was read from them."""
    return [(made, judged(made)) for made in (made_file(SEED, number) for number in range(COUNT))]


def test_no_energy_time_or_metering_point_is_wrong_without_a_question(judgements) -> None:
    wrong = [(made.number, made.layout, one.why) for made, one in judgements if one.verdict in (WRONG, CRASHED)]
    assert wrong == []


def test_nearly_all_files_are_read_right_or_asked_about_rightly(judgements) -> None:
    verdicts = Counter(one.verdict for _, one in judgements)
    assert verdicts[RIGHT] + verdicts[ASKED_RIGHT] >= 0.95 * COUNT, verdicts
    assert verdicts[REFUSED] + verdicts[PARTLY] <= 0.03 * COUNT, verdicts


def test_the_same_seed_and_number_make_the_same_file() -> None:
    first, again = made_file(SEED, 3), made_file(SEED, 3)
    assert (first.name, first.data, first.facts) == (again.name, again.data, again.facts)


def test_every_layout_is_made() -> None:
    assert {made_file(SEED, number).layout for number in range(COUNT)} == set(LAYOUTS)


def test_the_judge_sees_wrong_energy_a_shifted_hour_another_point_and_another_direction() -> None:
    truth = {("735", "consumption", *HOUR): 2.0}
    later = (HOUR[1], datetime(2024, 1, 1, 2, tzinfo=UTC))
    assert difference(truth, {("735", "consumption", *HOUR): 2.000001}) is None
    assert "energy" in str(difference(truth, {("735", "consumption", *HOUR): 2.1}))
    assert "intervals" in str(difference(truth, {("735", "consumption", *later): 2.0}))
    assert "metering points" in str(difference(truth, {("736", "consumption", *HOUR): 2.0}))
    assert "directions" in str(difference(truth, {("735", "production", *HOUR): 2.0}))
    assert difference(truth, {}) == "no energy at all"


def test_the_judge_leaves_out_second_accounts_and_missing_values_and_reports_what_is_told_twice() -> None:
    columns = [
        "metering_point_id",
        "direction",
        "period_start_utc",
        "period_end_utc",
        "energy_kwh",
        "is_second_account",
    ]
    one = ("735", "consumption", *HOUR)
    rows = [(*one, 2.0, False), (*one, 9.0, True), (*one, None, False)]
    assert energies(pl.DataFrame(rows, columns, orient="row")) == ({one: 2.0}, [])
    assert energies(pl.DataFrame([*rows, (*one, 3.0, False)], columns, orient="row"))[1] == [one]


def test_zero_where_a_value_is_missing_is_wrong() -> None:
    made = made_file(SEED, 0)
    series = made.truth.series[0]
    truth = replace(made.truth, series=(replace(series, values=(None, *series.values[1:])), *made.truth.series[1:]))
    assert len(truth.energies()) == len(made.truth.energies()) - 1
    assert "1 added" in str(difference(truth.energies(), made.truth.energies()))
