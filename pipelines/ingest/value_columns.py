"""Which columns hold energy, whose it is, and which stand beside it: temperatures, prices, means, sums, registers.

Nothing is added up that might be told twice: two columns that could both be the energy of a row and disagree are asked
about. Does not belong here: reading the numbers (numbers.py, rows_csv.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from pipelines.domain.units import KWH_PER_UNIT
from pipelines.errors import BadInput
from pipelines.ingest.canonical import Question
from pipelines.ingest.columns_profile import Column
from pipelines.ingest.headers import NOT_ENERGY, is_code
from pipelines.ingest.numbers import read_numbers

EACH_ITS_OWN = "*"
"""Answer to value_column: every column is a facility of its own, named by its header."""

VALUE_COLUMN_KEY = "value_column"
FEWEST_COUNTED = 5
SAMPLE_TOLERANCE = 0.005
IN_WORDS = {
    "price": "pris",
    "cost": "kostnad",
    "temperature": "temperatur",
    "reactive": "reaktiv energi",
    "power": "effekt",
    "flow": "flöde eller volym",
    "emission": "utsläpp",
    "share": "andel eller skillnad",
    "corrected": "korrigerade värden",
    "yearly": "årsvärde",
    "other_period": "en annan period",
    "average": "medelvärde",
    "extreme": "högsta eller lägsta värde",
    "accumulated": "löpande summa",
    "register": "mätarställning",
    "total": "summa",
}
NO_ENERGY = "Filen har ingen kolumn med energi: {columns}."
NO_ENERGY_FIX = "Exportera förbrukningen (kWh eller MWh) för varje timme, dygn eller månad."


@dataclass(frozen=True)
class ValueColumn:
    """A column of values."""

    place: int
    name: str
    identity: str | None
    direction: str  # consumption | production
    unit: str | None
    carrier: str | None
    minutes: int | None = None


@dataclass(frozen=True)
class Values:
    """The columns of values in a table."""

    columns: tuple[ValueColumn, ...]
    registers: tuple[ValueColumn, ...] = ()  # meter readings: the values where there are no others
    is_power: bool = False  # mean power of the interval, by the answer of the sender
    are_facilities: bool = False  # a column a facility
    left_out: Mapping[str, str] = field(default_factory=dict)  # header → what it is, in Swedish
    questions: tuple[Question, ...] = ()
    is_doubtful: bool = False  # chosen although its header says nothing


def value_columns(
    columns: Sequence[Column], used: Sequence[int], sample: pl.DataFrame, answers: Mapping[str, str]
) -> Values | None:
    """Choose the columns of values; None when there are none.

    Parameters
    ----------
    used: places of columns that tell time or identity.
    sample: text columns of some rows, by place.
    answers: value_column names the column where the file could not tell.

    Raises
    ------
    BadInput when the only columns of numbers are known to be something else than energy.
    """
    taken = ("other", "multiplier", "meter_number", "product", "resolution", "unit", "quality", "carrier", "direction")
    numbers = [
        column
        for column in columns
        if column.kind == "number"
        and column.place not in used
        and (column.says.role not in taken or (column.says.quantity and column.says.role != "multiplier"))
        and not _counts_rows(column, sample)
    ]
    empty = [c for c in columns if c.kind == "empty" and c.place not in used and (c.says.identity or _is_energy(c))]
    if not numbers:
        return None
    facilities = [
        column for column in (*numbers, *empty) if column.says.identity and column.says.quantity not in NOT_ENERGY
    ]
    if facilities:
        return _facilities(facilities, numbers)
    chosen = answers.get(VALUE_COLUMN_KEY)
    if chosen == EACH_ITS_OWN:
        return _facilities([c for c in numbers if c.says.quantity not in NOT_ENERGY and not c.says.is_total], numbers)
    energies = [column for column in numbers if _is_energy(column) and not column.says.is_total]
    named = next((column for column in numbers if column.name == chosen), None)
    production = [column for column in (*energies, *empty) if column.says.quantity == "production"]
    consumption = [column for column in energies if column.says.quantity != "production"]
    if not consumption:  # a total is the energy where nothing else is
        consumption = [c for c in numbers if _is_energy(c) and c.says.is_total and c.says.quantity != "production"]
    unknown = [
        c
        for c in numbers
        if c.says.quantity is None and not c.says.is_total and c.says.role not in ("time", "start", "end")
    ]
    totals = [column for column in numbers if column.says.is_total and column.says.quantity not in NOT_ENERGY]
    registers = [column for column in numbers if column.says.quantity == "register"]
    running = [column for column in numbers if column.says.quantity == "accumulated"]
    codes = [column for column in unknown if is_code(column.name)]
    if named is not None:
        return _one(named, numbers, registers)
    if not energies and len(codes) >= 2 and len(codes) == len(unknown):
        return _facilities(codes, numbers)
    if consumption:
        best, doubtful = _best(consumption, sample)
        made, doubtful_made = _best(production, sample) if production else (None, ())
        series = [best, *([made] if made is not None else [])]
        return Values(
            tuple(map(_value_column, series)),
            registers=tuple(map(_value_column, registers)),
            left_out=_left_out(numbers, series),
            questions=(_which_column(doubtful),)
            if doubtful
            else (_which_column(doubtful_made),)
            if doubtful_made
            else (),
        )
    if registers or (running and not production):
        series = registers or running
        return Values((), tuple(map(_value_column, series)), left_out=_left_out(numbers, [*series, *production]))
    if production:
        best, doubtful = _best(production, sample)
        series = [*(unknown if len(unknown) == 1 else []), best]  # the one column beside production is consumption
        return Values(
            tuple(map(_value_column, series)),
            left_out=_left_out(numbers, series),
            questions=(_which_column(doubtful),) if doubtful else (),
        )
    if len(unknown) == 1 or (not unknown and len(totals) == 1):
        return _one((unknown or totals)[0], numbers, (), is_doubtful=not totals)
    if len(unknown) > 1:
        question = _which_column(unknown, or_each=True)
        return Values(
            (_value_column(unknown[0]),), left_out=_left_out(numbers, unknown), questions=(question,), is_doubtful=True
        )
    return _what_is_left(numbers, answers)


def _counts_rows(column: Column, sample: pl.DataFrame) -> bool:
    """Whether a column that its header says nothing of counts the rows, one by one."""
    if column.says.quantity or column.says.identity or sample.height < FEWEST_COUNTED:
        return False
    steps = sample.to_series(column.place).cast(pl.Int64, strict=False).diff().drop_nulls()
    return len(steps) >= FEWEST_COUNTED - 2 and int((steps == 1).sum()) > 0.9 * len(steps)


def _is_energy(column: Column) -> bool:
    return column.says.quantity in ("consumption", "production", "energy", "value")


def _value_column(column: Column) -> ValueColumn:
    said = column.says
    return ValueColumn(
        column.place, column.name, said.identity, said.direction or "consumption", said.unit, said.carrier, said.minutes
    )


def _facilities(facilities: Sequence[Column], numbers: Sequence[Column]) -> Values:
    """A column a facility, of energy or of meter readings."""
    readings = [column for column in facilities if column.says.quantity == "register"]
    energies = [column for column in facilities if column not in readings]
    return Values(
        tuple(replace(_value_column(c), identity=c.says.identity or c.name.strip()) for c in energies),
        tuple(replace(_value_column(c), identity=c.says.identity or c.name.strip()) for c in readings),
        are_facilities=True,
        left_out=_left_out(numbers, facilities),
    )


def _one(
    column: Column, numbers: Sequence[Column], registers: Sequence[Column], *, is_doubtful: bool = False
) -> Values:
    beside = tuple(_value_column(one) for one in registers if one is not column)
    return Values((_value_column(column),), beside, left_out=_left_out(numbers, [column]), is_doubtful=is_doubtful)


def _left_out(numbers: Sequence[Column], series: Sequence[Column]) -> dict[str, str]:
    """Columns of numbers that are not read, with what they are."""
    places = {column.place for column in series}
    left = {}
    for column in numbers:
        said = column.says
        if column.place in places or said.role in ("place", "weak_id"):
            continue
        kind = said.quantity if said.quantity in IN_WORDS else "total" if said.is_total else None
        left[column.name] = IN_WORDS.get(kind or "", "")
    return left


def _rank(column: Column) -> int:
    """How plainly a header says that the column is the energy: with a unit, with a word for it, or just `value`."""
    said = column.says
    if said.unit in KWH_PER_UNIT:
        return 0
    return 1 if said.quantity in ("consumption", "production", "energy") else 2


def _best(candidates: Sequence[Column], sample: pl.DataFrame) -> tuple[Column, tuple[Column, ...]]:
    """The column of energy, and those to ask about when several say so equally and disagree."""
    top = min(map(_rank, candidates))
    equal = [column for column in candidates if _rank(column) == top]
    if len(equal) == 1:
        return equal[0], ()
    energy = {column.place: _energies(column, sample) for column in equal}
    agreeing = [column for column in equal if _agree(energy[column.place], energy[equal[0].place])]
    if len(agreeing) == len(equal):
        finest = max(equal, key=lambda column: _digits(column, sample))
        return finest, ()
    for column in equal:
        parts = [energy[other.place] for other in equal if other is not column]
        if _agree(energy[column.place], sum(parts[1:], parts[0])):
            return column, ()  # the whole, beside its parts
    return equal[0], tuple(equal)


def _energies(column: Column, sample: pl.DataFrame) -> pl.Series:
    factor = KWH_PER_UNIT.get(column.says.unit or "", 1.0)
    return read_numbers(sample.to_series(column.place)).value * factor


def _agree(one: pl.Series, other: pl.Series) -> bool:
    """Whether two columns tell the same energy in every row where both have a value."""
    off = (one - other).abs() > (one.abs() * SAMPLE_TOLERANCE + 1e-6)
    both = off.drop_nulls()
    return len(both) > 0 and not both.any()


def _digits(column: Column, sample: pl.DataFrame) -> float:
    """How finely a column tells the energy: the smallest step that its digits allow, as a size to compare."""
    decimals = sample.to_series(column.place).str.extract(r"[.,](\d+)\s*$", 1).str.len_chars().max() or 0
    return float(decimals) * 2.303 - _log(KWH_PER_UNIT.get(column.says.unit or "", 1.0))  # type: ignore[arg-type]


def _log(factor: float) -> float:
    return float(pl.Series([factor]).log().item())


def _which_column(candidates: Sequence[Column], *, or_each: bool = False) -> Question:
    choices = {column.name: column.name for column in candidates[:12]}
    if or_each:
        choices[EACH_ITS_OWN] = "Varje kolumn är en anläggning"
    return Question(VALUE_COLUMN_KEY, "Flera kolumner kan vara energin. Vilken ska användas?", choices)


def _what_is_left(numbers: Sequence[Column], answers: Mapping[str, str]) -> Values:
    """Only columns that are no energy: a volume is read as such, mean power by answer, anything else is refused."""
    flows = [column for column in numbers if column.says.quantity == "flow" and column.says.unit]
    powers = [column for column in numbers if column.says.quantity == "power"]
    if powers:
        series = powers[0]
        column = ValueColumn(
            series.place, series.name, series.says.identity, "consumption", series.says.unit, series.says.carrier
        )
        return Values((column,), is_power=True, left_out=_left_out(numbers, [series]))
    if len(flows) == 1:
        return _one(flows[0], numbers, ())
    said = ", ".join(f"{column.name} ({IN_WORDS.get(column.says.quantity or '', 'summa')})" for column in numbers[:6])
    raise BadInput(NO_ENERGY.format(columns=said), fix_sv=NO_ENERGY_FIX)
