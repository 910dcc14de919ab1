"""The folders of one installation (docs/decisions/0001) and what is known about it as a whole."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import BadSetting

HOME_FORMAT = 1


@dataclass(frozen=True)
class Home:
    """Paths below `SPARKRAFT_HOME`; contracts: who writes where stands in docs/operations.md."""

    root: Path

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def deliveries(self) -> Path:
        return self.root / "deliveries"

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse.duckdb"

    @property
    def lock(self) -> Path:
        return self.root / "warehouse.lock"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def status(self) -> Path:
        return self.root / "status"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @property
    def facts_file(self) -> Path:
        return self.root / "home.json"

    def delivery_file(self, sha256: str) -> Path:
        """Where the original bytes of a delivery lie: spread over 256 folders so that none grows without bound."""
        return self.deliveries / sha256[:2] / sha256

    def facts(self) -> dict[str, str]:
        """`county_code` and `country` of this home; raises BadSetting when it was never set up."""
        try:
            return json.loads(self.facts_file.read_text())
        except FileNotFoundError:
            raise BadSetting(f"{self.root} är inget hem ännu. Kör: sparkraft init --county 24") from None


def create_home(root: Path, *, county_code: str, country: str = "SE") -> Home:
    """Make the folders of a new home, or complete an old one; a home keeps its county for life.

    Raises BadSetting when the folder already is the home of another county.
    """
    home = Home(root)
    if home.facts_file.exists() and home.facts()["county_code"] != county_code:
        raise BadSetting(f"{root} hör redan till län {home.facts()['county_code']}. Välj en annan mapp.")
    for folder in (home.inbox, home.deliveries, home.published, home.status, home.dagster):
        folder.mkdir(parents=True, exist_ok=True)
    write_atomically(
        home.facts_file,
        json.dumps({"county_code": county_code, "country": country, "home_format": HOME_FORMAT}).encode(),
    )
    return home


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees all of it or nothing: a temporary name beside it, flushed, then renamed."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
