"""Layouts with a row a value: long, start and end, date and clock, two tables, months, register readings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from tests.mutation.draft import HINTED, Column, Draft
from tests.mutation.extra_columns import extra_columns
from tests.mutation.facts import (
    DAMAGED_ID,
    as_written,
    damaged,
    judge_numbers,
    judge_time,
    place_id,
    place_unit,
    with_unit,
)
from tests.mutation.style import Cell
from tests.mutation.time_columns import (
    date_clock_columns,
    stamp_column,
    start_end_columns,
    year_month_columns,
)
from tests.mutation.truth import KWH_PER, Series
from tests.mutation.words import words

TimeColumns = Callable[[Draft, Sequence[int], set[str]], list[Column]]


def long(draft: Draft) -> None:
    """One column of stamps."""
    _rows(draft, stamp_column)


def start_end(draft: Draft) -> None:
    """Start and end beside each other."""
    _rows(draft, start_end_columns)


def date_clock(draft: Draft) -> None:
    """Date and clock in columns of their own."""
    _rows(draft, date_clock_columns)


def year_month(draft: Draft) -> None:
    """Year and month in columns of their own."""
    _rows(draft, year_month_columns)


def two_tables(draft: Draft) -> None:
    """Facts of the file in a small table above the values, with a blank line between."""
    used: set[str] = set()
    truth = draft.truth
    keys = _row_keys(draft)
    columns = draft.rng.choice([stamp_column, start_end_columns])(draft, [n for _, n in keys], used)
    facts = [Column("id", draft.header("id", used), [truth.series[0].identity])]
    if draft.chance(0.8):
        facts.append(Column("unit", draft.header("unit", used), [truth.unit]))
        unit_place = "metadata"
    else:
        unit_place = place_unit(draft, ("header", "nowhere"))
    facts.append(Column("customer", draft.header("customer", used), ["Exempel kommun"]))
    facts.append(Column("created", draft.word("created"), ["2026-11-01 08:00"]))
    draft.rng.shuffle(facts)
    draft.preamble += [[column.header for column in facts], [column.cells[0] for column in facts], []]
    _finish(draft, columns, used, unit_place, "metadata", keys)


def _rows(draft: Draft, time_columns: TimeColumns) -> None:
    used: set[str] = set()
    keys = _row_keys(draft)
    columns = time_columns(draft, [n for _, n in keys], used)
    single = len({one.identity for one in draft.truth.series}) == 1
    places = ("column", "column", "column", "preamble", "file_name", "nowhere", DAMAGED_ID)
    id_place = place_id(draft, places if single else ("column",))
    unit_place = place_unit(draft, ("header", "header", "header", "column", "column", "preamble", "nowhere"))
    _finish(draft, columns, used, unit_place, id_place, keys)


def _present(draft: Draft) -> list[int]:
    return [n for n in range(len(draft.truth.starts)) if n not in draft.truth.absent]


def _row_keys(draft: Draft) -> list[tuple[int, int]]:
    """Rows as (series, interval); production beside consumption shares its rows unless the direction has a column."""
    chosen = [n for n, one in enumerate(draft.truth.series) if one.direction == "consumption" or _has_direction(draft)]
    present = _present(draft)
    if draft.chance(0.3):
        draft.mutations.add("newest first")
        present = present[::-1]
    if draft.chance(0.3) and len(chosen) > 1:
        draft.mutations.add("metering points interleaved")
        return [(s, n) for n in present for s in chosen]
    return [(s, n) for s in chosen for n in present]


def _has_direction(draft: Draft) -> bool:
    return "direction column" in draft.mutations


def _finish(
    draft: Draft, columns: list[Column], used: set[str], unit_place: str, id_place: str, keys: list[tuple[int, int]]
) -> None:
    truth, style = draft.truth, draft.style
    numbers = [truth.series[s].values[n] for s, n in keys]
    values = Column("value", "", [style.number(v, truth.decimals) for v in numbers])
    values.header = draft.value_header = with_unit(draft, draft.header("value", used), unit_place)
    beside = [values, *_production(draft, keys, used, unit_place)]
    judge_numbers(draft, [cell for column in beside for cell in column.cells])
    if id_place in ("column", DAMAGED_ID):
        beside.append(Column("id", draft.header("id", used), [_identity(draft, s, id_place) for s, _ in keys]))
    if unit_place == "column":
        unit = truth.unit.upper() if draft.chance(0.3) else truth.unit
        beside.append(Column("unit", draft.header("unit", used), [unit for _ in keys]))
    if draft.chance(0.4) or any(one.estimated for one in truth.series):
        beside.append(Column("quality", draft.header("quality", used), _qualities(draft, keys)))
    if _has_direction(draft):
        beside.append(Column("direction", draft.header("direction", used), _directions(draft, keys)))
    beside += extra_columns(draft, keys, numbers, used)
    _order(draft, columns, beside)


def _order(draft: Draft, columns: list[Column], beside: list[Column]) -> None:
    everything = columns + beside
    if draft.chance(0.35):
        draft.mutations.add("columns reordered")
        draft.rng.shuffle(beside)
        at = draft.rng.randrange(len(beside) + 1)
        everything = beside[:at] + columns + beside[at:]
    draft.set_table(everything)


def _production(draft: Draft, keys: list[tuple[int, int]], used: set[str], unit_place: str) -> list[Column]:
    truth = draft.truth
    produced = [one for one in truth.series if one.direction == "production"]
    if not produced or _has_direction(draft):
        return []
    draft.mutations.add("production column")
    cells = [draft.style.number(produced[0].values[n], truth.decimals) for _, n in keys]
    return [Column("production", with_unit(draft, draft.header("production", used), unit_place), cells)]


def _identity(draft: Draft, series: int, place: str) -> Cell:
    identity = draft.truth.series[series].identity
    if place == DAMAGED_ID:
        return float(identity) if draft.style.is_typed else damaged(identity, draft.style.decimal)
    return as_written(draft, identity)


def _qualities(draft: Draft, keys: list[tuple[int, int]]) -> list[Cell]:
    measured, estimated = draft.word("measured"), draft.word("estimated")
    return [estimated if n in draft.truth.series[s].estimated else measured for s, n in keys]


def _directions(draft: Draft, keys: list[tuple[int, int]]) -> list[Cell]:
    pick = draft.rng.randrange(3)
    return [words(draft.language, draft.truth.series[s].direction)[pick] for s, _ in keys]


def register(draft: Draft) -> None:
    """Cumulative readings: one more than there are intervals; the truth is worked out from the readings as written."""
    used: set[str] = set()
    truth = draft.truth
    factor = draft.rng.choice([1.0, 1.0, 1.0, 10.0, 40.0])
    levels = [_levels(draft, one, factor) for one in truth.series]
    instants = (*truth.starts, truth.ends[-1])
    draft.truth = replace(
        truth,
        series=tuple(
            replace(one, values=tuple(_steps(level, factor, truth.decimals)), estimated=frozenset())
            for one, level in zip(truth.series, levels, strict=True)
        ),
        absent=frozenset(),
    )
    # Readings bound the intervals: the first and the last label tell nothing of start and end.
    judge_time(draft, stamp_told=True)
    if not truth.is_below_day:
        draft.facts["time_basis"] = draft.facts["stamp"] = HINTED
    draft.facts["value_kind"] = HINTED
    keys = [(s, n) for s in range(len(levels)) for n in range(len(instants))]
    stamps: list[Cell] = [draft.style.stamp(instants[n], truth.label(instants[n])) for _, n in keys]
    columns = [Column("time", draft.header("time", used), stamps)]
    single = len(levels) == 1
    id_place = place_id(draft, ("column", "column", "preamble", "nowhere") if single else ("column",))
    unit_place = place_unit(draft, ("header", "header", "column", "nowhere"))
    shown = [draft.style.number(levels[s][n], truth.decimals) for s, n in keys]
    judge_numbers(draft, shown)
    draft.value_header = with_unit(draft, draft.header("register", used), unit_place)
    beside = [Column("value", draft.value_header, shown)]
    if id_place == "column":
        beside.append(Column("id", draft.header("id", used), [truth.series[s].identity for s, _ in keys]))
    if unit_place == "column":
        beside.append(Column("unit", draft.header("unit", used), [truth.unit for _ in keys]))
    if factor != 1.0 or draft.chance(0.2):
        draft.mutations.add("multiplier")
        beside.append(Column("multiplier", draft.header("multiplier", used), [f"{factor:g}" for _ in keys]))
    beside += extra_columns(draft, keys, [levels[s][n] for s, n in keys], used, share=0.3)
    _order(draft, columns, beside)


def _levels(draft: Draft, series: Series, factor: float) -> list[float]:
    first = draft.rng.uniform(1000, 60000) / KWH_PER[draft.truth.unit]
    steps = [(value or 0.0) / factor for value in series.values]
    return [round(level, draft.truth.decimals) for level in accumulate(steps, initial=first)]


def _steps(levels: list[float], factor: float, decimals: int) -> list[float | None]:
    return [round(after - before, decimals) * factor for before, after in pairwise(levels)]
