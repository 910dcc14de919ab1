"""The `sparkraft` command: thin, one function for each subcommand.

Exit status: 0 done; 2 input that cannot be used; 1 a fault of Sparkraft's own. Results go to standard output, progress
and messages to standard error.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from pipelines.errors import BadInput, BadSetting, SourceUnavailable
from pipelines.home import Home, create_home
from pipelines.settings import load_settings

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Meter exports in, measured savings by municipality out."
)
messages = Console(stderr=True, highlight=False)
results = Console(highlight=False, width=None if sys.stdout.isatty() else 160)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


@contextmanager
def _explained() -> Iterator[None]:
    """Known problems become a plain sentence and exit status 2."""
    try:
        yield
    except (BadInput, BadSetting) as problem:
        messages.print(str(problem), style="bold")
        raise typer.Exit(2) from None
    except SourceUnavailable as problem:
        messages.print(str(problem))
        raise typer.Exit(1) from None


@app.command()
def init(county: Annotated[str, typer.Option(help="County code of two digits, for example 24.")]) -> None:
    """Make a new home (SPARKRAFT_HOME, by default ./data) with that county's municipalities."""
    with _explained():
        known = _counties()
        if county not in known:
            raise BadSetting(f"{county} är ingen länskod. Välj en av: {', '.join(sorted(known))}")
        home = create_home(load_settings().home, county_code=county)
        messages.print(f"Hem för {known[county]}: {home.root}")


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder that the kit is written to.")],
    seed: Annotated[int, typer.Option(help="Another seed makes another county.")] = 24,
    meters: Annotated[int, typer.Option(help="How many meters, about.", min=12, max=20_000)] = 320,
    until: Annotated[str | None, typer.Option(help="Last day with values (YYYY-MM-DD); yesterday by default.")] = None,
) -> None:
    """Write a demonstration kit for Västerbotten; the same arguments give the same bytes."""
    from pipelines.demo.kit import write_kit

    with _explained():
        last = _day(until) if until else datetime.now(UTC).date() - timedelta(days=1)
        with messages.status("Skriver demonstrationslänet"):
            summary = write_kit(out, seed=seed, meters=meters, until=last)
        messages.print(f"{out}: {summary}")


@app.command()
def load(kit: Annotated[Path, typer.Argument(help="Folder with register/, exports/ and weather/.")]) -> None:
    """Put a kit into the inbox."""
    from pipelines.kit import load as load_kit

    with _explained(), Progress(console=messages, transient=True) as progress:
        task = progress.add_task("Lägger filer i inkorgen", total=None)
        count = load_kit(_home(), kit, lambda done, total: progress.update(task, completed=done, total=total))
        messages.print(f"{count} filer i inkorgen")


@app.command()
def inspect(
    files: Annotated[list[Path], typer.Argument(help="Files to read.")],
    as_json: Json = False,
    to: Annotated[Path | None, typer.Option(help="Write the values as Parquet.")] = None,
    assume: Annotated[list[str] | None, typer.Option(help="Answer to a question, KEY=VALUE.")] = None,
) -> None:
    """Read files without storing anything."""
    from pipelines.inspection import inspect_files

    with _explained():
        objects = inspect_files(files, _assumptions(assume or []), to)
        if as_json:
            _print_json(objects[0] if len(objects) == 1 else objects)
        else:
            for found in objects:
                results.print_json(json.dumps(found, ensure_ascii=False, default=str))
        if not all(found["readable"] for found in objects):
            for found in objects:
                if not found["readable"]:
                    messages.print(f"{found['file']}: {found['reason']} {found['fix']}")
            raise typer.Exit(2)


@app.command()
def ingest(
    files: Annotated[list[Path], typer.Argument(help="Files to deliver.")],
    organisation: Annotated[str, typer.Option(help="Organisation that the files are delivered for.")],
    wait: Annotated[float, typer.Option(help="Seconds to wait for another writer.")] = 600,
    as_json: Json = False,
) -> None:
    """Put files into the inbox as that organisation and process them."""
    from pipelines.inbox import place
    from pipelines.ledger import ledger as read_ledger
    from pipelines.run import run_job

    with _explained():
        home = _home()
        for file in files:
            if not file.is_file():
                raise BadInput(f"{file} finns inte eller är ingen fil.")
        hashes = [
            place(home, f.name, f.read_bytes(), organisation=organisation, sender="sparkraft ingest") for f in files
        ]
        outcome = run_job("ingest", load_settings().model_copy(update={"lock_wait_seconds": int(wait)}))
        if not outcome.is_success:
            raise SourceUnavailable(f"Körningen stannade vid: {', '.join(outcome.failed)}. Filerna är kvar.")
        found = [entry for sha256 in hashes for entry in read_ledger(home, sha256)["deliveries"]]
        _show_ledger({"deliveries": found}, as_json)
        if any(entry["outcome"] == "refused" for entry in found):
            for entry in found:
                if entry["outcome"] == "refused":
                    messages.print(f"{entry['file']}: {entry['message']}")
            raise typer.Exit(2)


@app.command()
def ledger(
    delivery: Annotated[str | None, typer.Option(help="One delivery, by its sha256 or the beginning of it.")] = None,
    as_json: Json = False,
) -> None:
    """What became of every row and kWh."""
    from pipelines.ledger import ledger as read_ledger

    with _explained():
        _show_ledger(read_ledger(_home(), delivery), as_json)


@app.command()
def refresh(as_json: Json = False) -> None:
    """The nightly job, once, in this process."""
    from pipelines.run import run_job

    with _explained():
        _home()
        with messages.status("Räknar: inkorgen, mätvärden, väntad användning, besparing, publicering"):
            outcome = run_job("refresh", load_settings())
        if as_json:
            _print_json(outcome.__dict__ | {"failed": list(outcome.failed)})
        else:
            messages.print(f"{'Klart' if outcome.is_success else 'Stannade'} efter {outcome.seconds:.1f} s")
            for name in outcome.failed:
                messages.print(f"  stannade vid {name}")
        if not outcome.is_success:
            raise typer.Exit(1)


@app.command()
def fit(
    readings: Annotated[
        Path, typer.Option(help="csv or parquet: meter_id, timestamp (UTC, start of hour), kwh[, carrier].")
    ],
    weather: Annotated[Path, typer.Option(help="csv or parquet: timestamp (UTC), temp_c[, station].")],
    baseline: Annotated[tuple[str, str], typer.Option(help="First local day and the day after the last.")],
    reporting: Annotated[tuple[str, str], typer.Option(help="First local day and the day after the last.")],
    out: Annotated[Path, typer.Option(help="Parquet that the expected values are written to.")],
    model: Annotated[str, typer.Option(help="daily, monthly or hourly.")] = "daily",
    tz: Annotated[str, typer.Option(help="Time zone in which days are cut.")] = "Europe/Stockholm",
    country: Annotated[str, typer.Option(help="Whose holidays; a part of a country as GB-ENG.")] = "SE",
    calendar: Annotated[Path | None, typer.Option(help="meter_id, from, to, kind[closed|holiday|open].")] = None,
    group: Annotated[Path | None, typer.Option(help="Comparison groups: meter_id, group_id.")] = None,
    stations: Annotated[Path | None, typer.Option(help="Which station a meter has: meter_id, station.")] = None,
    as_json: Json = False,
) -> None:
    """Baselines and savings for bare files, without a home."""
    from pipelines.fit_files import fit_files
    from pipelines.fit_input import FitRequest, Span

    with _explained():
        if model not in ("daily", "monthly", "hourly"):
            raise BadInput(f"Modellen {model} finns inte.", fix_sv="Välj daily, monthly eller hourly.")
        before, after = (Span(_day(first), _day(end)) for first, end in (baseline, reporting))
        request = FitRequest(readings, weather, before, after, out, model, tz, country, calendar, group, stations)
        with messages.status("Räknar fram väntad användning"):
            found = fit_files(request, _seconds_since_start())
        if as_json:
            _print_json(found)
        else:
            _show_fit(found, out)


@app.command()
def truth(
    kit: Annotated[Path, typer.Argument(help="Demonstration kit with truth.json.")], as_json: Json = False
) -> None:
    """Effects in truth.json beside what was measured."""
    from pipelines.truth import compare, summary

    with _explained():
        effects = compare(_home(), kit)
        total = summary(effects)
        if as_json:
            _print_json(total)
            return
        table = Table("åtgärd", "byggnad", "mätare", "från", "sann effekt", "uppmätt (90 %)", "dagar", "innanför")
        for e in effects:
            measured = (
                f"{e.measured_share:+.1%} ({e.measured_low_share:+.1%} till {e.measured_high_share:+.1%})"
                if e.measured_share is not None
                else f"går inte att avgöra: {e.reason}"
            )
            inside = "ja" if e.is_inside else ("nej" if e.measured_share is not None else "–")
            table.add_row(
                e.measure_id, e.building_id, e.metering_point_id, str(e.started), f"{e.true_share:+.1%}", measured,
                str(e.compared_day_count), inside,
            )  # fmt: skip
        results.print(table)
        results.print(
            f"{total['inside']} av {total['answered']} innanför 90 %-intervallet; {total['measures']} åtgärder"
        )


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(help="Port of the dashboard.")] = None,
    dagster_port: Annotated[int | None, typer.Option(help="Port of Dagster's web server.")] = None,
) -> None:
    """Dashboard, Dagster's web server and its daemon, on this machine only; Ctrl-C ends all of them."""
    from pipelines.serve import serve_all

    with _explained():
        settings = load_settings()
        raise typer.Exit(
            serve_all(_home(), port or settings.port, dagster_port or settings.dagster_port, messages.print)
        )


def _home() -> Home:
    home = Home(load_settings().home)
    home.facts()
    return home


def _counties() -> dict[str, str]:
    import polars as pl

    table = pl.read_csv(
        Path(__file__).parent / "reference" / "counties.csv",
        schema_overrides={"code": pl.String},
        columns=["code", "name"],
    )
    return dict(table.iter_rows())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text} är inget datum.", fix_sv="Skriv det som 2026-10-31.") from None


def _assumptions(pairs: list[str]) -> dict[str, str]:
    if wrong := [pair for pair in pairs if "=" not in pair]:
        raise BadInput(f"{wrong[0]} är inget svar.", fix_sv="Skriv det som time_basis=normal_time.")
    return dict(pair.split("=", 1) for pair in pairs)


def _show_ledger(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        _print_json(found)
        return
    table = Table("fil", "organisation", "utfall", "lästa", "använda", "ersatta", "väntar", "avvisade", "kWh i filen")
    for entry in found["deliveries"]:
        rows = [f"{count:,}".replace(",", " ") for count in entry["rows"].values()]
        energy = f"{entry['energy_kwh']['in_file']:,.1f}".replace(",", " ").replace(".", ",")
        table.add_row(entry["file"], entry["organisation"], entry["outcome"], *rows, energy)
    results.print(table)


def _seconds_since_start() -> float:
    """Seconds that this process has lived."""
    born_ticks = float(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
    return float(Path("/proc/uptime").read_text().split()[0]) - born_ticks / os.sysconf("SC_CLK_TCK")


def _show_fit(found: dict[str, Any], out: Path) -> None:
    table = Table("mätare", "sparat kWh", "lägst (90 %)", "högst (90 %)", "andel", "besked")
    for meter in found["meters"]:
        kwh = [meter[name] for name in ("saved_kwh", "saved_low_kwh", "saved_high_kwh")]
        share = meter["saved_share"]
        table.add_row(
            meter["meter_id"],
            *("–" if value is None else f"{value:,.0f}".replace(",", " ") for value in kwh),
            "–" if share is None else f"{share:+.1%}",
            ", ".join(meter["reasons"]) or "svar",
        )
    results.print(table)
    totals = found["totals"]
    messages.print(f"{totals['answered']} av {totals['meters']} mätare har svar; väntade värden finns i {out}")


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


if __name__ == "__main__":
    app()
