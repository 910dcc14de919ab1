from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import BadSetting
from pipelines.home import Home, create_home, write_atomically


def test_a_home_keeps_its_county(tmp_path: Path) -> None:
    create_home(tmp_path, county_code="24")
    with pytest.raises(BadSetting, match="24"):
        create_home(tmp_path, county_code="14")
    assert create_home(tmp_path, county_code="24").facts()["county_code"] == "24"


def test_a_folder_that_is_no_home_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="sparkraft init"):
        Home(tmp_path).facts()


def test_writing_leaves_no_temporary_file_behind(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a.txt", b"one")
    write_atomically(tmp_path / "a.txt", b"two")
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_bytes() == b"two"
