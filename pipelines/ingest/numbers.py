"""Numbers as people and portals write them: decimal comma or point, thousands, minus signs, words for missing.

Whole columns at a time. Missing is not zero: a word for missing gives null, anything that is no number is reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.ingest.canonical import Question

MISSING_WORDS = (
    *("", "-", "–", "—", "--", "null", "none", "nan", "na", "n/a", "#n/a", "#saknas!", "saknas", "saknat", "missing"),
    *("mangler", "puuttuu", ".", "*", "?", "#ref!", "#value!", "#div/0!", "#värdefel!", "#referens!", "ej avläst"),
)
_SENTENCE_FOR_MISSING = r"^(ei|ingen|inga|intet|inget|no|not|ikke)\s"
_BLANKS = r"[\s\u00a0\u202f\u2009'’]"
_ESTIMATED_MARK = (
    r"(?i)\s*(\*+|\(?\s*(beräknat|beräknad|uppskattat|uppskattad|estimerat|estimerad|prel\.?|est\.?)\s*\)?)\s*$"
)
UNIT_BESIDE = r"(?i)\s*(kwh|mwh|gwh|wh|gj|mj|m3|m³)\s*$"

DECIMAL_KEY = "decimal_mark"
DECIMAL_QUESTION = Question(
    DECIMAL_KEY,
    "Värden som {example} kan läsas på två sätt. Vilket är filens decimaltecken?",
    {",": "Komma", ".": "Punkt"},
)
_SAMPLE = 2_000
FEWEST_WHOLE = 2


@dataclass(frozen=True)
class Numbers:
    """A column of texts read as numbers; all series have the length of the column."""

    value: pl.Series  # Float64; null where missing or no number
    is_bad: pl.Series  # Boolean: something is written that is no number
    is_marked: pl.Series  # Boolean: a mark beside the number says that it is estimated


def read_numbers(text: pl.Series, decimal: str | None = None) -> Numbers:
    """Read a column of texts as numbers.

    Decimal mark: where a value has both marks the last is decimal; points that only ever stand before groups of three
    digits, in a column that also has decimal commas, are thousands; otherwise either mark is decimal. `decimal` states
    the mark where the file has shown it (decimal_mark), so that the other is for thousands.
    """
    text = text.cast(pl.String)
    thousands = {",": ".", ".": ","}.get(decimal or "")
    has_thousands = thousands is not None and bool(text.str.contains(thousands, literal=True).any())
    thousand_points = (has_thousands and thousands == ".") or (decimal is None and _has_thousand_points(text))
    thousand_commas = has_thousands and thousands == ","
    has_commas = text.str.contains(",", literal=True).any()
    value = _cast(text.str.replace(",", ".", literal=True) if has_commas else text)
    if value.null_count() == text.null_count() and not thousand_points and not thousand_commas:
        return Numbers(value, pl.zeros(len(text), pl.Boolean, eager=True), pl.zeros(len(text), pl.Boolean, eager=True))
    unread = value.is_null() & text.is_not_null()
    places = unread if not (thousand_points or thousand_commas) else text.is_not_null()
    hard = text.filter(places).to_frame("text")
    hard = hard.with_columns(
        is_marked=pl.col("text").str.contains(_ESTIMATED_MARK),
        plain=pl.col("text")
        .str.replace(_ESTIMATED_MARK, "")
        .str.replace(UNIT_BESIDE, "")
        .str.replace_all(_BLANKS, "")
        .str.replace("−", "-")
        .str.replace(r"^(\d[\d.,]*)-$", "-$1"),
    ).with_columns(
        is_missing=pl.col("text").str.strip_chars().str.to_lowercase().is_in(MISSING_WORDS)
        | pl.col("text").str.strip_chars().str.to_lowercase().str.contains(_SENTENCE_FOR_MISSING)
    )
    last_is_comma = pl.col("plain").str.contains(r",\d*$")
    without_points = pl.col("plain").str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    without_commas = pl.col("plain").str.replace_all(",", "", literal=True)
    has_both = pl.col("plain").str.contains(r"\..*,|,.*\.")
    several_points = pl.col("plain").str.contains(r"^[-+]?\d{1,3}(\.\d{3}){2,}$")
    several_commas = pl.col("plain").str.contains(r"^[-+]?\d{1,3}(,\d{3}){2,}$")
    number = (
        pl.when((has_both & last_is_comma) | several_points)
        .then(without_points)
        .when(has_both | several_commas)
        .then(without_commas)
        .when(pl.lit(thousand_points) & pl.col("plain").str.contains(r"^[-+]?\d{1,3}(\.\d{3})+(,\d*)?$"))
        .then(without_points)
        .when(pl.lit(thousand_commas) & pl.col("plain").str.contains(r"^[-+]?\d{1,3}(,\d{3})+(\.\d*)?$"))
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


def decimal_mark(
    values: Sequence[pl.Series], others: Sequence[pl.Series], usual: str, answers: Mapping[str, str]
) -> tuple[str | None, Question | None]:
    """The decimal mark of a file: from its values, its other numbers, its language or the answer.

    Parameters
    ----------
    usual: the mark that files of its language use, where that is plain; a mark that is not it may be for thousands.

    Returns
    -------
    The mark (None where no value has one that could be either), and the question where nothing tells.
    """
    shown = [_shown_mark(column) for column in values]
    sure = {one for one, _ in shown if one}
    open_marks = {mark for _, mark in shown if mark}
    if not open_marks:
        return (sure.pop() if len(sure) == 1 else None), None
    mark = min(open_marks)
    sure |= {one for one, _ in (_shown_mark(column) for column in others) if one}
    if len(sure) == 1:
        return sure.pop(), None
    if usual and open_marks == {usual}:
        return usual, None
    if (answer := answers.get(DECIMAL_KEY)) in (",", "."):
        return answer, None
    example = next(one for column in values for one in column.drop_nulls().to_list() if mark in one)
    text = DECIMAL_QUESTION.text_sv.format(example=example.strip())
    return mark, Question(DECIMAL_KEY, text, DECIMAL_QUESTION.choices)


def _shown_mark(text: pl.Series) -> tuple[str | None, str | None]:
    """(the decimal mark that a column proves, the mark that may be decimal or for thousands)."""
    if len(text) > 2 * _SAMPLE:
        sure, _ = _mark_in(text.head(_SAMPLE).append(text.tail(_SAMPLE)))
        if sure:
            return sure, None
    return _mark_in(text)


def _mark_in(text: pl.Series) -> tuple[str | None, str | None]:
    """(the decimal mark that a column proves, the mark that may be decimal or for thousands)."""
    if not text.str.contains_any([",", "."]).any():
        return None, None
    plain = text.drop_nulls().str.replace(_ESTIMATED_MARK, "").str.replace(UNIT_BESIDE, "")
    has_blank = plain.str.contains(r"\d[\s\u00a0\u202f\u2009'’]\d{3}")
    plain = plain.str.replace_all(_BLANKS, "").str.replace("−", "-").str.strip_prefix("-").str.strip_prefix("+")
    doubtful = None
    for mark, thousands in ((",", "."), (".", ",")):
        one, other = ("," if mark == "," else r"\."), ("," if thousands == "," else r"\.")
        decimal = (
            plain.str.contains(
                rf"^\d*{one}(\d{{1,2}}|\d{{4,}})$|^0+{one}\d|^\d{{4,}}{one}\d|^{one}\d|^\d{{1,3}}({other}\d{{3}})+{one}\d+$"
            )
            | plain.str.contains(rf"^\d{{1,3}}({other}\d{{3}}){{2,}}$")
            | (has_blank & plain.str.contains(rf"^\d+{one}\d+$"))
        )
        if decimal.any():
            return mark, None
        if plain.str.contains(rf"^[1-9]\d{{0,2}}{one}\d{{3}}$").any():
            doubtful = mark
    # Whole numbers below a thousand beside marks that always have three digits: the mark is for thousands.
    whole = plain.str.contains(r"^[1-9]\d{0,2}$").sum()
    if doubtful and whole >= FEWEST_WHOLE and plain.str.contains(doubtful, literal=True).sum() > FEWEST_WHOLE:
        return ("." if doubtful == "," else ","), None
    # A whole number of four digits without a mark shows that thousands have none.
    if doubtful and plain.str.contains(r"^\d{4,}$").any():
        return doubtful, None
    return None, doubtful


def _cast(text: pl.Series) -> pl.Series:
    """Finite numbers; `inf` and `nan` are words here, not values."""
    value = text.cast(pl.Float64, strict=False)
    if value.is_finite().all():
        return value
    return pl.select(pl.when(value.is_finite()).then(value).otherwise(None)).to_series()


def _has_thousand_points(text: pl.Series) -> bool:
    """Whether points in this column separate thousands: they do beside decimal commas, always before three digits."""
    if not text.str.contains(",", literal=True).any():
        return False
    with_point = text.filter(text.str.contains(".", literal=True))
    return len(with_point) > 0 and bool(with_point.str.contains(r"^\s*[-+−]?\d{1,3}(\.\d{3})+(,\d+)?\s*$").all())
