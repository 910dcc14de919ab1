"""A small made-up home and a way to open one page of the dashboard on it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboards import text
from pipelines.settings import load_settings
from tests.dashboards.small_home import write_home

APP = Path(__file__).parents[2] / "dashboards" / "app.py"
OpenPage = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def _swedish_after_each_test() -> Iterator[None]:
    yield
    text.use("sv")


@pytest.fixture(scope="session")
def written_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_home(tmp_path_factory.mktemp("home"))


def _settle(monkeypatch: pytest.MonkeyPatch, home: Path) -> Path:
    monkeypatch.setenv("SPARKRAFT_HOME", str(home))
    load_settings.cache_clear()
    return home


@pytest.fixture
def home(written_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The small home; tests only read it."""
    yield _settle(monkeypatch, written_home)
    load_settings.cache_clear()


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home where nothing is published and nothing was received."""
    yield _settle(monkeypatch, tmp_path)
    load_settings.cache_clear()


@pytest.fixture
def open_page() -> OpenPage:
    """Open a view (`county`, `municipality`, …) with the parameters of its address."""

    def opened(view: str, **parameters: str) -> AppTest:
        st.cache_data.clear()
        page = AppTest.from_file(str(APP), default_timeout=60).run()  # the pages are known after a first run
        page.switch_page(f"views/{view}.py")
        for name, value in parameters.items():
            page.query_params[name] = value
        return page.run()

    return opened


def _nodes(block: Any) -> Iterator[Any]:
    for child in block.children.values():
        if hasattr(child, "children"):
            yield from _nodes(child)
        yield child


def raw_texts(page: AppTest) -> list[str]:
    """Everything that the page sends to be read: HTML, Markdown, labels, options, descriptions, figures."""
    found: list[str] = []
    for node in _nodes(page.main):
        proto = getattr(node, "proto", None)
        for name in ("body", "label", "help", "placeholder", "alt", "spec"):
            value = getattr(proto, name, None)
            if isinstance(value, str) and value:
                found.append(value)
        expandable = getattr(proto, "expandable", None)
        if expandable is not None and expandable.label:
            found.append(expandable.label)
        if isinstance(getattr(node, "options", None), list):
            found += [str(option) for option in node.options]
    return found


def html_bodies(page: AppTest) -> list[str]:
    """What is sent to be read as HTML or Markdown. Labels of options are not among it: they are shown as plain text."""
    bodies = [getattr(getattr(node, "proto", None), "body", "") for node in _nodes(page.main)]
    return [body for body in bodies if isinstance(body, str) and body]


def seen_texts(page: AppTest) -> list[str]:
    """The pieces of text a reader sees, without tags, style and script."""
    pieces: list[str] = []
    for raw in raw_texts(page):
        if raw.startswith('{"data"'):
            continue
        without = re.sub(r"<(style|script)>.*?</\1>", "", raw, flags=re.DOTALL)
        pieces += [html.unescape(piece).strip() for piece in re.split(r"<[^>]*>", without)]
    return [piece for piece in pieces if piece]


def all_text(page: AppTest) -> str:
    """Everything a reader sees, with no-break spaces as plain ones."""
    return "\n".join(seen_texts(page)).replace("\u00a0", " ")
