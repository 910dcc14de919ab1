"""The segments of UTILTS messages as one row a quantity, beside what the head of its transaction says.

One walk over all segments: an organisation's month is hundreds of thousands of them, a small file a handful. Does not
belong here: what codes mean, and where values are placed in time (utilts.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from pipelines.ingest.edifact import Interchange, Service, element, meant

TRANSACTION_SCHEMA: dict[str, pl.DataType] = {
    "transaction": pl.Int64(),
    "message": pl.Int32(),
    "metering_point_id": pl.String(),
    "product": pl.String(),
    "unit": pl.String(),
    "kind": pl.String(),  # E17 | E18
    "period": pl.String(),  # two stamps in one
    "step": pl.String(),  # `15:806`
    "message_offset": pl.String(),
}
VALUE_SCHEMA: dict[str, pl.DataType] = {
    "place": pl.Int64(),
    "transaction": pl.Int64(),
    "sequence": pl.Int64(),  # as sent; -1 where there is none
    "meter": pl.String(),
    "register": pl.String(),
    "qualifier": pl.String(),
    "text": pl.String(),
    "own_unit": pl.String(),
    "own_stamp": pl.String(),
    "status": pl.String(),
}
"""What the walk gives, texts as written; nothing is null."""

SAID = ("metering_point_id", "product", "unit", "kind", "period", "step")
SEGMENT = ("place", "tag", "body", "message")

KINDS = ("E17", "E18")
NEVER_NULL = ("meter", "register", "qualifier")
QUALITY = "8"


@dataclass
class _Transaction:
    """What the head of a transaction (IDE … next IDE: a metering point and period) says."""

    message: int
    offset: str = ""
    said: dict[str, str] = field(default_factory=dict)

    def say(self, what: str, text: str) -> None:
        """Note a word; the first counts, since readings have segments of the same kinds."""
        if text:
            self.said.setdefault(what, text)


@dataclass
class _Values:
    """The quantities by column: lists of one kind are what frames are built from quickly."""

    place: list[int] = field(default_factory=list)
    transaction: list[int] = field(default_factory=list)
    sequence: list[int] = field(default_factory=list)
    meter: list[str] = field(default_factory=list)
    register: list[str] = field(default_factory=list)
    quantity: list[str] = field(default_factory=list)  # as it stands in the segment
    own_stamp: list[str] = field(default_factory=list)
    status: list[str] = field(default_factory=list)


def read_segments(interchange: Interchange, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The quantities (VALUE_SCHEMA) and the transactions (TRANSACTION_SCHEMA), in the order of the file.

    `frame`: the segments of the UTILTS messages of the interchange.
    """
    service = interchange.service
    transactions, values = _walked(frame, service)
    heads = [
        (number, one.message, *(one.said.get(name, "") for name in SAID), one.offset)
        for number, one in enumerate(transactions)
    ]
    quantity = pl.col("quantity")
    found = pl.DataFrame(
        vars(values), schema_overrides={name: VALUE_SCHEMA.get(name, pl.String()) for name in vars(values)}
    )
    found = found.with_columns(
        element(quantity, 0, service, place).alias(name) for place, name in enumerate(("qualifier", "text", "own_unit"))
    )
    return (
        _meant(found.select(*VALUE_SCHEMA), service),
        _meant(pl.DataFrame(heads, schema=TRANSACTION_SCHEMA, orient="row"), service),
    )


def _walked(frame: pl.DataFrame, service: Service) -> tuple[list[_Transaction], _Values]:
    """One pass over the segments. Reference and sequence hold until the next SEQ, time and status for one quantity."""
    plus, colon = service.element, service.component
    values, now = _Values(), _Transaction(0)
    transactions = [now]
    sequence, meter, register, offset, is_open = -1, "", "", "", False
    for place, tag, body, message in zip(*(frame[name].to_list() for name in SEGMENT), strict=True):
        if tag == "SEQ":
            sequence, meter, register, is_open = _number(_element(body, plus, 1)), "", "", False
        elif tag == "QTY":
            is_open = True
            values.place.append(place)
            values.transaction.append(len(transactions) - 1)
            values.sequence.append(sequence)
            values.meter.append(meter)
            values.register.append(register)
            values.quantity.append(body)
            values.own_stamp.append("")
            values.status.append("")
        elif tag == "DTM":
            qualifier, _, rest = body.partition(colon)
            if qualifier == "597" and is_open:
                values.own_stamp[-1] = rest.partition(colon)[0]
            elif qualifier == "324":
                now.say("period", rest.partition(colon)[0])
            elif qualifier == "354":
                now.say("step", rest)
            elif qualifier == "735":
                offset = rest.partition(colon)[0]
        elif tag == "STS":
            category, *codes = body.split(plus)
            if category.partition(colon)[0] == QUALITY and is_open:
                # The code stands in the second element, by some in the third.
                values.status[-1] = next((code.partition(colon)[0] for code in codes if code), "")
        elif tag == "RFF":
            kind, _, reference = body.partition(colon)
            meter, register = reference if kind == "MG" else meter, reference if kind == "AES" else register
        elif tag in ("UNH", "IDE"):
            offset = "" if tag == "UNH" else offset
            now = _Transaction(message, offset)
            transactions.append(now)
            sequence, meter, register, is_open = -1, "", "", False
        else:
            _note(now, tag, body, plus, colon)
    return transactions, values


def _note(transaction: _Transaction, tag: str, body: str, plus: str, colon: str) -> None:
    """Take a segment of the head."""
    if tag == "LOC" and _element(body, plus, 0) == "172":
        transaction.say("metering_point_id", _element(body, plus, 1).partition(colon)[0])
    elif tag in ("LIN", "MEA"):
        transaction.say("product" if tag == "LIN" else "unit", _element(body, plus, 2).partition(colon)[0])
    elif tag == "CAV" and (kind := body.partition(colon)[0]) in KINDS:
        transaction.say("kind", kind)


def _element(body: str, sign: str, place: int) -> str:
    parts = body.split(sign, place + 1)
    return parts[place] if len(parts) > place else ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000000") else -1


def _meant(frame: pl.DataFrame, service: Service) -> pl.DataFrame:
    """Texts as they were meant; empty ones become null, but for what tells registers apart."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    told = frame.with_columns(meant(pl.col(name), service).alias(name) for name in texts)
    return told.with_columns(pl.col(name).fill_null("") for name in NEVER_NULL if name in texts)
