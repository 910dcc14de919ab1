"""What became of a made file: read right, asked about rightly, refused, or wrong; seen from outside the readers."""

from __future__ import annotations

import math
import re
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.domain.gsrn import without_spaces
from pipelines.errors import BadInput
from pipelines.ingest.canonical import MeterFile, Question
from pipelines.ingest.detect import read_file
from tests.mutation.draft import OPEN, TOLD
from tests.mutation.maker import MadeFile

RIGHT, ASKED_RIGHT, GUESSED, NEEDLESS, PARTLY, REFUSED, WRONG, CRASHED = (
    "right",
    "asked right",
    "guessed",
    "asked needlessly",
    "partly refused",
    "refused",
    "wrong",
    "crashed",
)
VERDICTS = (RIGHT, ASKED_RIGHT, GUESSED, NEEDLESS, PARTLY, REFUSED, WRONG, CRASHED)
MAX_QUESTIONS = 3
TOLERANCE = 1e-6

Energies = Mapping[tuple[str, str, object, object], float]

# What the choices of a question may be called, by what the sender knows.
_CHOICE_PATTERNS = {
    ("decimal_mark", ","): r"^,$|comma|komma",
    ("decimal_mark", "."): r"^\.$|point|dot|punkt",
    ("day_first", "day"): r"^(yes|true|ja|day|dmy|dag)|day_first",
    ("day_first", "month"): r"^(no|false|nej|month|mdy|mån)|month_first",
    ("day_first", "year"): r"^(year|ymd|år)|year_first",
    ("value_kind", "register"): r"register|reading|ställning",
    ("value_kind", "interval"): r"interval|consumption|förbrukning",
}


@dataclass(frozen=True)
class Judgement:
    """The verdict with a sentence about why, the questions asked, and how many estimates were taken as measured."""

    verdict: str
    why: str
    questions: tuple[str, ...] = ()
    unmarked_estimates: int = 0


def judged(made: MadeFile, folder: Path | None = None) -> Judgement:
    """Read the file, answer its questions with the truth, and compare."""
    with tempfile.TemporaryDirectory() as temporary:
        path = (folder or Path(temporary)) / "received"
        path.write_bytes(made.data)
        try:
            return _judged(made, path)
        except BadInput as refused:
            return Judgement(REFUSED, str(refused))
        except Exception as error:  # any other exception is a fault of the readers, and the verdict of this file
            return Judgement(CRASHED, f"{type(error).__name__}: {error}"[:300])


def _judged(made: MadeFile, path: Path) -> Judgement:
    assumptions: dict[str, str] = {}
    asked: list[Question] = []
    while True:
        read = read_file(path, made.name, assumptions=assumptions, zone=made.truth.zone)
        if not isinstance(read, MeterFile):
            return Judgement(WRONG, f"taken for {type(read).__name__}")
        new = [question for question in read.questions if question.key not in assumptions]
        if not new:
            break
        asked += new
        for question in new:
            if (answer := _answer(made, question)) is None:
                return Judgement(NEEDLESS, f"{question.key}: {question.text_sv} {dict(question.choices)}", _keys(asked))
            assumptions[question.key] = answer
    if read.questions:
        return Judgement(NEEDLESS, f"asked again in spite of the answer: {_keys(read.questions)}", _keys(asked))
    return _compared(made, read, asked)


def _answer(made: MadeFile, question: Question) -> str | None:
    """The sender's answer in the words of the question; None where there is nothing to answer."""
    known = made.answers.get(question.key)
    if known is None:
        return None
    if not question.choices or known in question.choices:
        return known
    pattern = _CHOICE_PATTERNS.get((question.key, known), f"^{re.escape(known)}$")
    for choice, label in question.choices.items():
        if re.search(pattern, choice, re.IGNORECASE) or re.search(pattern, label, re.IGNORECASE):
            return choice
    return None


def _compared(made: MadeFile, read: MeterFile, asked: list[Question]) -> Judgement:
    found, twice = energies(read.readings)
    keys = _keys(asked)
    expected = {(without_spaces(i), *rest): kwh for (i, *rest), kwh in _expected(made).items()}
    if twice:
        return Judgement(WRONG, f"given twice with different energy: {twice[0]}", keys)
    if (fault := difference(expected, found)) is not None:
        lost = len(expected) - len(found)
        only_lost = lost > 0 and difference({key: expected[key] for key in found if key in expected}, found) is None
        if only_lost and read.rejected.height >= 1:
            return Judgement(PARTLY, f"{lost} of {len(expected)} rejected: {read.rejected['reason'][0]}", keys)
        return Judgement(WRONG, fault, keys)
    unmarked = _unmarked_estimates(made, read.readings)
    needless = [key for key in keys if made.facts.get(key, TOLD) == TOLD]
    if needless or len(keys) > MAX_QUESTIONS:
        return Judgement(NEEDLESS, f"told by the file: {needless}" if needless else "more than three", keys, unmarked)
    silent = [key for key, state in made.facts.items() if state == OPEN and key not in keys]
    if silent:
        return Judgement(GUESSED, f"the file does not tell {silent}", keys, unmarked)
    return Judgement(ASKED_RIGHT if keys else RIGHT, "", keys, unmarked)


def _expected(made: MadeFile) -> Energies:
    return made.truth.energies()


def energies(readings: pl.DataFrame) -> tuple[dict[tuple[str, str, object, object], float], list[object]]:
    """Energy in kWh by metering point, direction and interval, once each; and what is told twice and unlike."""
    rows = readings.filter(pl.col("energy_kwh").is_not_null() & ~pl.col("is_second_account"))
    found: dict[tuple[str, str, object, object], float] = {}
    twice: list[object] = []
    columns = ["metering_point_id", "direction", "period_start_utc", "period_end_utc", "energy_kwh"]
    for identity, direction, start, end, kwh in rows.select(columns).iter_rows():
        key = (without_spaces(identity or ""), direction, start, end)
        if key in found and not math.isclose(found[key], kwh, rel_tol=TOLERANCE, abs_tol=1e-9):
            twice.append(key)
        found[key] = kwh
    return found, twice


def difference(expected: Energies, found: Energies) -> str | None:
    """The first way in which two accounts differ, in words; None when they agree."""
    if not found and expected:
        return "no energy at all"
    for place, name in enumerate(("metering points", "directions")):
        if (a := {key[place] for key in expected}) != (b := {key[place] for key in found}):
            return f"{name}: expected {sorted(map(str, a))}, found {sorted(map(str, b))}"
    missing = sorted(set(expected) - set(found), key=str)
    added = sorted(set(found) - set(expected), key=str)
    if missing or added:
        return (
            f"intervals: {len(missing)} missing, {len(added)} added of {len(expected)}; "
            f"first missing {_shown(missing)}, first added {_shown(added)}"
        )
    for key, kwh in expected.items():
        if not math.isclose(found[key], kwh, rel_tol=TOLERANCE, abs_tol=1e-9):
            return f"energy of {_shown([key])}: expected {kwh}, found {found[key]}"
    return None


def _shown(keys: list) -> str:
    return f"{keys[0][2]:%Y-%m-%d %H:%M} to {keys[0][3]:%Y-%m-%d %H:%M}" if keys else "none"


def _unmarked_estimates(made: MadeFile, readings: pl.DataFrame) -> int:
    marked = Counter(readings["quality"].to_list())["estimated"]
    truth = made.truth
    meant = sum(1 for one in truth.series for n in one.estimated if n not in truth.absent and one.values[n] is not None)
    return max(meant - marked, 0)


def _keys(questions: list[Question] | tuple[Question, ...]) -> tuple[str, ...]:
    return tuple(question.key for question in questions)
