"""One file in the making: what it holds so far, and which facts it tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from tests.mutation.style import Cell, Style
from tests.mutation.truth import Truth
from tests.mutation.words import headers, words

TOLD, HINTED, OPEN = "told", "hinted", "open"
"""The file tells the fact: a question is needless. It hints at it: a question is fair, and so is the right reading
without one. It cannot tell: a question is needed."""


MIXED_ROLES = ("value", "unit", "quality", "id", "cost", "price", "temperature", "customer")


@dataclass
class Column:
    """A column of the table with its header."""

    role: str
    header: str
    cells: list[Cell]


@dataclass
class Draft:
    """Rows above, inside and below the table; `facts`: state by question key, told where nothing stands."""

    rng: Random
    language: str
    layout: str
    truth: Truth
    style: Style
    preamble: list[list[Cell]] = field(default_factory=list)
    header_rows: list[list[Cell]] = field(default_factory=list)
    body: list[list[Cell]] = field(default_factory=list)
    footer: list[list[Cell]] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    mutations: set[str] = field(default_factory=set)
    name_stem: str = "export"
    stamp: str = "start"
    value_header: str = ""

    def chance(self, share: float) -> bool:
        """True with that probability."""
        return self.rng.random() < share

    def header(self, role: str, used: set[str] | None = None) -> str:
        """A synonym for the role that is not in use in this file; now and then in capitals or with a space after it."""
        # Systems of one country sold to another keep some English headers.
        language = "en" if role in MIXED_ROLES and "English headers among others" in self.mutations else self.language
        free = [text for text in headers(language, role) if text not in (used or set())]
        text = self.rng.choice(free)
        if used is not None:
            used.add(text)
        if self.chance(0.06):
            self.mutations.add("header in capitals")
            return text.upper()
        return text + " " if self.chance(0.04) else text

    def word(self, kind: str) -> str:
        """One of the language's words of a kind."""
        return self.rng.choice(words(self.language, kind))

    def set_table(self, columns: list[Column]) -> None:
        """Columns side by side become header and body."""
        self.header_rows.append([column.header for column in columns])
        self.body.extend([list(row) for row in zip(*(column.cells for column in columns), strict=True)])

    @property
    def questionable_facts(self) -> list[str]:
        """Facts that only the sender knows for sure."""
        return [key for key, state in self.facts.items() if state != TOLD]
