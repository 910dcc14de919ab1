"""Starts the dashboard, Dagster's web server and its daemon, and ends all of them together.

Everything listens on loopback: nothing has a login yet, and Dagster's web server has none at all.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from pipelines.errors import BadSetting
from pipelines.home import Home
from pipelines.run import prepare_dagster

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 120
GRACE_SECONDS = 15
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Server:
    """One process with the address that tells when it is ready."""

    name: str
    command: tuple[str, ...]
    ready_url: str
    shown_url: str


def serve_all(home: Home, port: int, dagster_port: int, say: Callable[[str], None]) -> int:
    """Run until Ctrl-C, SIGTERM, or until one of the processes ends; returns the exit status."""
    for wanted in (port, dagster_port):
        _require_free(wanted)
    prepare_dagster(home)
    environment = os.environ | {"SPARKRAFT_HOME": str(home.root), "PYTHONUNBUFFERED": "1"}
    servers = (_dashboard(port), _dagster(dagster_port))
    stopping = _Stop()
    log_folder = home.root / "logs"
    log_folder.mkdir(exist_ok=True)
    processes = [_start(server, environment, log_folder) for server in servers]
    try:
        _wait_until_ready(servers, processes, stopping)
        if not stopping.asked:
            for server in servers:
                say(f"{server.name}: {server.shown_url}")
            say("Avsluta med Ctrl-C.")
        return _watch(servers, processes, stopping, say, log_folder)
    finally:
        _end(processes)


class _Stop:
    """Remembers that somebody asked for an end (SIGINT, SIGTERM, SIGHUP)."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


def _dashboard(port: int) -> Server:
    page = str(ROOT / "dashboards" / "app.py")
    options = ("--server.port", str(port), "--server.address", LOOPBACK, "--server.headless", "true")
    return _server("Sparkraft", port, "_stcore/health", "streamlit", "run", page, *options)


def _dagster(port: int) -> Server:
    workspace = str(ROOT / "workspace.yaml")
    return _server("Dagster", port, "server_info", "dagster", "dev", "-w", workspace, "-h", LOOPBACK, "-p", str(port))


def _server(name: str, port: int, health: str, *module_and_arguments: str) -> Server:
    address = f"http://{LOOPBACK}:{port}"
    return Server(name, (sys.executable, "-m", *module_and_arguments), f"{address}/{health}", address)


def _start(server: Server, environment: dict[str, str], log_folder: Path) -> subprocess.Popen[bytes]:
    """A session of its own: Ctrl-C in the terminal reaches only us, and we end each group in order."""
    with (log_folder / f"{server.name.lower()}.log").open("ab") as log:
        return subprocess.Popen(
            server.command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _wait_until_ready(servers: tuple[Server, ...], processes: list[subprocess.Popen[bytes]], stopping: _Stop) -> None:
    deadline = time.monotonic() + READY_SECONDS
    waiting = list(servers)
    while waiting and not stopping.asked and all(p.poll() is None for p in processes):
        waiting = [server for server in waiting if not _answers(server.ready_url)]
        if waiting and time.monotonic() > deadline:
            raise BadSetting(f"{waiting[0].name} svarade inte inom {READY_SECONDS} s. Se loggen i hemmets mapp logs.")
        time.sleep(0.3)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 a loopback address made here
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _watch(
    servers: tuple[Server, ...],
    processes: list[subprocess.Popen[bytes]],
    stopping: _Stop,
    say: Callable[[str], None],
    log_folder: Path,
) -> int:
    while not stopping.asked:
        for server, process in zip(servers, processes, strict=True):
            if process.poll() is not None:
                say(f"{server.name} avslutades oväntat. Se {log_folder / (server.name.lower() + '.log')}")
                return 1
        time.sleep(0.3)
    return 0


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask each group kindly, then firmly; children of children (Dagster's daemon and runs) are in the groups."""
    for process in processes:
        _signal_group(process, signal.SIGINT)
    deadline = time.monotonic() + GRACE_SECONDS
    for process in processes:
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _signal_group(process, signal.SIGTERM)
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=3)
        _signal_group(process, signal.SIGKILL)


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            raise BadSetting(
                f"Port {port} är upptagen. Avsluta det som använder den, eller välj en annan med "
                "SPARKRAFT_PORT eller SPARKRAFT_DAGSTER_PORT."
            ) from None
