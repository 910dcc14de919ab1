"""Columns of texts that repeat row after row in a long table: each text is kept once, and read once.

Such a column is Categorical; what follows takes it as it takes a column of texts. Does not belong here: which columns
of a table repeat (rows_csv.py).
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl


def is_repeated(text: pl.Series) -> bool:
    """Whether each text of the column is kept once."""
    return isinstance(text.dtype, pl.Categorical)


def repeated_type() -> pl.Categorical:
    """The type of a column that keeps each text once, apart from the texts of all other columns."""
    return pl.Categorical(pl.Categories.random())


def distinct(text: pl.Series) -> pl.Series:
    """The texts that occur, in the order in which they first stand, as a column of texts without null."""
    return text.unique(maintain_order=True).drop_nulls().cast(pl.String)


def as_text(text: pl.Series) -> pl.Series:
    """The column as texts."""
    return spread(text, lambda texts: texts) if is_repeated(text) else text.cast(pl.String)


def spread(text: pl.Series, read: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """What `read` makes of a column of texts, made of each text once where they repeat.

    Parameters
    ----------
    read: takes a column of texts and gives a series of its length, where each value comes from its text alone; null
        gives null.
    """
    return spread_values(text, read(distinct(text))) if is_repeated(text) else read(text)


def spread_values(text: pl.Series, values: pl.Series) -> pl.Series:
    """Values given for `distinct(text)`, in its order, for every row of a column whose texts repeat."""
    codes = text.unique(maintain_order=True).drop_nulls().to_physical()
    if codes.is_empty():
        return values.clear().extend_constant(None, len(text))
    by_code = values.clear().extend_constant(None, int(codes.max()) + 1).scatter(codes, values)  # type: ignore[arg-type]
    return by_code.gather(text.to_physical())
