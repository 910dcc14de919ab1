"""From a seed and a number to a file with its truth and with what it cannot tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from tests.mutation import long_layouts, wide_layouts
from tests.mutation.draft import OPEN, Draft
from tests.mutation.facts import judge_dates, judge_numbers_beside, state_time_basis
from tests.mutation.style import made_style
from tests.mutation.time_columns import OFFSET_FORMS
from tests.mutation.truth import (
    Series,
    Truth,
    gsrn,
    numbers,
    window,
    with_finer_end,
    with_gaps,
    with_odd_reading_times,
    with_zeros,
)
from tests.mutation.words import LANGUAGES
from tests.mutation.writing import packed, text_bytes, web_page_bytes, workbook_bytes


@dataclass(frozen=True)
class Layout:
    """How to write it, and which lengths of interval and numbers of series it has room for."""

    write: Callable[[Draft], None]
    minutes: tuple[int, ...]
    series: tuple[int, ...]
    weight: int


LAYOUTS: dict[str, Layout] = {
    "long": Layout(long_layouts.long, (15, 30, 60, 60, 0, -1), (1, 1, 2, 3), 20),
    "start and end": Layout(long_layouts.start_end, (15, 30, 60, 60, 0, -1), (1, 1, 2), 14),
    "date and clock": Layout(long_layouts.date_clock, (15, 30, 60, 60), (1, 1, 2), 12),
    "day x hours": Layout(wide_layouts.day_hours, (15, 30, 60, 60, 60), (1, 1, 2), 14),
    "time x facilities": Layout(wide_layouts.facilities, (15, 60, 60, 0, -1), (2, 3, 4), 12),
    "transposed": Layout(wide_layouts.transposed, (60, 0, -1, -1, -1), (2, 3, 5), 8),
    "two tables": Layout(long_layouts.two_tables, (15, 60, 60, 0), (1,), 10),
    "year and month": Layout(long_layouts.year_month, (-1,), (1, 2, 3), 5),
    "years x months": Layout(wide_layouts.year_rows, (-1,), (1,), 4),
    "register": Layout(long_layouts.register, (60, 0, -1), (1, 1, 2), 8),
}
MAX_QUESTIONABLE = 3
"""More than three facts that cannot be told make no file that anybody would hand in."""


@dataclass(frozen=True)
class MadeFile:
    """A file of known truth. `facts`: state by question key; `answers`: what the sender knows, by question key."""

    number: int
    name: str
    data: bytes
    layout: str
    language: str
    mutations: frozenset[str]
    truth: Truth
    facts: dict[str, str]
    answers: dict[str, str]


def made_file(seed: int, number: int) -> MadeFile:
    """The file of that seed and number: the same arguments give the same bytes."""
    rng = Random(f"{seed}:{number}")
    while True:
        draft, name, data = _attempt(rng)
        if len(draft.questionable_facts) <= MAX_QUESTIONABLE:
            break
    return as_made_file(draft, number, name, data)


def as_made_file(draft: Draft, number: int, name: str, data: bytes) -> MadeFile:
    """A finished draft with its bytes."""
    return MadeFile(
        number=number,
        name=name,
        data=data,
        layout=draft.layout,
        language=draft.language,
        mutations=frozenset(draft.mutations),
        truth=draft.truth,
        facts=dict(draft.facts),
        answers=_answers(draft),
    )


def _attempt(rng: Random) -> tuple[Draft, str, bytes]:
    layout_name = rng.choices(list(LAYOUTS), [layout.weight for layout in LAYOUTS.values()])[0]
    layout = LAYOUTS[layout_name]
    language = rng.choice(LANGUAGES)
    zone = "Europe/Helsinki" if language == "fi" and rng.random() < 0.5 else "Europe/Stockholm"
    container = rng.choices(["text", "workbook", "web page"], [70, 25, 5])[0]
    style = made_style(rng, language, zone, is_typed=container == "workbook" and rng.random() < 0.75)
    minutes = rng.choice(layout.minutes)
    basis = _basis(rng, layout_name, minutes)
    if (
        basis in ("utc", "offset")
        and layout_name not in ("day x hours", "date and clock")
        and (basis == "offset" or rng.random() < 0.6)
    ):
        forms = [f for f in OFFSET_FORMS if (f in ("Z", "epoch")) == (basis == "utc")]
        style = replace(style, offset_form=rng.choice(forms))
    truth = _truth(rng, layout, layout_name, language, zone, minutes, basis)
    draft = Draft(rng, language, layout_name, truth, style)
    _choose_mutations(draft, container)
    layout.write(draft)
    judge_dates(draft)
    judge_numbers_beside(draft)
    _dress(draft)
    return draft, *_written(draft, container)


def _basis(rng: Random, layout: str, minutes: int) -> str:
    if minutes <= 0:
        return "local"
    if layout in ("day x hours", "date and clock"):
        return rng.choice(["normal_time", "normal_time", "local"])
    return rng.choice(["normal_time", "normal_time", "local", "local", "local", "utc", "offset"])


def _truth(rng: Random, layout: Layout, layout_name: str, language: str, zone: str, minutes: int, basis: str) -> Truth:
    instants, change = window(rng, minutes, basis, zone)
    if layout_name == "transposed" and minutes > 0:
        instants = instants[: 24 * 3 + 1] if not change else instants
    has_cut_edges = layout_name in ("long", "time x facilities", "transposed") and minutes > 0 and rng.random() < 0.1
    if has_cut_edges:
        instants = instants[rng.randrange(3, 9) : -rng.randrange(3, 9)]
    unit = rng.choices(["kWh", "MWh", "Wh"], [75, 18, 7])[0]
    count = rng.choice(layout.series)
    columns = [numbers(rng, len(instants) - 1, unit, minutes) for _ in range(count)]
    decimals = columns[0][1]
    series = [
        Series(gsrn(rng, language), "consumption", tuple(round(v, decimals) for v in values)) for values, _ in columns
    ]
    truth = Truth(
        zone,
        basis,
        minutes,
        tuple(instants[:-1]),
        tuple(instants[1:]),
        unit,
        decimals,
        tuple(series),
        change,
        has_cut_edges,
    )
    return truth


def _choose_mutations(draft: Draft, container: str) -> None:
    """What is decided before the table is written: gaps, estimates, production, spaces in ids."""
    rng = draft.rng
    draft.mutations.add(container)
    _choose_times(draft)
    truth = draft.truth
    rows = draft.layout in ("long", "start and end", "date and clock", "two tables")
    if rows and len(truth.series) == 1 and draft.chance(0.2):
        made = truth.series[0]
        produced = replace(
            made,
            direction="production",
            values=tuple(round(v * 0.3, truth.decimals) for v in made.values if v is not None),
        )
        draft.truth = replace(truth, series=(made, produced))
        draft.mutations.add(rng.choice(["direction column", "production columns"]))
    if (
        draft.layout not in ("register", "years x months", "year and month")
        and FINER not in draft.mutations
        and draft.chance(0.35)
    ):
        keeps_rows = not (rows and draft.chance(0.4))
        draft.truth = with_gaps(rng, draft.truth, 0.04, keeps_rows=keeps_rows)
        draft.mutations.add("missing values" if keeps_rows else "missing rows")
    if rows and draft.chance(0.3):
        estimated = frozenset(n for n in range(len(draft.truth.starts)) if rng.random() < 0.1)
        draft.truth = replace(
            draft.truth, series=tuple(replace(one, estimated=estimated) for one in draft.truth.series)
        )
        draft.mutations.add("estimated values")
    if draft.chance(0.14):
        draft.mutations.add(rng.choice(["ids with spaces", "ids as formulas", "ids after an apostrophe"]))
    if draft.language != "en" and draft.chance(0.08):
        draft.mutations.add("English headers among others")
    state_time_basis(draft)


FINER = "hours become quarters"


def _choose_times(draft: Draft) -> None:
    """Intervals that become finer, readings at odd times, and a run of noughts."""
    truth, rng = draft.truth, draft.rng
    if draft.layout in ("long", "start and end") and truth.minutes == 60 and draft.chance(0.15):
        draft.truth = with_finer_end(truth, rng)
        if draft.truth is not truth:
            draft.mutations.add(FINER)
    elif draft.layout == "register" and truth.minutes == -1 and draft.chance(0.5):
        draft.truth = with_odd_reading_times(rng, truth)
        draft.mutations.add("readings at odd times")
    elif draft.layout != "register" and draft.chance(0.12):
        draft.truth = with_zeros(rng, truth)
        draft.mutations.add("a run of noughts")


def _dress(draft: Draft) -> None:
    """What stands around the table."""
    rng = draft.rng
    if draft.chance(0.35):
        draft.mutations.add("preamble")
        lines: list[list] = [[draft.word("titles")], [f"{draft.word('created')}: 2026-11-01 08:15"]]
        if draft.chance(0.5):
            first, last = draft.truth.label(draft.truth.starts[0]), draft.truth.label(draft.truth.ends[-1])
            lines.append([draft.word("period"), f"{first:%Y-%m-%d} - {last:%Y-%m-%d}"])
        if draft.chance(0.5):
            lines.append([])
        draft.preamble = [*lines, *draft.preamble]
    if draft.preamble and draft.layout != "two tables" and draft.chance(0.5):
        draft.preamble.append([])
    if draft.chance(0.2) and draft.layout not in ("register", "day x hours", "years x months"):
        draft.mutations.add("total row")
        draft.footer.append(_total_row(draft))
    if draft.chance(0.1):
        draft.mutations.add("blank lines")
        draft.footer += [[], []]
        draft.body.insert(rng.randrange(1, len(draft.body) + 1), [])
    if draft.chance(0.04) and draft.layout in ("long", "start and end", "date and clock"):
        draft.mutations.add("header repeated")
        draft.body.insert(rng.randrange(3, len(draft.body)), list(draft.header_rows[-1]))
    if draft.chance(0.15):
        draft.mutations.add("trailing separators")


def _total_row(draft: Draft) -> list:
    """The word in the first column and sums below the columns of values."""
    header = draft.header_rows[-1] if draft.layout != "time x facilities" else draft.header_rows[0]
    total = round(sum(v for one in draft.truth.series for v in one.values if v is not None), draft.truth.decimals)
    shown = draft.style.number(total, draft.truth.decimals)
    row = ["" for _ in header]
    at = next((n for n, text in enumerate(header) if text == draft.value_header), len(header) - 1)
    row[at] = shown
    row[0 if at else 1] = draft.word("total_row")
    return row


def _written(draft: Draft, container: str) -> tuple[str, bytes]:
    if container == "workbook":
        return f"{draft.name_stem}.xlsx", workbook_bytes(draft)
    if container == "web page":
        return f"{draft.name_stem}.xls", web_page_bytes(draft)
    if "id ruined by Excel" in draft.mutations:
        draft.mutations.add("saved again by Excel")
    data = text_bytes(draft)
    data, name = packed(draft, data, f"{draft.name_stem}.{draft.rng.choice(['csv', 'csv', 'txt'])}")
    return name, data


def _answers(draft: Draft) -> dict[str, str]:
    answers = {
        "time_basis": draft.truth.basis,
        "stamp": draft.stamp,
        "unit": draft.truth.unit,
        "decimal_mark": draft.style.decimal,
        "day_first": {"slashes_us": "month", "short_year_iso": "year"}.get(draft.style.stamp_form, "day"),
        "value_kind": "register" if draft.layout == "register" else "interval",
        "value_column": draft.value_header.strip(),
    }
    if draft.facts.get("metering_point_id") == OPEN:
        answers["metering_point_id"] = draft.truth.series[0].identity
    return answers
