"""XLSX as tables: every sheet is handed on as the CSV it would be saved as, so that one set of readers serves both.

Call precheck.check_workbook first: the library that reads the sheets trusts what they claim.
"""

from __future__ import annotations

import csv
import io
import re

import fastexcel

from pipelines.domain.gsrn import has_valid_check_digit
from pipelines.errors import BadInput
from pipelines.ingest.tables import HEADER_SEARCH_LINES, CsvText

SEPARATOR = ";"
EXCEL_DIGITS = 15
_FRACTION = re.compile(r"-?\d+\.\d+")


def sheets(data: bytes) -> dict[str, CsvText]:
    """Sheet name → its cells as text; line n is sheet row n. Raises BadInput when the workbook cannot be read."""
    try:
        workbook = fastexcel.read_excel(data)
        return {name: _as_csv(workbook, name) for name in workbook.sheet_names}
    except BadInput:
        raise
    except BaseException as error:
        # The library's own panics are not Exceptions; anything that is no wish to stop is a damaged file.
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise BadInput(
            "Excelfilen går inte att läsa.", fix_sv="Öppna den i Excel, spara den som XLSX eller CSV och lämna in den."
        ) from error


def _as_csv(workbook: fastexcel.ExcelReader, name: str) -> CsvText:
    frame = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
    out = io.StringIO()
    writer = csv.writer(out, delimiter=SEPARATOR, lineterminator="\n")
    rows = [[_one_line(cell) for cell in row] for row in frame.iter_rows()]
    writer.writerows(rows)
    return CsvText(out.getvalue(), SEPARATOR, rows[:HEADER_SEARCH_LINES], title=name)


def _one_line(cell: str | None) -> str:
    if not cell:
        return ""
    if _FRACTION.fullmatch(cell):
        # A cell of number type comes with a decimal point, whatever digits follow; beside typed text such as
        # `15,226 *` the point would be taken for thousands. With a comma, as Excel shows it, both are read alike.
        return cell.replace(".", ",")
    return _as_excel_shows(cell) if len(cell) > EXCEL_DIGITS and cell.isdigit() else " ".join(cell.split())


def _as_excel_shows(digits: str) -> str:
    """A long number as Excel holds it, with zeros after 15 digits, and not with the digits of its binary form.

    Only whole numbers that a double holds exactly and that are no sound GSRN can be such; an id kept as text is left.
    """
    is_number = int(float(digits)) == int(digits) and not has_valid_check_digit(digits)
    return str(round(int(digits), EXCEL_DIGITS - len(digits))) if is_number else digits
