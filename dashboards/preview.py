"""What an uploaded file holds, before anything is stored: the file is read in a process of its own, with limits."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dashboards.text import _
from pipelines.settings import load_settings

ROOT = Path(__file__).parent.parent
WAIT_SECONDS = 150


@dataclass(frozen=True)
class Preview:
    """What was understood of one file (contracts: `inspect --json`, with `kind` and `days` beside)."""

    sha256: str
    name: str
    is_readable: bool
    reason: str = ""
    fix: str = ""
    kind: str = "unknown"
    found: Mapping[str, Any] = field(default_factory=dict)

    @property
    def questions(self) -> list[dict[str, Any]]:
        return list(self.found.get("questions", []))

    def row_count(self, what: str) -> int:
        """Rows that were read, used, superseded, held or rejected."""
        count = self.found.get("rows", {}).get(what, 0)
        return count if isinstance(count, int) else 0


def sha256_of(data: bytes) -> str:
    """The file's fingerprint."""
    return hashlib.sha256(data).hexdigest()


def read(data: bytes, name: str, *, answers: Mapping[str, str], profiles: Mapping[str, Mapping[str, str]]) -> Preview:
    """Read `data` in a child process; a file that ends the child is a file that cannot be used."""
    sha256 = sha256_of(data)
    with tempfile.TemporaryDirectory(prefix="sparkraft-") as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        request = {
            "path": str(path),
            "name": name,
            "sha256": sha256,
            "answers": dict(answers),
            "profiles": {key: dict(basis) for key, basis in profiles.items()},
            "zone": load_settings().time_zone,
        }
        try:
            child = subprocess.run(
                [sys.executable, "-m", "dashboards.preview_process"],
                input=json.dumps(request),
                capture_output=True,
                text=True,
                timeout=WAIT_SECONDS,
                cwd=ROOT,
                check=False,
            )
            found = json.loads(child.stdout) if child.returncode == 0 else None
        except (subprocess.TimeoutExpired, ValueError):
            found = None
    if found is None:
        return Preview(
            sha256,
            name,
            is_readable=False,
            reason=_("Filen gick inte att läsa: den tog för mycket minne eller tid."),
            fix=_("Dela upp den på kortare perioder, eller exportera den på nytt som CSV."),
        )
    if not found["readable"]:
        return Preview(sha256, name, is_readable=False, reason=found["reason"], fix=found.get("fix", ""))
    return Preview(sha256, name, is_readable=True, kind=found["kind"], found=found)
