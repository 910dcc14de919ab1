"""From the inbox to the published figures: every expected value is worked out by hand in tests/town/kit.py."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from pipelines import __version__
from pipelines.home import Home
from pipelines.ledger import ledger
from pipelines.publish import reading
from tests.town.kit import NURSERY_EL, OFFICE_EL, SCHOOL_EL, SCHOOL_HEAT, STRANGER, heat_kwh_of_month

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def figures(town: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with reading(town.published, "staff.duckdb") as connection:
        assert connection is not None
        yield connection


@pytest.fixture(scope="module")
def receipts(town: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with reading(town.status, "status.duckdb") as connection:
        assert connection is not None
        yield connection


def _delivery(town: Home, ending: str) -> dict:
    return next(d for d in ledger(town)["deliveries"] if d["file"].endswith(ending))


def test_the_school_saved_ten_percent_of_its_electricity_from_march(figures: duckdb.DuckDBPyConnection) -> None:
    measured, expected = figures.execute(
        """select sum(compared_energy_kwh), sum(expected_energy_kwh) from marts.saving_month
           where metering_point_id = ? and month_local >= date '2022-03-01'""",
        [SCHOOL_EL],
    ).fetchall()[0]
    # 306 days, of which one of 23 and one of 25 hours: 7 344 hours of 9 kWh, where 10 kWh were expected.
    assert measured == pytest.approx(7344 * 9)
    assert expected == pytest.approx(7344 * 10, rel=0.002)


def test_the_heat_of_a_month_meter_is_judged_by_months(figures: duckdb.DuckDBPyConnection) -> None:
    measured, expected, months = figures.execute(
        """select sum(compared_energy_kwh), sum(expected_energy_kwh), count(compared_energy_kwh)
           from marts.saving_month where metering_point_id = ? and not is_baseline""",
        [SCHOOL_HEAT],
    ).fetchall()[0]
    assert months == 12
    assert measured == pytest.approx(sum(heat_kwh_of_month(2022, m) for m in range(1, 13)))
    assert measured / expected == pytest.approx(0.95, abs=0.005)


def test_a_corrected_month_replaces_the_first_and_missing_days_are_not_zero(figures: duckdb.DuckDBPyConnection) -> None:
    june, may, may_days = figures.execute(
        """select sum(energy_kwh) filter (month_local = date '2022-06-01'),
                  sum(energy_kwh) filter (month_local = date '2022-05-01'),
                  sum(measured_day_count) filter (month_local = date '2022-05-01')
           from marts.saving_month where metering_point_id = ?""",
        [NURSERY_EL],
    ).fetchall()[0]
    assert june == pytest.approx(30 * 50)
    assert may == pytest.approx(21 * 50)
    assert may_days == 21


def test_days_that_never_arrived_are_published_as_missing(figures: duckdb.DuckDBPyConnection) -> None:
    rows = figures.execute(
        """select day_local, energy_kwh from marts.saving_day
           where metering_point_id = ? and day_status = 'missing' and day_local < date '2023-01-01'
           order by day_local""",
        [NURSERY_EL],
    ).fetchall()
    assert rows == [(date(2022, 5, day), None) for day in range(10, 20)]


def test_unchanged_use_is_no_saving(figures: duckdb.DuckDBPyConnection) -> None:
    saved, expected = figures.execute(
        """select sum(saved_energy_kwh), sum(expected_energy_kwh) from marts.saving_month
           where metering_point_id = ? and not is_baseline""",
        [NURSERY_EL],
    ).fetchall()[0]
    assert saved / expected == pytest.approx(0, abs=0.002)


def test_a_known_new_load_is_adjusted_for_openly_and_is_no_loss(figures: duckdb.DuckDBPyConnection) -> None:
    saved, adjustment, measured, expected = figures.execute(
        """select sum(saved_energy_kwh), sum(adjustment_energy_kwh), sum(compared_energy_kwh), sum(expected_energy_kwh)
           from marts.saving_month where metering_point_id = ? and month_local >= date '2022-09-01'""",
        [NURSERY_EL],
    ).fetchall()[0]
    # 122 days of 60 kWh, 10 of them told of in the sheet adjustment.
    assert (measured, adjustment) == (pytest.approx(122 * 60), pytest.approx(122 * 10))
    assert expected - adjustment == pytest.approx(122 * 50, rel=0.002)
    assert saved == pytest.approx(0, abs=15)


def test_the_step_of_the_new_load_is_found_with_its_answer(figures: duckdb.DuckDBPyConnection) -> None:
    rows = figures.execute(
        """select kind, started, round(change_share, 2), is_answered, event_kind, event_note
           from marts.level_change where metering_point_id = ?""",
        [NURSERY_EL],
    ).fetchall()
    assert rows == [("step_up", date(2022, 9, 1), 0.2, True, "equipment", "Ny tvättmaskin")]


def test_what_a_reported_measure_explains_is_no_question(figures: duckdb.DuckDBPyConnection) -> None:
    assert figures.execute(
        "select count(*) from marts.level_change where metering_point_id = ?", [SCHOOL_EL]
    ).fetchall() == [(0,)]


def test_each_meter_says_what_its_figures_are_made_of(figures: duckdb.DuckDBPyConnection) -> None:
    baseline, version, data, fingerprint, settings = figures.execute(
        """select baseline_text, model_version, data_version, input_fingerprint, setting_text
           from marts.meter where metering_point_id = ?""",
        [SCHOOL_EL],
    ).fetchall()[0]
    (period,) = json.loads(baseline)
    assert (period["kind"], period["period_from"], period["told_for"]) == ("use", "2021-01-01", "setting")
    assert version == __version__
    assert data > 0
    assert len(fingerprint) == 32
    assert json.loads(settings)["baseline_year"] == 2021


def test_a_year_is_the_sum_of_its_months_and_its_interval_holds_what_was_put_in(
    figures: duckdb.DuckDBPyConnection,
) -> None:
    saved, low, high, expected = figures.execute(
        """select saved_energy_kwh, saved_energy_low_kwh, saved_energy_high_kwh, expected_energy_kwh
           from marts.saving_year where metering_point_id = ? and year_local = 2022""",
        [SCHOOL_HEAT],
    ).fetchall()[0]
    of_months = figures.execute(
        """select sum(saved_energy_kwh) from marts.saving_month
           where metering_point_id = ? and year(month_local) = 2022""",
        [SCHOOL_HEAT],
    ).fetchall()[0][0]
    assert saved == pytest.approx(of_months)
    assert low < 0.05 * expected < high


def test_a_meter_without_a_baseline_year_cannot_be_judged_and_says_why(figures: duckdb.DuckDBPyConnection) -> None:
    answers = dict(figures.execute("select metering_point_id, coalesce(reason, answer) from marts.meter").fetchall())
    assert answers == {
        SCHOOL_EL: "ok",
        SCHOOL_HEAT: "ok",
        NURSERY_EL: "ok",
        OFFICE_EL: "too_few_baseline_days",
    }


def test_every_row_of_every_file_is_used_superseded_or_held(town: Home) -> None:
    assert _delivery(town, "dygn_2022.csv")["rows"] == {
        "read": 355,
        "used": 325,
        "superseded": 30,
        "held": 0,
        "rejected": 0,
    }
    assert _delivery(town, "rattad_juni.csv")["rows"]["used"] == 30
    assert _delivery(town, "elnat_2021.csv")["rows"]["used"] == 8760
    assert _delivery(town, "okand.csv")["rows"] == {"read": 48, "used": 0, "superseded": 0, "held": 48, "rejected": 0}
    assert _delivery(town, "annans.csv")["energy_kwh"]["held"] == pytest.approx(24 * 99)
    for delivery in ledger(town)["deliveries"]:
        rows, energy = delivery["rows"], delivery["energy_kwh"]
        assert rows["read"] == rows["used"] + rows["superseded"] + rows["held"] + rows["rejected"], delivery["file"]
        assert energy["in_file"] == pytest.approx(energy["used"] + energy["superseded"] + energy["held"]), delivery[
            "file"
        ]


def test_held_rows_name_the_meter_and_the_reason(receipts: duckdb.DuckDBPyConnection) -> None:
    held = receipts.execute("select metering_point_id, reason from status.held_meter order by reason").fetchall()
    assert held == [(SCHOOL_EL, "other_organisation"), (STRANGER, "unknown_meter")]


def test_each_published_column_says_what_it_is(figures: duckdb.DuckDBPyConnection) -> None:
    silent = figures.execute(
        """select table_name, column_name from duckdb_columns()
           where database_name = 'generation' and schema_name = 'marts' and comment is null"""
    ).fetchall()
    assert silent == []


def test_no_check_failed(receipts: duckdb.DuckDBPyConnection) -> None:
    results = receipts.execute("select check_name, failed_count from status.check").fetchall()
    assert len(results) >= 40
    assert [name for name, failed in results if failed] == []
