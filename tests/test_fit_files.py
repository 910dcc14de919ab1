from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipelines import fit_files as module
from pipelines.errors import BadInput
from pipelines.fit_files import fit_files
from tests.made_up_fit_files import meter, request, temperature

METER_KEYS = {
    "meter_id", "status", "reasons", "model", "cvrmse", "nmbe", "r2", "n", "missing_days",
    "saved_kwh", "saved_low_kwh", "saved_high_kwh", "saved_share",
}  # fmt: skip


def test_a_known_saving_lies_within_its_interval(tmp_path: Path) -> None:
    asked = request(tmp_path, [meter("m", temperature(tmp_path), saved=0.1)])
    found = fit_files(asked)

    (told,) = found["meters"]
    assert set(told) >= METER_KEYS
    assert (told["status"], told["reasons"], told["n"], told["missing_days"]) == ("ok", [], 365, 0)
    assert told["saved_share"] == pytest.approx(0.1, abs=0.03)
    rows = pl.read_parquet(asked.out)
    reported = rows.filter(period="reporting")
    true_kwh = reported["observed_kwh"].sum() * (1 / 0.9 - 1)
    assert told["saved_low_kwh"] < true_kwh < told["saved_high_kwh"]
    assert told["saved_kwh"] == pytest.approx(reported["expected_kwh"].sum() - reported["observed_kwh"].sum())
    assert found["totals"]["saved_low_kwh"] == pytest.approx(told["saved_low_kwh"])


def test_a_row_stands_for_each_meter_and_day_of_both_periods(tmp_path: Path) -> None:
    celsius = temperature(tmp_path)
    asked = request(tmp_path, [meter("b", celsius), meter("a", celsius, seed=2)])
    fit_files(asked)

    rows = pl.read_parquet(asked.out)
    assert rows.columns == list(module.OUT_COLUMNS)
    assert rows["meter_id"].unique(maintain_order=True).to_list() == ["a", "b"]
    assert rows.group_by("period").len().sort("period").rows() == [("baseline", 730), ("reporting", 730)]
    first = rows.row(0, named=True)
    assert first["period_start_utc"].isoformat() == "2020-12-31T23:00:00+00:00"
    assert first["day_local"] == date(2021, 1, 1)
    assert first["expected_low_kwh"] < first["expected_kwh"] < first["expected_high_kwh"]


def test_a_meter_without_an_answer_says_why_and_keeps_what_was_measured(tmp_path: Path) -> None:
    short = meter("short", temperature(tmp_path)).slice(24 * 60)  # the first 60 days of the baseline are missing
    told, answered = _by_id(
        fit_files(request(tmp_path, [short, meter("whole", temperature(tmp_path))])), "short", "whole"
    )

    assert (told["status"], told["reasons"]) == ("cannot_tell", ["too_few_baseline_days"])
    assert told["saved_kwh"] is None
    assert answered["status"] == "ok"
    rows = pl.read_parquet(tmp_path / "out.parquet").filter(meter_id="short")
    assert rows["observed_kwh"].null_count() == 60
    assert rows["expected_kwh"].null_count() == rows.height


def test_a_change_common_to_the_comparison_group_is_taken_away(tmp_path: Path) -> None:
    celsius = temperature(tmp_path)
    meters = [meter(f"m{n:02}", celsius, saved=0.1, seed=n) for n in range(14)]
    asked = request(tmp_path, [*meters, meter("alone", celsius, saved=0.1, seed=99)])
    group = tmp_path / "group.csv"
    group.write_text("meter_id,group_id\n" + "".join(f"m{n:02},g\n" for n in range(14)))
    compared, alone = _by_id(fit_files(module.FitRequest(**{**asked.__dict__, "group": group})), "m00", "alone")

    assert compared["comparison_meters"] == 13
    assert compared["comparison_shift_share"] == pytest.approx(-0.1, abs=0.02)
    assert compared["saved_share"] == pytest.approx(0, abs=0.02)
    assert alone["comparison_shift_share"] is None
    assert alone["saved_share"] == pytest.approx(0.1, abs=0.03)


def test_thirty_calm_meters_have_narrower_intervals_than_one(tmp_path: Path) -> None:
    celsius = temperature(tmp_path)
    meters = [meter(f"m{n:02}", celsius, seed=n) for n in range(30)]
    (alone,) = _by_id(fit_files(request(tmp_path, meters[:1])), "m00")
    (among,) = _by_id(fit_files(request(tmp_path, meters)), "m00")

    assert (alone["drift"], among["drift"]) == ("shipped", "own")
    assert _width(among) < 0.6 * _width(alone)


def test_buckets_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    celsius = temperature(tmp_path)
    asked = request(tmp_path, [meter(f"m{n}", celsius, seed=n) for n in range(3)])
    together = fit_files(asked)["meters"]
    rows = pl.read_parquet(asked.out)
    monkeypatch.setitem(module.METERS_IN_BUCKET, "daily", 2)
    apart = fit_files(asked)["meters"]

    assert [m["saved_kwh"] for m in apart] == pytest.approx([m["saved_kwh"] for m in together], rel=1e-9)
    assert pl.read_parquet(asked.out).select("meter_id", "day_local").equals(rows.select("meter_id", "day_local"))


def test_closed_days_are_told_apart(tmp_path: Path) -> None:
    celsius = temperature(tmp_path)
    in_july = pl.col("timestamp").dt.month() == 7
    school = meter("school", celsius).with_columns(kwh=pl.when(in_july).then(pl.col("kwh") * 0.2).otherwise("kwh"))
    calendar = tmp_path / "calendar.csv"
    calendar.write_text(
        "meter_id,from,to,kind\nschool,2021-07-01,2021-08-01,holiday\nschool,2022-07-01,2022-08-01,holiday\n"
    )
    (told,) = fit_files(request(tmp_path, [school], calendar=calendar))["meters"]

    assert told["saved_share"] == pytest.approx(0, abs=0.02)
    july = pl.read_parquet(tmp_path / "out.parquet").filter(
        pl.col("day_local").is_between(date(2022, 7, 2), date(2022, 7, 31))
    )
    assert july["expected_kwh"].sum() == pytest.approx(july["observed_kwh"].sum(), rel=0.15)


def test_months_from_hours_and_month_rows_tell_the_same(tmp_path: Path) -> None:
    asked = request(tmp_path, [meter("m", temperature(tmp_path), saved=0.1)], model="monthly")
    (from_hours,) = fit_files(asked)["meters"]
    rows = pl.read_parquet(asked.out)
    assert rows.height == 24
    assert rows["day_local"][1] == date(2021, 2, 1)

    by_month = rows.select("meter_id", "day_local", pl.col("day_local").dt.offset_by("1mo").alias("to"), "observed_kwh")
    by_month.columns = ["meter_id", "from", "to", "kwh"]
    by_month.write_csv(tmp_path / "months.csv")
    again = module.FitRequest(**{**asked.__dict__, "readings": tmp_path / "months.csv"})
    (from_months,) = fit_files(again)["meters"]

    # Month rows name no carrier, so the wider drift stands; the expectation is the same.
    assert from_months["saved_kwh"] == pytest.approx(from_hours["saved_kwh"], rel=1e-6)
    assert from_hours["saved_share"] == pytest.approx(0.1, abs=0.03)


def test_hours_are_steps_with_the_hourly_model(tmp_path: Path) -> None:
    lost = meter("m", temperature(tmp_path), saved=0.1).with_row_index("n").filter(pl.col("n") != 1000).drop("n")
    asked = request(tmp_path, [lost], model="hourly")
    (told,) = fit_files(asked)["meters"]

    assert (told["status"], told["n"], told["missing_days"]) == ("ok", 8759, 1)
    assert told["saved_share"] == pytest.approx(0.1, abs=0.03)
    rows = pl.read_parquet(asked.out)
    assert rows.height == 2 * 8760
    assert rows["observed_kwh"].null_count() == 1
    assert rows["period_start_utc"].diff().drop_nulls().unique().to_list() == [timedelta(hours=1)]
    saved = rows.filter(period="reporting").select(pl.col("expected_kwh").sum() - pl.col("observed_kwh").sum())
    assert told["saved_kwh"] == pytest.approx(saved.item())


def test_a_refused_meter_among_others_leaves_their_hours_alone(tmp_path: Path) -> None:
    celsius = temperature(tmp_path)
    meters = [meter("a", celsius), meter("b", celsius).slice(24 * 60), meter("c", celsius, saved=0.1)]
    found = fit_files(request(tmp_path, meters, model="hourly"))
    first, refused, last = _by_id(found, "a", "b", "c")

    assert (first["status"], refused["reasons"], last["status"]) == ("ok", ["too_few_baseline_days"], "ok")
    assert first["saved_share"] == pytest.approx(0, abs=0.03)
    assert last["saved_share"] == pytest.approx(0.1, abs=0.03)


def test_nothing_is_written_when_a_file_cannot_be_used(tmp_path: Path) -> None:
    asked = request(tmp_path, [meter("m", temperature(tmp_path)).with_columns(pl.col("kwh").cast(pl.String) + "x")])
    with pytest.raises(BadInput, match="kwh är inget tal"):
        fit_files(asked)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["readings.parquet", "weather.parquet"]


def test_seconds_tell_of_each_step(tmp_path: Path) -> None:
    seconds = fit_files(request(tmp_path, [meter("m", temperature(tmp_path))]), start_seconds=1.5)["totals"]["seconds"]
    assert list(seconds) == ["start", "read", "fit", "predict", "write"]
    assert seconds["start"] > 1.5
    assert seconds["fit"] > 0


def _by_id(found: dict, *names: str) -> list[dict]:
    told = {one["meter_id"]: one for one in found["meters"]}
    return [told[name] for name in names]


def _width(told: dict) -> float:
    return told["saved_high_kwh"] - told["saved_low_kwh"]
