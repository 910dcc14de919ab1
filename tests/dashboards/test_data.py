"""Queries: declared parameters, read-only, and what happens when there is nothing to read."""

import re
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dashboards import access, data

VALUES = {
    "grain": "municipality",
    "first_month": date(2025, 11, 1),
    "last_month": date(2026, 10, 1),
    "first_day": date(2025, 11, 1),
    "last_day": date(2026, 10, 31),
    "metering_point_id": "735999000000000011",
    "building_id": "b-1",
    "municipality_code": "2481",
    "organisation_id": "org-lycksele",
    "sector": None,
    "carrier": None,
    "row_limit": 10,
    "delivery_sha256": "a" * 64,
    "metering_point_ids": "735999000000000011\n735999000000000028",
}
NAMES = sorted(path.stem for path in data.QUERY_FOLDER.glob("*.sql"))


@pytest.mark.parametrize("name", NAMES)
def test_each_query_declares_its_parameters_and_runs(name: str, home: Path) -> None:
    query = data.read_query(name)
    body = re.sub(r"^--.*$", "", query.sql, flags=re.MULTILINE)
    assert set(re.findall(r"\$(\w+)", body)) == set(query.parameters)
    assert all(query.parameters.values())
    data.query(name, **{key: VALUES[key] for key in query.parameters})


@pytest.mark.parametrize(
    "grain", ["county", "municipality", "organisation", "sector", "carrier", "sector_carrier", "building"]
)
def test_the_energy_of_all_groups_adds_up_to_the_county(grain: str, home: Path) -> None:
    parameters = {**dict.fromkeys(data.read_query("saving_by_group").parameters), "grain": grain}
    parameters |= {"first_month": VALUES["first_month"], "last_month": VALUES["last_month"]}
    whole = data.query("saving_by_group", **{**parameters, "grain": "county"})
    parts = data.query("saving_by_group", **parameters)
    for column in ("meter_count", "answered_meter_count", "energy_kwh", "saved_energy_kwh"):
        assert parts[column].sum() == pytest.approx(whole[column].sum())


def test_a_meter_without_an_answer_counts_in_coverage_and_not_in_the_saving(home: Path) -> None:
    parameters = {**dict.fromkeys(data.read_query("saving_by_group").parameters), "grain": "municipality"}
    parameters |= {"first_month": VALUES["first_month"], "last_month": VALUES["last_month"]}
    sorsele = data.query("saving_by_group", **parameters).row(by_predicate=_is("2422"), named=True)
    assert (sorsele["meter_count"], sorsele["answered_meter_count"]) == (2, 0)
    assert sorsele["saved_energy_kwh"] is None
    assert sorsele["answered_area_m2"] == 0


def _is(code: str):
    import polars as pl

    return pl.col("group_key") == code


def test_a_parameter_that_is_not_declared_is_refused(home: Path) -> None:
    with pytest.raises(TypeError, match="organisations takes"):
        data.query("organisations", sector="state")


def test_an_empty_home_says_that_nothing_is_published(empty_home: Path) -> None:
    assert not data.is_published()
    with pytest.raises(data.NothingPublished):
        data.query("publication")


def test_a_query_cannot_write_or_read_other_files(home: Path) -> None:
    path = data.generation_path("published")
    assert path is not None
    cursor = data._connection(path).cursor()
    cursor.execute("use generation")
    with pytest.raises(duckdb.Error):
        cursor.execute("create table marts.more (a int)")
    with pytest.raises(duckdb.Error):
        cursor.execute("select * from read_text('/etc/hostname')")
    with pytest.raises(duckdb.Error):
        cursor.execute("set enable_external_access = true")


def test_a_generation_that_vanishes_is_looked_up_once_more(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = data.generation_path("published")
    answers = iter([str(home / "published" / "gone" / "staff.duckdb"), right])
    monkeypatch.setattr(data, "generation_path", lambda source: next(answers))
    assert data.query("publication").height == 1


def test_nothing_is_allowed_when_the_server_listens_elsewhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access.st, "get_option", lambda name: "0.0.0.0")
    with pytest.raises(access.NotAllowed):
        data.query("publication")


def test_a_table_that_an_older_version_did_not_publish_is_nothing_published(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking = data.Query("lacking", "select * from status.later", "status", {})
    monkeypatch.setattr(data, "read_query", lambda _name: lacking)
    with pytest.raises(data.NothingPublished):
        data.query("lacking")
