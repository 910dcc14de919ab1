"""A real browser and the real servers: dashboard, Dagster's web server and daemon, on free ports."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from pipelines.home import Home

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
READY_SECONDS = 120


@dataclass(frozen=True)
class Served:
    """A running installation."""

    home: Home
    url: str
    dagster_url: str
    process: subprocess.Popen[str]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser that `make test` has found or installed; its absence fails the test."""
    path = os.environ.get("SPARKRAFT_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served(town: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`sparkraft serve` on a copy of the tiny town."""
    home = Home(tmp_path_factory.mktemp("served") / "home")
    shutil.copytree(town.root, home.root, symlinks=True)
    port, dagster_port = free_port(), free_port()
    environment = os.environ | {"SPARKRAFT_HOME": str(home.root), "SPARKRAFT_INBOX_INTERVAL_SECONDS": "5"}
    environment.pop("DAGSTER_HOME", None)
    command = [str(Path(sys.executable).with_name("sparkraft")), "serve"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--dagster-port", str(dagster_port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    running = Served(home, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{dagster_port}", process)
    wait_until_answers(running.url + "/_stcore/health")
    wait_until_answers(running.dagster_url + "/server_info")
    yield running
    process.send_signal(signal.SIGINT)
    process.wait(timeout=60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_answers(url: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"no answer from {url} within {READY_SECONDS} s")
