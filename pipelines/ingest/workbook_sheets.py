"""The sheets of a workbook as one file: register sheets, or sheets of meter values or weather.

Does not belong here: how a workbook's bytes become sheets (a module per kind of workbook).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from pipelines.errors import BadInput
from pipelines.ingest import register_sheets
from pipelines.ingest.canonical import MeterFile, ReadFile, RegisterFile, TimeBasis
from pipelines.ingest.combined import SHEETS, combined, with_warnings
from pipelines.ingest.intervals import Context
from pipelines.ingest.sheets import Sheets
from pipelines.ingest.tables import CsvText, read_table

ReadTable = Callable[[CsvText, Context], ReadFile | None]
"""Reads one sheet; None where no reader knows its header."""

NAMES_SHOWN = 10


def read_sheets(sheets: Sheets, read: ReadTable, context: Context) -> ReadFile:
    """Read the sheets that can be seen; hidden ones only where no other can be read.

    A sheet that is recognised but cannot be used is named in a warning when another can. Raises BadInput when no sheet
    can be used.
    """
    visible, hidden = _filled(sheets.visible), _filled(sheets.hidden)
    if (register := _register(visible)) is not None:
        return with_warnings(register, sheets.warnings)
    read_visible, refused = _readable(visible, read, context)
    if refused and not read_visible:
        raise next(iter(refused.values()))
    read_hidden, _ = _readable(hidden, read, context)
    if read_visible:
        said = (
            *(f"Bladet {name} lästes inte: {refusal.message_sv}" for name, refusal in refused.items()),
            *(
                f"Det dolda bladet {name} har mätvärden som inte lästes. Visa det i Excel om de ska räknas."
                for name, one in read_hidden.items()
                if isinstance(one, MeterFile)
            ),
        )
        return with_warnings(_together(read_visible, visible, read, context), (*sheets.warnings, *said))
    if read_hidden:
        said = (f"Mätvärdena står i dolda blad i arbetsboken: {', '.join(read_hidden)}.",)
        return with_warnings(_together(read_hidden, hidden, read, context), (*sheets.warnings, *said))
    names = [*sheets.visible, *sheets.hidden][:NAMES_SHOWN]
    raise BadInput(
        f"Arbetsboken har inget blad som känns igen. Den har bladen: {', '.join(names) or 'inga'}.",
        fix_sv="Ett blad ska ha mätvärden med tid, värde och anläggnings-id, eller vara ett registerblad: "
        + ", ".join(register_sheets.SHEETS)
        + ".",
    )


def _filled(sheets: Mapping[str, CsvText]) -> dict[str, CsvText]:
    return {name: sheet for name, sheet in sheets.items() if sheet.text.strip('"; \n')}


def _register(sheets: Mapping[str, CsvText]) -> RegisterFile | None:
    """The workbook as register sheets; None when none of them is one."""
    lines = {name: line for name, sheet in sheets.items() if (line := _register_line(name, sheet)) is not None}
    if not lines:
        return None
    frames = {}
    for name, sheet in sheets.items():
        line = lines.get(name, 0)
        frames[name] = read_table(sheet, line, [cell.lower() for cell in sheet.head[line]]).frame
    return register_sheets.read_sheets(frames)


def _register_line(name: str, sheet: CsvText) -> int | None:
    """The header line of a register sheet; a sheet named as one counts even where columns are missing."""
    for line, header in enumerate(sheet.head):
        if register_sheets.sheet_of(header) is not None:
            return line
    return 0 if name.strip().lower() in register_sheets.SHEETS else None


def _readable(
    sheets: Mapping[str, CsvText], read: ReadTable, context: Context
) -> tuple[dict[str, ReadFile], dict[str, BadInput]]:
    """The sheets that can be used, and why others that were recognised cannot."""
    usable: dict[str, ReadFile] = {}
    refused: dict[str, BadInput] = {}
    for name, sheet in sheets.items():
        try:
            if (one := read(sheet, context)) is not None:
                usable[name] = one
        except BadInput as refusal:
            refused[name] = refusal
    return usable, refused


def _together(
    parts: Mapping[str, ReadFile], sheets: Mapping[str, CsvText], read: ReadTable, context: Context
) -> ReadFile:
    def again(name: str, learnt: Mapping[str, TimeBasis]) -> ReadFile:
        known = replace(context, profiles={**context.profiles, **learnt})
        return read(sheets[name], known) or parts[name]

    return combined(parts, SHEETS, again=again)
