"""Register sheets: organisations, properties, buildings, meters and what is reported about them, checked row by row.

A sheet is recognised by its header. Good rows are kept as text; a bad row is left out with reason and remedy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from pipelines.domain.gsrn import is_spreadsheet_damaged
from pipelines.errors import BadInput
from pipelines.ingest.canonical import REJECTED_SCHEMA, RegisterFile
from pipelines.ingest.tables import SOURCE_ROW, CsvText, read_table

CARRIERS = ("electricity", "district_heating", "district_cooling", "gas", "oil", "pellets", "wood_chips")
MEASURE_KINDS = (
    "night_setback",
    "ventilation_control",
    "led_lighting",
    "heat_pump",
    "heat_recovery",
    "window_replacement",
    "roof_insulation",
    "heating_balancing",
    "closed_building",
    "other",
)
EVENT_KINDS = ("area", "use", "closure", "solar", "charger", "equipment", "unknown", "none")
ISO_DATE = r"^\d{4}-\d{2}-\d{2}$"


@dataclass(frozen=True)
class Sheet:
    """What one register sheet must hold."""

    columns: tuple[str, ...]  # all must be in the header
    required: tuple[str, ...]  # may not be empty
    key: tuple[str, ...]  # unique together
    dates: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()  # numbers from 0 to 1
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    period: tuple[str, str] = ("valid_from", "valid_to")  # start before end
    any_of: tuple[str, ...] = ()  # one of them at least must be filled in


SHEETS: dict[str, Sheet] = {
    "organisation": Sheet(
        ("organisation_id", "name", "sector", "municipality_code"),
        ("organisation_id", "name", "sector"),
        ("organisation_id", "valid_from"),
        choices={"sector": ("state", "region", "municipality")},
        optional=("country",),
    ),
    "property": Sheet(
        ("property_id", "designation", "organisation_id"),
        ("property_id",),
        ("property_id", "valid_from"),
    ),
    "ownership": Sheet(
        ("property_id", "organisation_id", "share"),
        ("property_id", "organisation_id"),
        ("property_id", "organisation_id", "valid_from"),
        shares=("share",),
    ),
    "building": Sheet(
        ("building_id", "property_id", "name", "use", "municipality_code", "area_m2"),
        ("building_id", "name", "municipality_code"),
        ("building_id", "valid_from"),
        numbers=("area_m2", "built_year"),
        optional=("area_type", "built_year", "protected"),
    ),
    "meter_building": Sheet(
        ("metering_point_id", "building_id", "share"),
        ("metering_point_id", "building_id"),
        ("metering_point_id", "building_id", "valid_from"),
        shares=("share",),
    ),
    "meter": Sheet(
        ("metering_point_id", "carrier", "unit", "role"),
        ("metering_point_id", "carrier", "role"),
        ("metering_point_id", "valid_from"),
        dates=("baseline_from", "baseline_to"),
        choices={"carrier": CARRIERS, "role": ("main", "sub", "virtual")},
        optional=("parent_id", "formula", "baseline_from", "baseline_to"),
    ),
    "calendar": Sheet(
        ("building_id", "from", "to", "kind"),
        ("building_id", "from", "to", "kind"),
        ("building_id", "from", "kind"),
        dates=("from", "to"),
        choices={"kind": ("closed", "holiday", "open")},
        period=("from", "to"),
    ),
    "measure": Sheet(
        ("measure_id", "building_id", "kind", "started", "finished"),
        ("measure_id", "building_id", "kind"),
        ("measure_id", "valid_from"),
        dates=("started", "finished"),
        numbers=("expected_kwh_year", "cost_sek"),
        choices={"kind": MEASURE_KINDS},
        optional=("expected_kwh_year", "cost_sek"),
    ),
    "event": Sheet(
        ("event_id", "building_id", "metering_point_id", "kind", "started", "ended"),
        ("event_id", "kind", "started"),
        ("event_id", "valid_from"),
        dates=("started", "ended"),
        choices={"kind": EVENT_KINDS},
        optional=("note",),
        period=("started", "ended"),
        any_of=("building_id", "metering_point_id"),
    ),
    "adjustment": Sheet(
        ("adjustment_id", "metering_point_id", "kwh_per_day", "reason"),
        ("adjustment_id", "metering_point_id", "valid_from", "kwh_per_day", "reason"),
        ("adjustment_id",),
        numbers=("kwh_per_day",),
    ),
    "baseline": Sheet(
        ("baseline_id", "from", "to", "kind", "reason"),
        ("baseline_id", "from", "to", "kind", "reason"),
        ("baseline_id", "valid_from"),
        dates=("from", "to"),
        choices={"kind": ("use", "exclude")},
        optional=("metering_point_id", "building_id", "organisation_id"),
        period=("from", "to"),
        any_of=("metering_point_id", "building_id", "organisation_id"),
    ),
    "degree_day_normal": Sheet(
        ("municipality_code", "month", "degree_days", "base_c", "period"),
        ("municipality_code", "month", "degree_days", "base_c"),
        ("municipality_code", "month", "valid_from"),
        numbers=("degree_days", "base_c"),
        choices={"month": tuple(str(month) for month in range(1, 13))},
    ),
    "membership": Sheet(
        ("member_id", "group_id", "kind"),
        ("member_id", "group_id"),
        ("member_id", "group_id", "kind", "valid_from"),
    ),
    "target": Sheet(
        ("organisation_id", "kind", "from_year", "share_per_year"),
        ("organisation_id", "kind", "from_year", "share_per_year"),
        ("organisation_id", "kind", "from_year", "valid_from"),
        numbers=("from_year",),
        shares=("share_per_year",),
    ),
}
"""Sheet name → its rules; all also have valid_from and valid_to, which may be left out."""


def sheet_of(header: list[str]) -> str | None:
    """The sheet that a header belongs to: the one with most columns among those whose columns are all there."""
    names = {name.strip().lower() for name in header}
    fitting = [sheet for sheet, rules in SHEETS.items() if names >= set(rules.columns)]
    return max(fitting, key=lambda sheet: len(SHEETS[sheet].columns), default=None)


def nearly(header: list[str]) -> tuple[str, list[str]] | None:
    """The sheet a header was probably meant to be, with the columns it lacks; None when it is like none of them."""
    names = {name.strip().lower() for name in header}
    best: tuple[str, list[str]] | None = None
    for sheet, rules in SHEETS.items():
        missing = [name for name in rules.columns if name not in names]
        has_key = rules.columns[0] in names and len(missing) <= len(rules.columns) // 2
        if has_key and (best is None or len(missing) < len(best[1])):
            best = sheet, missing
    return best


def read_csv(csv_text: CsvText, header_line: int, sheet: str) -> RegisterFile:
    """Read one sheet from CSV."""
    table = read_table(csv_text, header_line, [name.lower() for name in csv_text.head[header_line]])
    good, bad = checked(sheet, table.frame)
    return RegisterFile({sheet: good}, {sheet: pl.concat([table.rejected, bad])})


def read_sheets(sheets: Mapping[str, pl.DataFrame]) -> RegisterFile:
    """Read the sheets of a workbook: text frames with `source_row`, by the name of the sheet in the workbook.

    Raises BadInput when no sheet has the columns of a register sheet.
    """
    good: dict[str, pl.DataFrame] = {}
    rejected: dict[str, pl.DataFrame] = {}
    warnings: list[str] = []
    for name, frame in sheets.items():
        header = [column for column in frame.columns if column != SOURCE_ROW]
        sheet = name.strip().lower() if name.strip().lower() in SHEETS else sheet_of(header)
        if sheet is None:
            warnings.append(f"Bladet {name} känns inte igen och lästes inte.")
            continue
        missing = [column for column in SHEETS[sheet].columns if column not in header]
        if missing:
            raise BadInput(
                f"Bladet {name} saknar kolumnerna {', '.join(missing)}.",
                fix_sv=f"Bladet {sheet} ska ha kolumnerna {', '.join(SHEETS[sheet].columns)}.",
            )
        good_rows, bad_rows = checked(sheet, frame)
        good[sheet] = pl.concat([good[sheet], good_rows], how="diagonal") if sheet in good else good_rows
        rejected[sheet] = pl.concat([rejected[sheet], bad_rows]) if sheet in rejected else bad_rows
    if not good:
        raise BadInput(
            f"Arbetsboken har inget blad som känns igen. Den har bladen: {', '.join(sheets) or 'inga'}.",
            fix_sv=f"Registerblad heter {', '.join(SHEETS)}.",
        )
    return RegisterFile(good, rejected, warnings=tuple(warnings))


def checked(sheet: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Good rows (text columns of the sheet and `source_row`) and bad rows (REJECTED_SCHEMA), one reason a row."""
    rules = SHEETS[sheet]
    wanted = [*rules.columns, *rules.optional, "valid_from", "valid_to"]
    text = frame.select(
        pl.col(SOURCE_ROW),
        *[
            (
                pl.col(name).cast(pl.String).str.strip_chars() if name in frame.columns else pl.lit(None, pl.String)
            ).alias(name)
            for name in wanted
        ],
    ).with_columns(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in wanted)
    text = text.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in wanted))
    text = text.with_columns(_as_written(name, rules) for name in wanted)
    number_columns = (*rules.numbers, *rules.shares)
    text = text.with_columns(pl.col(name).str.replace(",", ".", literal=True) for name in number_columns)
    problems = _problems(rules)
    if damaged := _damaged_ids(text):
        reason, fix = "metering_point_id har avrundats av Excel.", "Skriv id:t som text i Excel, eller lämna in CSV."
        problems.insert(0, _problem(pl.col("metering_point_id").is_in(damaged), reason, fix))
    judged = text.with_columns(problem=pl.coalesce(*problems, pl.lit(None, pl.String)))
    bad = judged.filter(pl.col("problem").is_not_null())
    parts = bad["problem"].str.split_exact("|", 1)
    rejected = pl.DataFrame(
        {
            SOURCE_ROW: bad[SOURCE_ROW],
            "reason": parts.struct.field("field_0"),
            "fix": parts.struct.field("field_1"),
        },
        schema=REJECTED_SCHEMA,
    )
    return judged.filter(pl.col("problem").is_null()).select(*wanted, SOURCE_ROW), rejected


def _as_written(name: str, rules: Sheet) -> pl.Expr:
    """Undo what spreadsheets do: a midnight after a date, a lost zero before a municipality code."""
    if name in ("valid_from", "valid_to", *rules.dates):
        return pl.col(name).str.replace(r" 00:00:00$", "")
    if name == "municipality_code":
        return (
            pl.when(pl.col(name).str.contains(r"^\d{3}$"))
            .then(pl.lit("0") + pl.col(name))
            .otherwise(pl.col(name))
            .alias(name)
        )
    return pl.col(name)


def _damaged_ids(frame: pl.DataFrame) -> list[str]:
    """Metering point ids of a sheet that a spreadsheet has rounded."""
    if "metering_point_id" not in frame.columns:
        return []
    return [one for one in frame["metering_point_id"].unique().drop_nulls() if is_spreadsheet_damaged(one)]


def _problems(rules: Sheet) -> list[pl.Expr]:
    """What can be wrong with a row, first things first, as `reason|fix`; null where nothing is."""
    found = [_problem(pl.col(name).is_null(), f"{name} är tomt.", f"Fyll i {name}.") for name in rules.required]
    if rules.any_of:
        none_filled = pl.all_horizontal(pl.col(name).is_null() for name in rules.any_of)
        either = f"{', '.join(rules.any_of[:-1])} eller {rules.any_of[-1]}"
        found.append(_problem(none_filled, "Raden säger inte vad den gäller.", f"Fyll i {either}."))
    for name in ("valid_from", "valid_to", *rules.dates):
        is_wrong = pl.col(name).is_not_null() & _date(name).is_null()
        found.append(_problem(is_wrong, f"{name} är inget datum.", "Skriv datum som 2024-03-31."))
    start, end = rules.period
    for first, last in {(start, end), ("valid_from", "valid_to")}:
        found.append(_problem(_date(first) >= _date(last), f"{first} ligger inte före {last}.", "Rätta datumen."))
    for name, choices in rules.choices.items():
        is_wrong = pl.col(name).is_not_null() & ~pl.col(name).is_in(choices)
        found.append(_problem(is_wrong, f"{name} har ett okänt värde.", f"Välj bland {', '.join(choices)}."))
    for name in (*rules.numbers, *rules.shares):
        is_wrong = pl.col(name).is_not_null() & pl.col(name).cast(pl.Float64, strict=False).is_null()
        found.append(_problem(is_wrong, f"{name} är inget tal.", "Skriv bara siffror."))
    if "area_m2" in rules.numbers:
        is_wrong = pl.col("area_m2").cast(pl.Float64, strict=False) <= 0
        found.append(_problem(is_wrong, "area_m2 är inte större än 0.", "Lämna fältet tomt om arean är okänd."))
    for name in rules.shares:
        is_wrong = ~pl.col(name).cast(pl.Float64, strict=False).is_between(0, 1)
        found.append(_problem(is_wrong, f"{name} ligger inte mellan 0 och 1.", "Skriv en andel, till exempel 0.25."))
    repeated = pl.struct(rules.key).cum_count().over(list(rules.key)) > 1
    found.append(_problem(repeated, f"Raden upprepar {', '.join(rules.key)}.", "Ta bort den ena raden."))
    return found


def _problem(is_wrong: pl.Expr, reason: str, fix: str) -> pl.Expr:
    return pl.when(is_wrong.fill_null(value=False)).then(pl.lit(f"{reason}|{fix}"))


def _date(name: str) -> pl.Expr:
    return pl.when(pl.col(name).str.contains(ISO_DATE)).then(pl.col(name)).str.to_date("%Y-%m-%d", strict=False)
