"""How a table with time down its rows is read: the columns that were chosen, and why."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.ingest.columns_profile import Column
from pipelines.ingest.identity_columns import IdentityColumn
from pipelines.ingest.preamble import Preamble
from pipelines.ingest.time_columns import TimePlan
from pipelines.ingest.value_columns import Values


@dataclass(frozen=True)
class RowsPlan:
    """The choice of columns for a table with time down its rows."""

    header_line: int  # from 0; -1 where the file has no header
    header: tuple[str, ...]
    columns: tuple[Column, ...]
    time: TimePlan
    values: Values
    identity: IdentityColumn
    preamble: Preamble
    layout: str  # fingerprint of the header

    def column(self, role: str, kind: str | None = None) -> Column | None:
        """The first column of a role with cells of a kind, else of that kind, else of the role in any words."""
        used = {*self.time.places, *(one.place for one in (*self.values.columns, *self.values.registers))}
        free = [column for column in self.columns if column.place not in used]
        of_role = [column for column in free if column.says.role == role and column.kind != "empty"]
        told = [column for column in of_role if kind is None or column.kind == kind]
        by_kind = [column for column in free if kind is not None and column.kind == kind]
        in_words = [column for column in of_role if column.kind == "text"]
        return next(iter((*told, *by_kind, *in_words)), None)

    def evidence(self) -> tuple[str, ...]:
        """What was taken for what, in Swedish sentences for the receipt."""
        names = [name.strip() or f"nr {place + 1}" for place, name in enumerate(self.header)]
        times = list(dict.fromkeys(names[place] for place in self.time.places))
        word = "kolumnen" if len(times) == 1 else "kolumnerna"
        said = [f"Tid i {word} {_listed(times)}."]
        series = self.values.columns or self.values.registers
        kind = "Värden" if self.values.columns else "Mätarställningar"
        if self.values.are_facilities:
            said.append(f"En kolumn per anläggning: {len(series)} stycken.")
        else:
            units = [f"{_quoted(names[one.place])}{f' ({one.unit})' if one.unit else ''}" for one in series]
            said.append(f"{kind} i {'kolumnen' if len(series) == 1 else 'kolumnerna'} {', '.join(units)}.")
        if self.identity.place is not None and not self.values.are_facilities:
            said.append(f"Anläggning i kolumnen {_quoted(names[self.identity.place])}.")
        elif self.preamble.identity and not self.values.are_facilities:
            said.append("Anläggnings-id står ovanför tabellen.")
        return tuple(said)

    def warnings(self) -> tuple[str, ...]:
        """Columns of numbers that were not read, by name and kind."""
        named = [f"{_quoted(name)} ({kind})" if kind else _quoted(name) for name, kind in self.values.left_out.items()]
        if not named:
            return ()
        word = "Kolumnen" if len(named) == 1 else "Kolumnerna"
        more = f" och {len(named) - 8} till" if len(named) > 8 else ""
        return (f"{word} {', '.join(named[:8])}{more} lästes inte som energi.",)


def _quoted(name: str) -> str:
    return f"”{name}”"


def _listed(names: list[str]) -> str:
    return " och ".join(map(_quoted, names)) if len(names) <= 2 else ", ".join(map(_quoted, names))
