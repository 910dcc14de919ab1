"""Where a file tells its unit, its metering point and its time, or fails to; the oracle of what must be asked."""

from __future__ import annotations

import re
from datetime import datetime

from tests.mutation.draft import HINTED, OPEN, TOLD, Draft
from tests.mutation.style import AMBIGUOUS_DAY_FIRST, Cell
from tests.mutation.truth import last_sunday
from tests.mutation.words import words

UNIT_FORMS = ("{} ({})", "{} [{}]", "{} {}", "{}, {}", "{}_{}", "{} i {}")
DAMAGED_ID = "damaged"


def place_unit(draft: Draft, places: tuple[str, ...]) -> str:
    """Choose where the unit stands: header, column, preamble or nowhere; returns the place."""
    place = draft.rng.choice(places)
    if place == "nowhere":
        draft.facts["unit"] = OPEN
        draft.mutations.add("unit dropped")
    elif place == "preamble":
        draft.preamble.append([draft.header("unit"), draft.truth.unit])
    return place


def with_unit(draft: Draft, header: str, place: str) -> str:
    """The header of a value column, with the unit where it stands there."""
    form = draft.rng.choice(UNIT_FORMS)
    if " i " in form and draft.language != "sv":
        form = UNIT_FORMS[0]
    return form.format(header.strip(), draft.truth.unit) if place == "header" else header


def place_id(draft: Draft, places: tuple[str, ...]) -> str:
    """Choose where the single metering point stands: column, preamble, file name or nowhere; returns the place."""
    place = draft.rng.choice(places)
    identity = draft.truth.series[0].identity
    if place == "preamble":
        draft.mutations.add("id in preamble")
        shown = spaced(identity) if draft.chance(0.2) else identity
        label = draft.header("id")
        draft.preamble.append([f"{label}: {shown}"] if draft.chance(0.4) else [label, shown])
    elif place == "file_name":
        draft.mutations.add("id in file name")
        draft.name_stem = draft.rng.choice(["{}", "export_{}", "meteringvalues-mp-{}-consumption", "{}_2024"]).format(
            identity
        )
    elif place in ("nowhere", DAMAGED_ID):
        draft.facts["metering_point_id"] = OPEN
        draft.mutations.add("id dropped" if place == "nowhere" else "id ruined by Excel")
    return place


def spaced(identity: str) -> str:
    """An id as on invoices."""
    return " ".join(identity[n : n + 3] for n in range(0, len(identity), 3))


def as_written(draft: Draft, identity: str) -> str:
    """An id in the way of this file: bare, spaced, or marked so that Excel leaves it alone."""
    if "ids with spaces" in draft.mutations:
        return spaced(identity)
    if "text" not in draft.mutations:
        return identity
    if "ids as formulas" in draft.mutations:
        return f'="{identity}"'
    return f"'{identity}" if "ids after an apostrophe" in draft.mutations else identity


def damaged(identity: str, decimal: str) -> str:
    """What Excel makes of 18 digits."""
    return f"{float(identity):.2E}".replace(".", decimal)


def judge_time(draft: Draft, *, stamp_told: bool, has_room_for_25: bool = True) -> None:
    """State what the file tells of its time basis and of the stamps' meaning."""
    truth = draft.truth
    if not truth.is_below_day:
        return
    if not draft.style.offset_form and draft.facts.get("time_basis") != TOLD:
        draft.facts["time_basis"] = _basis_state(draft, has_room_for_25)
    if not stamp_told:
        edges = HINTED if truth.basis == "utc" or draft.style.offset_form in ("Z", "epoch") else TOLD
        draft.facts["stamp"] = OPEN if truth.has_cut_edges else edges


def _basis_state(draft: Draft, has_room_for_25: bool) -> str:
    truth = draft.truth
    if truth.basis == "utc":
        return HINTED
    if truth.has_clock_change:
        return TOLD if truth.basis == "local" and has_room_for_25 else HINTED
    return HINTED if _is_winter(truth.starts[0]) else OPEN


def _is_winter(instant: datetime) -> bool:
    day = instant.date()
    return not last_sunday(day.year, 3) <= day <= last_sunday(day.year, 10)


def state_time_basis(draft: Draft) -> None:
    """Now and then the file says in words which clock it follows."""
    if draft.truth.is_below_day and not draft.style.offset_form and draft.chance(0.12):
        draft.preamble.append([draft.rng.choice(words(draft.language, draft.truth.basis))])
        draft.facts["time_basis"] = TOLD
        draft.mutations.add("time basis in words")


def judge_dates(draft: Draft) -> None:
    """Whether day and month (or year) can be told apart by the dates themselves."""
    forms = AMBIGUOUS_DAY_FIRST.get(draft.style.stamp_form)
    if forms is None or draft.style.is_typed or draft.style.offset_form or draft.truth.minutes == -1:
        return
    right, other = forms
    shown = {draft.truth.label(instant).strftime(right) for instant in (*draft.truth.starts, draft.truth.ends[-1])}
    if all(_parses(text, other) for text in shown):
        draft.facts["day_first"] = HINTED
        draft.mutations.add("dates that may be read in two ways")


def _parses(text: str, pattern: str) -> bool:
    try:
        datetime.strptime(text, pattern)
    except ValueError:
        return False
    return True


def judge_numbers(draft: Draft, values: list[Cell]) -> None:
    """Whether `1.234` in this file can only be read in one way: computed from the values as they are written."""
    texts = [text for text in values if isinstance(text, str) and re.search(r"\d[.,]\d", text)]
    if draft.style.is_typed or not texts:
        return
    if all(re.fullmatch(r"-?[1-9]\d{0,2}[.,]\d{3}", text) for text in texts):
        others = any(isinstance(v, str) and re.fullmatch(r"\d+", v) for v in values)
        # Nobody in the Nordic countries sets thousands apart with a comma.
        nordic_comma = draft.language != "en" and "," in texts[0]
        draft.facts["decimal_mark"] = HINTED if others or nordic_comma else OPEN
        draft.mutations.add("numbers that may be read in two ways")


def judge_numbers_beside(draft: Draft) -> None:
    """Other numbers in the file, with one or two decimals, show which mark is the decimal one."""
    if draft.facts.get("decimal_mark") == OPEN:
        cells = [cell for row in draft.body for cell in row if isinstance(cell, str)]
        if any(re.fullmatch(r"-?\d+[.,]\d{1,2}", cell) for cell in cells):
            draft.facts["decimal_mark"] = HINTED
