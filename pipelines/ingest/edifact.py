"""EDIFACT interchanges as a frame of segments; all service characters of UNA are honoured, line breaks are decoration.

Does not belong here: what the segments of a message mean (utilts.py, mscons.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from pipelines.errors import BadInput
from pipelines.ingest.canonical import REJECTED_SCHEMA
from pipelines.ingest.tables import no_rejections

_ESCAPED = {
    "release": "\ue000",
    "segment": "\ue001",
    "element": "\ue002",
    "component": "\ue003",
    "repetition": "\ue004",
}
"""Private characters that stand for escaped signs while a text is split."""

_TAG_LENGTH = 3
MAX_CHARACTERS = 60_000_000
MAX_MESSAGES = 200_000
MOST_DIGITS = 40
NEW_FILE = "Be nätbolaget om en ny fil."
CUT_OFF = "Meddelandet är avklippt: slutraden (UNT) saknas, så det sista kan vara ofullständigt."


@dataclass(frozen=True)
class Service:
    """The service characters of an interchange (UNA), defaults as in ISO 9735."""

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    repetition: str = " "  # a blank means that nothing is repeated
    segment: str = "'"
    has_escapes: bool = False  # whether escaped signs stand in the text


@dataclass(frozen=True)
class Kind:
    """What UNH says of a message: `UTILTS:D:02B:UN:E5SE5A`, say."""

    type: str
    version: str
    release: str
    association: str

    @property
    def text(self) -> str:
        """As it is shown to people."""
        return f"{self.type} {self.version}.{self.release} {self.association}".strip()


@dataclass(frozen=True)
class Interchange:
    """The segments of a file, in order.

    `frame`: place (Int64, number of the segment from 1), tag, body (what follows the tag, escapes still in place),
    message (Int32, number of the message from 1; 0 outside all). `cut_messages`: those without UNT.
    """

    service: Service
    frame: pl.DataFrame
    kinds: dict[int, Kind]
    cut_messages: frozenset[int]
    warnings: tuple[str, ...]


def recognises(text: str) -> bool:
    """Whether a text is an EDIFACT interchange."""
    return text[:100].lstrip("\ufeff \t\r\n")[:3] in ("UNA", "UNB") and "UNH" in text[:5000]


def first_types(text: str) -> set[str]:
    """The types of the first messages (UTILTS, MSCONS, …), without reading the whole file."""
    return {kind.type for kind in read_interchange(text[:20_000]).kinds.values()}


def service_of(text: str) -> tuple[Service, str]:
    """The service characters, and the text without UNA, private signs for escaped ones, without decoration."""
    text = text.lstrip("\ufeff \t\r\n")
    service = Service()
    if text.startswith("UNA"):
        signs = text[3:9].ljust(6)
        service = Service(signs[0], signs[1], signs[2], signs[3], signs[4], signs[5])
        text = text[9:]
        if signs[5] in (signs[0], signs[1]) or signs[0] == signs[1]:
            raise BadInput("Filens tecken för avgränsning (UNA) går inte att använda.", fix_sv=NEW_FILE)
    if service.release.strip() and service.release in text:
        # Escaped signs become private characters, so that plain, fast splitting is right.
        text = text.replace(service.release * 2, _ESCAPED["release"])
        for role in ("segment", "element", "component", "repetition"):
            text = text.replace(service.release + getattr(service, role), _ESCAPED[role])
        service = replace(service, has_escapes=True)
    for line_break in "\r\n":
        if service.segment != line_break:
            text = text.replace(line_break, "")
    return service, text


def read_interchange(text: str) -> Interchange:
    """Split an interchange. What is wrong with its counts and references becomes warnings.

    Raises BadInput when UNA repeats a sign, or the text is too large.
    """
    if len(text) > MAX_CHARACTERS:
        raise BadInput(
            f"EDIFACT-filen är för stor: {len(text) / 1e6:.0f} MB, högst {MAX_CHARACTERS / 1e6:.0f} MB kan läsas.",
            fix_sv="Dela upp filen i flera.",
        )
    service, text = service_of(text)
    segment = pl.Series([text]).str.split(service.segment).explode().str.strip_chars().alias("segment")
    frame = (
        segment.to_frame()
        .filter(pl.col("segment") != "")
        .select(
            pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("place"),
            pl.col("segment").str.slice(0, _TAG_LENGTH).alias("tag"),
            pl.col("segment").str.slice(_TAG_LENGTH + 1).alias("body"),
        )
    )
    starts, ends = pl.col("tag") == "UNH", pl.col("tag") == "UNT"
    number = starts.cast(pl.Int32).cum_sum()
    # Between UNT and the next UNH stand only the service segments of the interchange.
    is_outside = pl.col("tag").is_in(["UNZ", "UNB", "UNA", "UNG", "UNE"])
    frame = frame.with_columns(pl.when(is_outside).then(0).otherwise(number).cast(pl.Int32).alias("message"))
    heads = frame.filter(starts)
    if heads.height > MAX_MESSAGES:
        raise BadInput(f"Filen har fler än {MAX_MESSAGES} meddelanden.", fix_sv="Dela upp filen i flera.")
    kinds = {message: _kind(body, service) for message, body in heads.select("message", "body").iter_rows()}
    ended = set(frame.filter(ends)["message"])
    return Interchange(service, frame, kinds, frozenset(set(kinds) - ended), _warnings(frame, service))


def _kind(body: str, service: Service) -> Kind:
    parts = [*body.split(service.element), "", ""][1].split(service.component)
    parts = [unescaped(part, service).strip() for part in parts] + [""] * 5
    return Kind(parts[0].upper(), parts[1].upper(), parts[2].upper(), parts[4].upper())


def _warnings(frame: pl.DataFrame, service: Service) -> tuple[str, ...]:
    """What the counts and references of the service segments say against the file."""
    warnings = []
    service_segments = frame.filter(pl.col("tag").is_in(["UNB", "UNH", "UNT", "UNZ"]))
    first: dict[int, int] = {}
    opened, closed, is_miscounted = [], [], False
    for place, tag, body, message in service_segments.select("place", "tag", "body", "message").iter_rows():
        parts = [*body.split(service.element), *[""] * 5]
        if tag == "UNH":
            first[message] = place
        elif tag == "UNT" and message in first:
            is_miscounted = is_miscounted or _whole(parts[0]) != place - first[message] + 1
        elif tag == "UNB":
            opened.append(parts[4])
        elif tag == "UNZ":
            closed.append((_whole(parts[0]), parts[1]))
    if is_miscounted:
        warnings.append("Antalet segment stämmer inte med slutraden (UNT); värdena lästes ändå.")
    if [reference for _, reference in closed] != opened[: len(closed)]:
        warnings.append("Filens slutreferens (UNZ) stämmer inte med dess början (UNB).")
    if closed and sum(count for count, _ in closed) != len(first):
        warnings.append("Antalet meddelanden stämmer inte med filens slutrad (UNZ); värdena lästes ändå.")
    if frame.is_empty() or frame["tag"][-1] != "UNZ":
        warnings.append("Filen slutar utan UNZ: den kan vara avklippt.")
    return tuple(warnings)


def _whole(text: str) -> int:
    digits = "".join(sign for sign in text if sign in "0123456789")
    return int(digits) if 0 < len(digits) < len("1000000000") else 0


def element(body: pl.Expr, place: int, service: Service, component: int = 0) -> pl.Expr:
    """A component of an element of a segment, both counted from 0 after the tag; null where there is none."""
    return meant(_part(_part(body, service.element, place), service.component, component), service)


def _part(text: pl.Expr, sign: str, place: int) -> pl.Expr:
    """The part at a place between signs, from 0; one cut more than needed, since the last part holds the rest."""
    return text.str.split_exact(sign, place + 1).struct.field(f"field_{place}")


def meant(text: pl.Expr, service: Service) -> pl.Expr:
    """Pieces of segments as they were meant, without escapes; nothing is null."""
    if service.has_escapes:
        for role, sign in _ESCAPED.items():
            text = text.str.replace_all(sign, getattr(service, role), literal=True)
    text = text.str.strip_chars()
    return pl.when(text != "").then(text)


def unescaped(text: str, service: Service) -> str:
    """A piece of a segment as it was meant."""
    for role, sign in _ESCAPED.items():
        if sign in text:
            text = text.replace(sign, getattr(service, role))
    return text


def quantity(text: pl.Expr) -> pl.Expr:
    """A number of the file; null where nothing, `NULL`, or no number is written. Both decimal marks are allowed."""
    plain = text.str.replace(",", ".", literal=True)
    # Words that Rust takes for numbers (`inf`, `1e3`) are none here.
    is_plain = ~plain.str.contains(r"[^\d.-]") & (plain.str.len_bytes() < MOST_DIGITS)
    return pl.when(is_plain).then(plain.cast(pl.Float64, strict=False))


def is_no_number(text: pl.Expr, number: pl.Expr) -> pl.Expr:
    """Whether something is written that is neither a number (what `quantity` gave) nor a word for missing."""
    return number.is_null() & text.is_not_null() & (text.str.to_uppercase() != "NULL")


def label(text: pl.Expr) -> pl.Expr:
    """The naive label of a date (102) or a date and time (203, 303, 304): digits first; 24:00 is the next midnight."""
    digits = text.str.extract(r"^(\d{8,14})", 1)
    clock = digits.str.slice(8, 4).str.pad_end(4, "0")
    ends_day = clock == "2400"
    written = digits.str.slice(0, 8) + pl.when(ends_day).then(pl.lit("0000")).otherwise(clock)
    stamp = written.str.to_datetime("%Y%m%d%H%M", strict=False, time_unit="us")
    return pl.when(ends_day).then(stamp.dt.offset_by("1d")).otherwise(stamp)


def offset_minutes(text: pl.Expr) -> pl.Expr:
    """Minutes ahead of UTC that a stamp (`…?+01`) or an offset (`?+0100`) says; null where it says none."""
    parts = text.str.extract_groups(r"([+-])(\d{2}):?(\d{2})?$").struct
    minutes = parts.field("2").cast(pl.Int32) * 60 + parts.field("3").cast(pl.Int32).fill_null(0)
    return pl.when(parts.field("1") == "-").then(-minutes).otherwise(minutes)


def rejections(rows: pl.DataFrame, reason: str, fix: str = NEW_FILE) -> pl.DataFrame:
    """Rejected rows for values (column place) that cannot be used."""
    return rows.select(
        pl.col("place").alias("source_row"), pl.lit(reason).alias("reason"), pl.lit(fix).alias("fix")
    ).cast(REJECTED_SCHEMA)  # type: ignore[arg-type]


def sorted_out(values: pl.DataFrame, reasons: Sequence[tuple[pl.Expr, str, str]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The values that no reason holds for, and rejections of the others by the first reason that does.

    `reasons`: what is wrong (null is not), in Swedish, and the fix.
    """
    number = pl.coalesce(pl.when(wrong).then(pl.lit(n, pl.Int32)) for n, (wrong, _, _) in enumerate(reasons))
    found = values.select(number).to_series()
    if found.null_count() == len(found):
        return values, no_rejections()
    bad = values.filter(found.is_not_null()).select(
        pl.col("place").alias("source_row"),
        *(
            pl.lit(found.drop_nulls()).replace_strict(dict(enumerate(texts)), return_dtype=pl.String).alias(name)
            for name, texts in (("reason", [one[1] for one in reasons]), ("fix", [one[2] for one in reasons]))
        ),
    )
    return values.filter(found.is_null()), bad.cast(REJECTED_SCHEMA)  # type: ignore[arg-type]


def of_type(interchange: Interchange, message_type: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The segments of the messages of a type, and rejections of the values in messages of other types."""
    wanted = [message for message, kind in interchange.kinds.items() if kind.type == message_type]
    if len(wanted) == len(interchange.kinds):
        return interchange.frame.filter(pl.col("message") > 0), no_rejections()
    frame = interchange.frame.filter(pl.col("message").is_in(wanted))
    others = interchange.frame.filter(
        (pl.col("message") > 0) & ~pl.col("message").is_in(wanted) & (pl.col("tag") == "QTY")
    )
    names = sorted({kind.type for kind in interchange.kinds.values()} - {message_type})
    return frame, rejections(others, f"Meddelanden av slaget {', '.join(names)} läses inte i samma fil.")
