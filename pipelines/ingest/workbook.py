"""Workbooks of Excel (XLSX, XLSB, XLS) as sheets.

Call workbook_precheck first: the library that reads them trusts what they claim.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import fastexcel
import polars as pl

from pipelines.errors import BadInput
from pipelines.ingest.precheck import MAX_SHEETS
from pipelines.ingest.sheets import EXCEL_DIGITS, IS_STAMP, MIDNIGHT, SEPARATOR, Sheets, date_text, number_text
from pipelines.ingest.tables import HEADER_SEARCH_LINES, CsvText

IS_DATE = r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?$"
IS_PLAIN_DECIMAL = r"^-?\d+\.\d+$"
IS_LONG_NUMBER = rf"^\d{{{EXCEL_DIGITS + 1},}}$"

# It says on standard error which columns it could not guess the kind of; here nothing is left to its guesses.
logging.getLogger("fastexcel.types.dtype").setLevel(logging.ERROR)


def sheets(data: bytes, warnings: tuple[str, ...] = ()) -> Sheets:
    """All sheets of a workbook, hidden ones apart. Raises BadInput when it cannot be read."""
    try:
        workbook = fastexcel.read_excel(data)
        visible: dict[str, CsvText] = {}
        hidden: dict[str, CsvText] = {}
        for name in workbook.sheet_names[:MAX_SHEETS]:
            text = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            (visible if text.visible == "visible" else hidden)[name] = _as_csv(workbook, name, text.to_polars())
        return Sheets(visible, hidden, warnings)
    except BadInput:
        raise
    except BaseException as error:
        # The library's own panics are not Exceptions; anything that is no wish to stop is a damaged file.
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise BadInput(
            "Excelfilen går inte att läsa.", fix_sv="Öppna den i Excel, spara den som XLSX eller CSV och lämna in den."
        ) from error


def _as_csv(workbook: fastexcel.ExcelReader, title: str, text: pl.DataFrame) -> CsvText:
    """A sheet from its cells as text, and as what else they may be.

    The library shows a float with nine decimals, and says nowhere which cells are numbers. But asked for truth values
    it gives one for a number and none for a text, and asked for floats it gives all digits.
    """
    if text.is_empty():
        return CsvText("", SEPARATOR, [], title=title)
    floats = workbook.load_sheet(title, header_row=None, skip_rows=0, dtypes="float").to_polars()
    truths = workbook.load_sheet(title, header_row=None, skip_rows=0, dtypes="boolean").to_polars()
    columns = [_column(text[name], floats[name], truths[name]) for name in text.columns]
    frame = pl.DataFrame(_without_midnights(columns))
    head = [[cell or "" for cell in row] for row in frame.head(HEADER_SEARCH_LINES).iter_rows()]
    return CsvText(frame.write_csv(include_header=False, separator=SEPARATOR), SEPARATOR, head, title=title)


def _without_midnights(columns: list[pl.Series]) -> list[pl.Series]:
    """The columns with dates for midnights, where the sheet has no other time of day beside a date."""
    pattern = f"^{IS_STAMP.pattern}$"
    stamps = {column.name: column.filter(column.str.contains(pattern)) for column in columns}
    if not all(one.str.ends_with(MIDNIGHT).all() for one in stamps.values()):
        return columns
    return [
        _replaced(column, column.str.contains(pattern), lambda stamp: stamp.removesuffix(MIDNIGHT))
        if len(stamps[column.name])
        else column
        for column in columns
    ]


def _column(text: pl.Series, floats: pl.Series, truths: pl.Series) -> pl.Series:
    """The cells of a column as they stand in the CSV of the sheet."""
    if text.null_count() == len(text):
        return text
    is_number = truths.is_not_null() & floats.is_not_null() & ~text.is_in(["true", "false"])
    shown = _replaced(text, text.str.contains(IS_DATE), date_text)
    shown = _replaced(shown, is_number & text.str.contains(IS_LONG_NUMBER), _as_excel_shows)
    if is_number.any():
        # A point typed beside number cells is a decimal mark that Excel, set to Swedish, did not take for one.
        is_typed = ~is_number & text.str.contains(IS_PLAIN_DECIMAL)
        shown = pl.select(
            pl.when(is_typed).then(shown.str.replace(".", ",", literal=True)).otherwise(shown)
        ).to_series()
        is_fraction = is_number & (floats != floats.round(0))
        exact = floats.cast(pl.String)
        shown = pl.select(
            pl.when(is_fraction).then(_replaced(exact, is_fraction, number_text)).otherwise(shown)
        ).to_series()
    is_broken = shown.str.contains(r"\s\s|[\t\n\r\x0b\x0c\x85]|^\s|\s$")
    return _replaced(shown, is_broken, lambda cell: " ".join(cell.split())).alias(text.name)


def _replaced(cells: pl.Series, is_meant: pl.Series, change: Callable[[str], str]) -> pl.Series:
    """The cells with those that are meant changed; each different text is changed once."""
    if not is_meant.any():
        return cells
    different = cells.filter(is_meant).unique().drop_nulls()
    changed = pl.Series([change(cell) for cell in different], dtype=pl.String)
    new = cells.replace_strict(different, changed, default=None, return_dtype=pl.String)
    return pl.select(pl.when(is_meant).then(new).otherwise(cells)).to_series()


def _as_excel_shows(digits: str) -> str:
    """A whole number of more than 15 digits as Excel shows it, `7,35999100000123E+17`: the last digits are lost.

    Written out it would end with zeros, which for one id in ten happens to be a sound GSRN of another meter.
    """
    bare = digits.lstrip("-")
    held = str(round(int(bare), EXCEL_DIGITS - len(bare)))
    sign = "-" if digits.startswith("-") else ""
    return f"{sign}{held[0]},{held[1:EXCEL_DIGITS].rstrip('0') or '0'}E+{len(held) - 1}"
