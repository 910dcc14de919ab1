"""Columns of meter readings in a table: alone they are the energy, beside volumes they are a second account of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from pipelines.domain.units import canonical_unit, kwh_factor
from pipelines.ingest.canonical import REJECTED_SCHEMA, Question
from pipelines.ingest.intervals import LABELLED_SCHEMA, MARKS, Context
from pipelines.ingest.numbers import read_numbers
from pipelines.ingest.registers import (
    FALLS,
    FALLS_FIX,
    KIND_KEY,
    KIND_QUESTION,
    POWER_QUESTION,
    falls_often,
    likelihood,
    never_falls,
    steps,
)
from pipelines.ingest.rows_plan import RowsPlan
from pipelines.ingest.tables import SOURCE_ROW, Table, no_rejections
from pipelines.ingest.time_columns import Labels
from pipelines.ingest.value_columns import VALUE_COLUMN_KEY

SAMPLE_ROWS = 5_000
AGREE_SHARE = 0.8
TOLERANCE = 0.02
_FIRST = re.compile(
    r"start|från|fra|from|ingående|inngående|primo|början|begin|alku|föregående|förra|opening|previous|1$", re.I
)
_LAST = re.compile(r"slut|till|til|\bto\b|utgående|ultimo|end|loppu|nuvarande|aktuell|closing|current|2$", re.I)
DISAGREE = "Mätarställningarna ger {steps:.0f} men förbrukningen är {volumes:.0f} för samma tid. Förbrukningen används."
SEVERAL_REGISTERS = "Filen har flera kolumner med mätarställningar. Vilken ska användas?"
FIRST_ALONE = "Perioden är okänd: det finns ingen tidigare avläsning att räkna från."


@dataclass(frozen=True)
class Found:
    """Labelled rows of a table once its registers are understood."""

    labelled: pl.DataFrame  # LABELLED_SCHEMA, with MARKS where there are registers
    rejected: tuple[pl.DataFrame, ...] = ()
    warnings: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    evidence: tuple[str, ...] = ()
    has_ends: bool = False  # rows have both labels, whatever the headers say


def with_registers(
    table: Table,
    plan: RowsPlan,
    series: Sequence[pl.DataFrame],
    registers: Sequence[pl.DataFrame],
    label: Labels,
    context: Context,
) -> Found:
    """Turn columns of readings into steps, and ask where a column may be either.

    Parameters
    ----------
    series, registers: labelled rows of each column of values and of each column of readings.
    """
    answer = context.assumptions.get(KIND_KEY)
    if not registers:
        labelled = pl.concat(series) if len(series) > 1 else series[0]
        return _by_behaviour(table, plan, labelled, label, answer)
    if (pair := _pair(plan)) is not None:
        return _pairs(table, plan, series, registers, label, pair)
    readings = pl.concat(registers)
    several = _several_of_one_direction(plan)
    if several and not series:
        chosen = next(
            (n for n, one in enumerate(plan.values.registers) if one.name == context.assumptions.get(VALUE_COLUMN_KEY)),
            None,
        )
        readings = registers[chosen or 0]
        several = () if chosen is not None else several
    if not series and answer != "register" and (answer == "interval" or falls_often(readings)):
        question = KIND_QUESTION.text_sv.format(name=plan.values.registers[0].name).replace(
            " minskar aldrig", " går upp och ner"
        )
        asked = () if answer == "interval" else (Question(KIND_KEY, question, KIND_QUESTION.choices),)
        return Found(readings, questions=asked)
    told = _steps(table, plan, readings, label)
    if not series:
        asked = (Question(VALUE_COLUMN_KEY, SEVERAL_REGISTERS, {one: one for one in several}),) if several else ()
        return replace(told, has_ends=True, questions=asked)
    return _beside(pl.concat(series), told, label)


def _several_of_one_direction(plan: RowsPlan) -> tuple[str, ...]:
    """Names of the registers, where several count the same direction (day and night, say)."""
    directions = [one.direction for one in plan.values.registers]
    return tuple(one.name for one in plan.values.registers) if len(set(directions)) < len(directions) else ()


def _by_behaviour(table: Table, plan: RowsPlan, labelled: pl.DataFrame, label: Labels, answer: str | None) -> Found:
    """Values that are called energy, or nothing, and behave like a register; and mean power."""
    name = plan.values.columns[0].name
    if plan.values.is_power:
        if answer == "interval":
            return Found(labelled.with_columns(unit=pl.lit("kWh")))
        labelled = labelled.with_columns(unit=pl.col("unit").fill_null("kW"))
        text = POWER_QUESTION.text_sv.format(name=name)
        return Found(
            labelled, questions=() if answer == "power" else (Question(KIND_KEY, text, POWER_QUESTION.choices),)
        )
    if (
        label.end_label is not None
        or answer == "interval"
        or (plan.values.are_facilities and len(plan.values.columns) > 50)
    ):
        return Found(labelled)
    sample = labelled.lazy().drop_nulls("value").head(SAMPLE_ROWS).collect()
    found = likelihood(sample) if answer != "register" else "surely"
    if found != "no" and labelled.height > SAMPLE_ROWS and answer != "register":
        found = likelihood(labelled)
    if found == "no" and _may_be_readings(plan, name) and never_falls(labelled):
        found = "surely" if plan.column("multiplier") is not None else "perhaps"
    if found == "no":
        return Found(labelled)
    told = _steps(table, plan, labelled, label)
    because = f"Värdena i kolumnen ”{name}” minskar aldrig och är därför mätarställningar."
    if found == "surely":
        return replace(told, has_ends=True, evidence=(because,) if answer != "register" else ())
    text = KIND_QUESTION.text_sv.format(name=name)
    return Found(labelled, questions=(Question(KIND_KEY, text, KIND_QUESTION.choices),))


def _may_be_readings(plan: RowsPlan, name: str) -> bool:
    """Whether a header of energy hints at readings: by the word, or by a constant of the meter beside it."""
    return "reading" in name.lower() or plan.column("multiplier") is not None


def _steps(table: Table, plan: RowsPlan, readings: pl.DataFrame, label: Labels) -> Found:
    rows = readings.join(_meters(table, plan), on=SOURCE_ROW, how="left", maintain_order="left")
    found = steps(rows)
    labelled = found.rows.select(
        *LABELLED_SCHEMA, pl.lit("register").alias("kind"), MARKS["is_second_account"].alias("is_second_account")
    )
    return Found(labelled.sort(SOURCE_ROW, maintain_order=True), (found.rejected,), found.warnings)


def _meters(table: Table, plan: RowsPlan) -> pl.DataFrame:
    """Number of the meter and its constant by row."""
    meter, constant = plan.identity.meter_place, plan.column("multiplier")
    if meter is not None and meter == plan.identity.place:
        meter = None
    return table.frame.select(
        SOURCE_ROW,
        (pl.col(table.header[meter]) if meter is not None else pl.lit(None, pl.String)).alias("meter"),
        (
            pl.lit(read_numbers(table.frame[table.header[constant.place]]).value)
            if constant
            else pl.lit(None, pl.Float64)
        ).alias("constant"),
    )


def _beside(volumes: pl.DataFrame, told: Found, label: Labels) -> Found:
    """Volumes beside readings: the volumes are used; the readings tell which way they lie from their stamp."""
    marked = volumes.with_columns(mark.alias(name) for name, mark in MARKS.items())
    key = ["metering_point_id", "direction"]
    second = told.labelled.with_columns(is_second_account=pl.lit(value=True), unit=pl.lit(_unit_of(volumes), pl.String))
    if label.end_label is not None or second.is_empty():
        return replace(told, labelled=pl.concat([marked, second], how="diagonal"), warnings=told.warnings)
    back = second.select(
        *key, pl.col("end_label").alias("label"), pl.col("label").alias("first"), pl.col("value").alias("step")
    )
    ahead = second.select(*key, "label", pl.col("end_label").alias("beyond"), pl.col("value").alias("next_step"))
    both = marked.join(back, on=[*key, "label"], how="left", nulls_equal=True, maintain_order="left").join(
        ahead, on=[*key, "label"], how="left", nulls_equal=True, maintain_order="left"
    )
    fits_back, fits_ahead = _fits(both, "step"), _fits(both, "next_step")
    warnings = list(told.warnings)
    if max(fits_back, fits_ahead) < AGREE_SHARE:
        total = {"steps": second["value"].sum(), "volumes": volumes["value"].sum()}
        warnings.append(DISAGREE.format(**total))
        return replace(told, labelled=pl.concat([marked, second], how="diagonal"), warnings=tuple(warnings))
    if fits_back >= fits_ahead:
        both = both.with_columns(end_label=pl.col("label"), label=pl.col("first"))
    else:
        both = both.with_columns(end_label=pl.col("beyond"))
    open_end = pl.col("label").is_null() | pl.col("end_label").is_null()
    is_month = _is_month_edge(both)
    other = pl.col("end_label") if fits_back >= fits_ahead else pl.col("label")
    moved = other.dt.offset_by("-1mo" if fits_back >= fits_ahead else "1mo")
    both = both.with_columns(
        label=pl.when(pl.col("label").is_null() & is_month).then(moved).otherwise("label"),
        end_label=pl.when(pl.col("end_label").is_null() & is_month).then(moved).otherwise("end_label"),
    )
    alone = both.filter(open_end & pl.col("value").is_not_null())
    labelled = pl.concat(
        [both.filter(~open_end).select(*LABELLED_SCHEMA, *MARKS), second.select(*LABELLED_SCHEMA, *MARKS)]
    )
    rejected = alone.select(
        SOURCE_ROW, pl.lit(FIRST_ALONE).alias("reason"), pl.lit("Lämna in avläsningen före eller efter.").alias("fix")
    )
    return replace(told, labelled=labelled, rejected=(*told.rejected, rejected.cast(REJECTED_SCHEMA)), has_ends=True)  # type: ignore[arg-type]


def _is_month_edge(rows: pl.DataFrame) -> pl.Expr:
    known = pl.coalesce("end_label", "label")
    return pl.lit(bool(rows.select((known.dt.day() == 1).all()).item()))


def _unit_of(volumes: pl.DataFrame) -> str | None:
    units = volumes["unit"].drop_nulls().unique()
    return units[0] if len(units) == 1 else None


def _fits(both: pl.DataFrame, step: str) -> float:
    """Share of the rows whose volume is the step."""
    known = both.drop_nulls(["value", step])
    if known.is_empty():
        return 0.0
    off = (pl.col("value") - pl.col(step)).abs() <= (pl.col(step).abs() * TOLERANCE + 1.0)
    return float(known.select(off.mean()).item())


def _pair(plan: RowsPlan) -> tuple[int, int] | None:
    """Columns of readings that begin and end the period of each row, by place in the list of registers."""
    registers = plan.values.registers
    if len(registers) != 2 or registers[0].direction != registers[1].direction:
        return None
    first = next((n for n, one in enumerate(registers) if _FIRST.search(one.name.strip())), None)
    last = next((n for n, one in enumerate(registers) if _LAST.search(one.name.strip()) and n != first), None)
    return (first, last) if first is not None and last is not None else None


def _pairs(
    table: Table,
    plan: RowsPlan,
    series: Sequence[pl.DataFrame],
    registers: Sequence[pl.DataFrame],
    label: Labels,
    pair: tuple[int, int],
) -> Found:
    """Two readings on each row: their difference is the energy of the row's period."""
    first, last = (
        registers[n].select(SOURCE_ROW, pl.col("value").alias(name))
        for n, name in zip(pair, ("first", "last"), strict=True)
    )
    rows = registers[pair[1]].join(first, on=SOURCE_ROW, how="inner", maintain_order="left")
    rows = rows.join(last, on=SOURCE_ROW, how="left", maintain_order="left")
    rows = rows.join(_meters(table, plan).drop("meter"), on=SOURCE_ROW, how="left", maintain_order="left")
    rows = rows.with_columns(value=(pl.col("last") - pl.col("first")) * pl.col("constant").fill_null(1.0))
    bad = rows.filter(pl.col("value") < 0)
    good = rows.filter(pl.col("value").is_null() | (pl.col("value") >= 0))
    rejected = (
        bad.select(SOURCE_ROW, pl.lit(FALLS).alias("reason"), pl.lit(FALLS_FIX).alias("fix"))
        if bad.height
        else no_rejections()
    )
    is_second = bool(series)
    told = good.select(*LABELLED_SCHEMA, pl.lit("register").alias("kind"), pl.lit(is_second).alias("is_second_account"))
    if not is_second:
        return Found(told, (rejected,), evidence=("Energin är skillnaden mellan två ställningar per rad.",))
    volumes = pl.concat(series)
    both = volumes.join(good.select(SOURCE_ROW, pl.col("value").alias("step")), on=SOURCE_ROW, how="inner")
    factor = kwh_factor(canonical_unit(_unit_of(volumes))) or 1.0
    warnings = ()
    if (
        both.height
        and _fits(both.with_columns(pl.col("value") * factor, pl.col("step") * factor), "step") < AGREE_SHARE
    ):
        warnings = (DISAGREE.format(steps=both["step"].sum(), volumes=both["value"].sum()),)  # type: ignore[assignment]
    told = told.filter(pl.col("value").is_not_null()).with_columns(
        unit=pl.coalesce("unit", pl.lit(_unit_of(volumes), pl.String))
    )
    marked = volumes.with_columns(mark.alias(name) for name, mark in MARKS.items())
    return Found(pl.concat([marked, told.select(marked.columns)]), (rejected.cast(REJECTED_SCHEMA),), warnings)  # type: ignore[arg-type]
