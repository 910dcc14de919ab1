"""Which column says whose each value is, and what has to be asked where several could."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.domain.gsrn import looks_like_gsrn, without_spaces
from pipelines.ingest.canonical import Question
from pipelines.ingest.columns_profile import Column

ID_COLUMN_KEY = "id_column"
ID_COLUMN_QUESTION = (
    "Filen har flera anläggningar men ingen kolumn för anläggnings-id känns igen. Vilken kolumn är det?"
)


@dataclass(frozen=True)
class IdentityColumn:
    """The column of ids, or None; with the question where only the sender knows."""

    place: int | None
    name: str = ""
    meter_place: int | None = None  # the number of the meter itself, which changes when it is replaced
    questions: tuple[Question, ...] = ()


def identity_column(columns: Sequence[Column], used: Sequence[int], answers: Mapping[str, str]) -> IdentityColumn:
    """Choose the column: by a word for metering point, by ids of 18 digits, by `id`; names are asked about.

    `used`: places of columns that tell time or value. `answers`: id_column names the column.
    """
    columns = [column for column in columns if not column.says.is_total]
    free = [c for c in columns if c.place not in used and not (c.is_time and c.kind != "ordinal") and c.kind != "empty"]
    meter = next((c.place for c in free if c.says.role == "meter_number" and not c.says.quantity), None)
    chosen = next((column for column in free if column.name == answers.get(ID_COLUMN_KEY)), None)
    named = [c for c in free if c.says.role == "metering_point_id" and not (c.says.quantity and c.kind == "number")]
    by_cells = [
        column
        for column in free
        if column.kind == "id" and column.says.role not in ("meter_number", "other", "product")
    ]
    sound = [column for column in named if column.kind == "id"] or [c for c in named if c.kind != "text"]
    sound.sort(key=lambda column: not any(looks_like_gsrn(without_spaces(one)) for one in column.words))
    weak = [
        column
        for column in free
        if column.says.role == "weak_id" and column.kind in ("id", "text", "ordinal", "number")
    ]
    weak = [column for column in weak if not column.says.quantity and not _may_be_meter_number(column)]
    for candidates in ([chosen] if chosen else [], sound, [c for c in by_cells if c.says.role != "weak_id"], weak):
        if candidates:
            best = candidates[0]
            return IdentityColumn(best.place, best.name, meter)
    words = [column for column in free if column.distinct > 1 and column.kind == "text"]
    names = [column for column in words if column.says.role in ("place", None)]
    if len(names) == 1 and names[0].says.role == "place":
        return IdentityColumn(names[0].place, names[0].name, meter)  # the name of the building is all that there is
    if names:
        choices = {column.name: column.name for column in names[:10]}
        question = Question(ID_COLUMN_KEY, ID_COLUMN_QUESTION, choices)
        return IdentityColumn(names[0].place, names[0].name, meter, (question,))
    return IdentityColumn(None, "", meter)


def one_carrier_each(labelled: pl.DataFrame) -> pl.DataFrame:
    """Ids that name a building and not a metering point (`A` with electricity and gas), told apart by carrier."""
    pairs = labelled.select("metering_point_id", "carrier").unique().drop_nulls()
    several = pairs.filter(pl.len().over("metering_point_id") > 1)["metering_point_id"].unique().to_list()
    if not several:
        return labelled
    told_apart = pl.format("{}-{}", "metering_point_id", pl.col("carrier").fill_null(""))
    is_several = pl.col("metering_point_id").is_in(several).fill_null(value=False)
    return labelled.with_columns(metering_point_id=pl.when(is_several).then(told_apart).otherwise("metering_point_id"))


def _may_be_meter_number(column: Column) -> bool:
    """Whether a column of `meter id` holds one number that may as well be that of the meter, which is no identity."""
    is_of_meter = any(stem in column.name.lower() for stem in ("meter", "mätar", "måler", "mittar"))
    return is_of_meter and column.distinct <= 1 and all(re.fullmatch(r"\d{5,12}", one.strip()) for one in column.words)
