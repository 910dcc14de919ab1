"""Do the intervals hold the effects that were put in? In made-up counties, from files in the inbox to figures.

    python -m bench.known_effects [--seeds 24 7 11] [--meters 320] [--until 2026-11-21]

For each seed a demonstration county is written, taken in and refreshed in a folder of its own. Printed: measures with a
known effect and how many are answered; the share of them inside the 90 % interval; the median error and half width in
percentage points of the expected energy; and how many of all meters whose baseline year is whole (all twelve months,
or every one of their days) are answered. A county takes a minute or two.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
from rich.console import Console
from rich.table import Table

from pipelines.demo.kit import write_kit
from pipelines.home import Home, create_home
from pipelines.kit import load
from pipelines.run import run_job
from pipelines.settings import Settings
from pipelines.truth import Effect, compare

SEEDS = (24, 7, 11)
METERS = 320
UNTIL = date(2026, 11, 21)
WHOLE_METERS = """
    select any_value(m.answer), any_value(m.reason)
    from marts.meter as m
    inner join intermediate.meter_month as e using (metering_point_id)
    where e.month_local >= m.baseline_from and e.month_local < m.baseline_to and e.energy_kwh is not null
    group by m.metering_point_id
    having count(*) = 12"""


@dataclass(frozen=True)
class County:
    """What one seed came to."""

    effects: list[Effect]
    whole: Counter[str]  # answer or reason of the meters with a whole baseline year


def main() -> None:
    """Work out each county and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", nargs="+", type=int, default=SEEDS)
    parser.add_argument("--meters", type=int, default=METERS)
    parser.add_argument("--until", type=date.fromisoformat, default=UNTIL)
    asked = parser.parse_args()
    table = Table("seed", "measures", "answered", "inside 90 %", "median error", "median half width", "meters answered")
    counties = []
    for seed in asked.seeds:
        counties.append(county(seed, asked.meters, asked.until))
        table.add_row(str(seed), *_row(counties[-1]))
    together = County([e for c in counties for e in c.effects], sum((c.whole for c in counties), Counter()))
    table.add_row("all", *_row(together), style="bold")
    console = Console(width=140)
    console.print(table)
    console.print("not answered, whole baseline year:", {k: n for k, n in together.whole.items() if k != "ok"})
    console.print("not answered, measures:", dict(Counter(e.reason for e in together.effects if e.answer != "ok")))


def county(seed: int, meters: int, until: date) -> County:
    """One county, from its files to its published figures."""
    with tempfile.TemporaryDirectory() as folder:
        kit = Path(folder) / "kit"
        write_kit(kit, seed=seed, meters=meters, until=until)
        home = create_home(Path(folder) / "home", county_code="24")
        load(home, kit)
        outcome = run_job("refresh", Settings(home=home.root))
        if not outcome.is_success:
            raise SystemExit(f"seed {seed}: the refresh stopped at {', '.join(outcome.failed)}")
        return County(compare(home, kit), _whole(home))


def _whole(home: Home) -> Counter[str]:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        rows = connection.execute(WHOLE_METERS).fetchall()
    return Counter(reason or answer for answer, reason in rows)


def _row(found: County) -> tuple[str, ...]:
    told = [e for e in found.effects if e.answer == "ok" and e.measured_share is not None]
    measured = np.array([e.measured_share for e in told], dtype=np.float64)
    error = np.abs(measured - [e.true_share for e in told])
    half = np.array([e.measured_high_share for e in told], dtype=np.float64) - measured
    inside = sum(e.is_inside for e in told)
    return (
        str(len(found.effects)),
        _of(len(told), len(found.effects)),
        _of(inside, len(told)),
        f"{100 * np.median(error):.1f}" if told else "–",
        f"±{100 * np.median(half):.1f}" if told else "–",
        _of(found.whole["ok"], found.whole.total()),
    )


def _of(part: int, whole: int) -> str:
    return f"{part}/{whole} ({part / whole:.0%})" if whole else "–"


if __name__ == "__main__":
    main()
