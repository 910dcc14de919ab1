from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.home import Home
from pipelines.inbox import arrivals
from pipelines.settings import load_settings

TWO_HOURS = """metering_point_id,start,kwh
735999100000000017,2024-05-01T00:00:00Z,1.5
735999100000000017,2024-05-01T01:00:00Z,2
"""
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("SPARKRAFT_HOME", str(tmp_path / "home"))
    load_settings.cache_clear()
    yield Home(tmp_path / "home")
    load_settings.cache_clear()


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.stdout, result.stderr


def test_a_home_is_made_for_a_known_county_only(home: Home) -> None:
    assert run("init", "--county", "24")[0] == 0
    assert home.facts()["county_code"] == "24"
    status, _, said = run("init", "--county", "99")
    assert status == 2
    assert "länskod" in said


@pytest.mark.parametrize(
    "command", [("refresh",), ("ledger",), ("ingest", "x.csv", "--organisation", "o"), ("load", "k")]
)
def test_without_a_home_each_command_says_how_to_make_one(home: Home, command: tuple[str, ...]) -> None:
    status, shown, said = run(*command)
    assert status == 2
    assert "sparkraft init" in said.replace("\n", " ")
    assert shown == ""


def test_a_folder_that_is_no_kit_is_refused(home: Home, tmp_path: Path) -> None:
    run("init", "--county", "24")
    status, _, said = run("load", str(tmp_path))
    assert status == 2
    assert "exports/" in said


def test_a_kit_written_by_hand_reaches_the_inbox_registers_first(home: Home, tmp_path: Path) -> None:
    run("init", "--county", "24")
    kit = tmp_path / "kit"
    for name in ("exports/kommun-1/2024-01-02_b.csv", "exports/kommun-1/2024-01-01_a.csv", "register/building.csv"):
        (kit / name).parent.mkdir(parents=True, exist_ok=True)
        (kit / name).write_text(name)
    assert run("load", str(kit))[0] == 0
    waiting = [(a.sidecar.file_name, a.sidecar.organisation) for a in arrivals(home)]
    assert waiting == [("building.csv", "county"), ("2024-01-01_a.csv", "kommun-1"), ("2024-01-02_b.csv", "kommun-1")]


def test_inspect_prints_one_object_and_nothing_else(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "maj.csv"
    file.write_text(TWO_HOURS)
    status, shown, _ = run("inspect", str(file), "--json")
    found = json.loads(shown)
    assert status == 0
    assert found["readable"]
    assert found["rows"] == {"read": 2, "used": 2, "superseded": 0, "held": 0, "rejected": 0}
    assert found["series"][0]["energy_kwh"] == pytest.approx(3.5)
    assert found["series"][0]["first_utc"].startswith("2024-05-01T00:00")


def test_inspect_writes_the_values_as_parquet_in_the_agreed_columns(home: Home, tmp_path: Path) -> None:
    import polars as pl

    file = tmp_path / "maj.csv"
    file.write_text(TWO_HOURS)
    assert run("inspect", str(file), "--json", "--to", str(tmp_path / "out.parquet"))[0] == 0
    frame = pl.read_parquet(tmp_path / "out.parquet")
    agreed = "metering_point_id period_start_utc period_end_utc energy_kwh value unit quality source_row"
    assert " ".join(frame.columns) == agreed
    assert frame["energy_kwh"].sum() == pytest.approx(3.5)


def test_a_file_that_cannot_be_used_ends_with_status_two_and_the_reason(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "tom.csv"
    file.write_bytes(b"")
    status, shown, said = run("inspect", str(file), "--json")
    assert status == 2
    assert json.loads(shown)["readable"] is False
    assert "tom" in said.lower()


FIT = ("--baseline", "2021-01-01", "2022-01-01", "--reporting", "2022-01-01", "2023-01-01")


def test_fit_prints_one_object_and_writes_what_was_expected(tmp_path: Path) -> None:
    from tests.made_up_fit_files import meter, request, temperature

    asked = request(tmp_path, [meter("m", temperature(tmp_path), saved=0.1)])
    files = ("--readings", str(asked.readings), "--weather", str(asked.weather), "--out", str(asked.out))
    status, shown, _ = run("fit", *files, *FIT, "--json")
    found = json.loads(shown)
    assert status == 0
    assert [told["meter_id"] for told in found["meters"]] == ["m"]
    assert found["totals"]["meters"] == 1
    assert asked.out.is_file()
    assert "svar" in run("fit", *files, *FIT)[1]


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (("--model", "yearly"), "Modellen yearly"),
        (("--country", "XX"), "helgkalender"),
        (("--tz", "Nowhere"), "tidszon"),
        (("--calendar", "no.csv"), "no.csv finns inte"),
    ],
)
def test_fit_refuses_what_it_cannot_use_with_status_two(tmp_path: Path, extra: tuple[str, str], said: str) -> None:
    from tests.made_up_fit_files import meter, request, temperature

    asked = request(tmp_path, [meter("m", temperature(tmp_path))])
    files = ("--readings", str(asked.readings), "--weather", str(asked.weather), "--out", str(asked.out))
    status, shown, explained = run("fit", *files, *FIT, *extra, "--json")
    assert (status, shown) == (2, "")
    assert said in explained.replace("\n", " ")


def test_each_command_and_option_is_in_the_page_on_operations() -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    for command in app.registered_commands:
        name = command.name or command.callback.__name__  # type: ignore[union-attr]
        assert f"`sparkraft {name}" in page, name
        for option in CliRunner().invoke(app, [name, "--help"]).stdout.split():
            if option.startswith("--") and option.strip("│") not in ("--help",):
                assert option.strip("│") in page, f"{name} {option}"
