"""The promises of the house that no single module can keep."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from pipelines.definitions import PYTHON_ASSETS
from pipelines.settings import Settings
from pipelines.sql_tables import read_checks, read_tables
from pipelines.table_docs import PAGE, tables_page

ROOT = Path(__file__).resolve().parent.parent
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc"}
NOT_ABOUT_ONE_MODULE = {
    "test_town",
    "test_repository",
    "test_journey",
    "test_commands",
    "test_hostile_files",
    "test_pages",
    "test_round_trip",
}


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


def _code() -> list[Path]:
    return [p for p in _tracked() if p.suffix in (".py", ".sql") and p.relative_to(ROOT).parts[0] != "bench"]


def test_each_table_is_built_by_exactly_one_file() -> None:
    from_sql = [t.name for t in read_tables()]
    from_python = [".".join(key.path) for asset in PYTHON_ASSETS for key in asset.keys]
    assert [name for name, count in Counter(from_sql + from_python).items() if count > 1] == []


def test_a_sql_file_carries_the_name_of_its_table_and_a_python_asset_the_name_of_one_of_its_tables() -> None:
    for asset in PYTHON_ASSETS:
        layer = next(iter(asset.keys)).path[0]
        stems = {p.stem for p in (ROOT / "pipelines" / "assets" / layer).glob("*.py")}
        tables = {key.path[-1] for key in asset.keys}
        # Two modules speak of more than one table: what a delivery brings, and the two publications.
        assert tables & stems or layer in ("raw", "published"), f"{tables} in {stems}"


def test_no_file_of_code_is_longer_than_four_hundred_lines() -> None:
    long = {str(p.relative_to(ROOT)): n for p in _code() if (n := len(p.read_text("utf-8").splitlines())) > 400}
    assert long == {}


def test_there_is_no_drawer_that_anything_could_be_put_into() -> None:
    assert [str(p) for p in _tracked() if p.stem in DRAWERS or DRAWERS & set(p.relative_to(ROOT).parts)] == []


def test_each_test_file_is_named_after_the_module_it_is_about() -> None:
    modules = {p.stem for p in _tracked() if p.suffix in (".py", ".sql") and p.relative_to(ROOT).parts[0] != "tests"}
    tests = {p for p in _tracked() if p.name.startswith("test_") and p.suffix == ".py" and "real" not in p.parts}
    strangers = {p.stem for p in tests if p.stem.removeprefix("test_") not in modules} - NOT_ABOUT_ONE_MODULE
    assert strangers == set()


def test_every_column_of_the_marts_says_what_it_is() -> None:
    for table in read_tables():
        if table.layer == "marts":
            assert table.columns, table.path
            for name, meaning in table.columns.items():
                assert meaning, f"{table.path}: {name}"
                if name.endswith(("_kwh", "_kwh2", "_c", "_m2")):
                    assert "[" in meaning, f"{table.path}: {name} has no unit"


def test_checks_say_in_swedish_what_is_wrong() -> None:
    assert all(check.message for check in read_checks())


def test_the_page_about_tables_is_current() -> None:
    assert PAGE.read_text("utf-8") == tables_page(), "run: make docs"


def test_the_page_about_tables_tells_of_those_that_python_builds_too() -> None:
    page = PAGE.read_text("utf-8")
    built = [
        ".".join(key.path) for asset in PYTHON_ASSETS for key in asset.keys if key.path[0] not in ("raw", "published")
    ]
    assert [name for name in built if f"### {name}\n" not in page] == []


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_each_setting_is_documented(name: str) -> None:
    assert f"SPARKRAFT_{name.upper()}" in (ROOT / "docs" / "operations.md").read_text("utf-8")


def test_no_path_of_a_machine_and_no_address_of_a_registry_is_kept() -> None:
    words = ["pythonhosted" + ".org", "pypi" + ".org", "registry." + "npmjs", "deb.debian" + ".org", '"resol' + 'ved":']
    pattern = re.compile("|".join(map(re.escape, words)) + r"|(?<![\w.])/(work|root)/")
    found = []
    for path in _tracked():
        if path.suffix not in (".png", ".ico", ".woff2"):
            text = path.read_text("utf-8", errors="replace")
            found += [f"{path.relative_to(ROOT)}: {m.group()}" for m in pattern.finditer(text)]
    assert found == []


def test_locks_hold_hashes_and_no_addresses() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "--hash=sha256:" in lock
    assert "://" not in lock
    assert not (ROOT / "uv.lock").exists()


def test_what_pyproject_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = project["dependencies"] + project["optional-dependencies"]["dev"]
    names = {re.split(r"[<>=!~\[ ]", item)[0].lower() for item in asked}
    locked = set(re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==", (ROOT / "requirements.lock").read_text("utf-8"), re.M))
    assert names - locked == set()


def test_the_licence_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "EUPL-1.2"
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in (ROOT / "LICENSE").read_text("utf-8")
