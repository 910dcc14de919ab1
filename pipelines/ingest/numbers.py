"""Numbers as people and portals write them: decimal comma or point, thousands, minus signs, words for missing.

Whole columns at a time. Missing is not zero: a word for missing gives null, anything that is no number is reported.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

MISSING_WORDS = (
    "",
    "-",
    "–",
    "—",
    "null",
    "none",
    "nan",
    "na",
    "n/a",
    "#n/a",
    "#saknas!",
    "saknas",
    "saknat",
    "missing",
    "mangler",
    "puuttuu",
    ".",
)
_SENTENCE_FOR_MISSING = r"^(ei|ingen|inga|intet|inget|no)\s"
_BLANKS = r"[\s\u00a0\u202f\u2009']"
_ESTIMATED_MARK = r"(?i)\s*(\*+|\(?\s*(beräknat|beräknad|uppskattat|uppskattad|estimerat|estimerad|prel\.?)\s*\)?)\s*$"


@dataclass(frozen=True)
class Numbers:
    """A column of texts read as numbers; all series have the length of the column."""

    value: pl.Series  # Float64; null where missing or no number
    is_bad: pl.Series  # Boolean: something is written that is no number
    is_marked: pl.Series  # Boolean: a mark beside the number says that it is estimated


def read_numbers(text: pl.Series) -> Numbers:
    """Read a column of texts as numbers.

    Decimal mark: where a value has both marks the last is decimal; points that only ever stand before groups of three
    digits, in a column that also has decimal commas, are thousands; otherwise either mark is decimal.
    """
    text = text.cast(pl.String)
    value = _cast(text.str.replace(",", ".", literal=True))
    unread = value.is_null() & text.is_not_null()
    thousand_points = _has_thousand_points(text)
    if not unread.any() and not thousand_points:
        return Numbers(value, pl.zeros(len(text), pl.Boolean, eager=True), pl.zeros(len(text), pl.Boolean, eager=True))
    places = unread if not thousand_points else text.is_not_null()
    hard = text.filter(places).to_frame("text")
    hard = hard.with_columns(
        is_marked=pl.col("text").str.contains(_ESTIMATED_MARK),
        plain=pl.col("text").str.replace(_ESTIMATED_MARK, "").str.replace_all(_BLANKS, "").str.replace("−", "-"),
    ).with_columns(
        is_missing=pl.col("text").str.strip_chars().str.to_lowercase().is_in(MISSING_WORDS)
        | pl.col("text").str.strip_chars().str.to_lowercase().str.contains(_SENTENCE_FOR_MISSING)
    )
    last_is_comma = pl.col("plain").str.contains(r",\d*$")
    without_points = pl.col("plain").str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    without_commas = pl.col("plain").str.replace_all(",", "", literal=True)
    has_both = pl.col("plain").str.contains(r"\..*,|,.*\.")
    several_points = pl.col("plain").str.contains(r"^[-+]?\d{1,3}(\.\d{3}){2,}$")
    number = (
        pl.when((has_both & last_is_comma) | several_points | pl.lit(thousand_points))
        .then(without_points)
        .when(has_both)
        .then(without_commas)
        .otherwise(pl.col("plain").str.replace(",", ".", literal=True))
    )
    hard = hard.with_columns(value=pl.when(~pl.col("is_missing")).then(number))
    hard = hard.with_columns(value=_cast(hard["value"]))
    hard = hard.with_columns(is_bad=pl.col("value").is_null() & ~pl.col("is_missing"))
    return Numbers(
        value.scatter(places.arg_true(), hard["value"]) if len(hard) else value,
        pl.zeros(len(text), pl.Boolean, eager=True).scatter(places.arg_true(), hard["is_bad"]),
        pl.zeros(len(text), pl.Boolean, eager=True).scatter(places.arg_true(), hard["is_marked"]),
    )


def _cast(text: pl.Series) -> pl.Series:
    """Finite numbers; `inf` and `nan` are words here, not values."""
    value = text.cast(pl.Float64, strict=False)
    return pl.select(pl.when(value.is_finite()).then(value).otherwise(None)).to_series()


def _has_thousand_points(text: pl.Series) -> bool:
    """Whether points in this column separate thousands: they do beside decimal commas, always before three digits."""
    if not text.str.contains(",", literal=True).any():
        return False
    with_point = text.filter(text.str.contains(".", literal=True))
    return len(with_point) > 0 and bool(with_point.str.contains(r"^\s*[-+−]?\d{1,3}(\.\d{3})+(,\d+)?\s*$").all())
