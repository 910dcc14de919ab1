from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import BadSetting
from pipelines.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def _read_anew() -> None:
    load_settings.cache_clear()


def test_all_mistakes_are_reported_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARKRAFT_PORT", "many")
    monkeypatch.setenv("SPARKRAFT_TIME_ZONE", "Europe/Umeå")
    with pytest.raises(BadSetting) as wrong:
        load_settings()
    assert "SPARKRAFT_PORT" in str(wrong.value)
    assert "SPARKRAFT_TIME_ZONE" in str(wrong.value)


def test_the_home_is_absolute_whatever_the_working_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings(home=Path("here")).home == tmp_path / "here"


def test_a_normal_period_that_ends_before_it_begins_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARKRAFT_NORMAL_FIRST_YEAR", "2020")
    monkeypatch.setenv("SPARKRAFT_NORMAL_LAST_YEAR", "1991")
    with pytest.raises(BadSetting, match="SPARKRAFT_NORMAL_LAST_YEAR"):
        load_settings()
