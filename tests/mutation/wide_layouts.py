"""Layouts with many values in a row: a column an hour, a facility, a stamp or a month."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from tests.mutation.draft import HINTED, Column, Draft
from tests.mutation.facts import judge_numbers, judge_time, place_id, place_unit, spaced, with_unit
from tests.mutation.style import Cell
from tests.mutation.time_columns import MONTH_FORMS, month
from tests.mutation.words import words


def day_hours(draft: Draft) -> None:
    """A row a day (and metering point), a column an hour, half-hour or quarter; 25 columns where clocks are changed."""
    truth, used = draft.truth, set[str]()
    per_day = 24 * 60 // truth.minutes
    has_double_hour = truth.has_clock_change == "autumn"
    sequential = truth.basis == "local" and (has_double_hour or (truth.minutes == 60 and draft.chance(0.3)))
    width = per_day * 25 // 24 if sequential else per_day
    draft.mutations.add(f"{width} columns")
    labels = [str(n) for n in range(1, width + 1)] if sequential else _slot_labels(draft, per_day)
    # Days that have a 25th column, or a hole at the lost hour, speak of local time; 24 filled columns do not in autumn.
    judge_time(draft, stamp_told=True, has_room_for_25=sequential)
    if truth.basis == "local" and not truth.has_clock_change and sequential:
        draft.facts["time_basis"] = HINTED
    days = _by_day(draft, sequential)
    rows = [(s, day) for s in range(len(truth.series)) for day in days]
    single = len(truth.series) == 1
    id_place = place_id(draft, ("column", "column", "preamble", "file_name", "nowhere") if single else ("column",))
    unit_place = place_unit(draft, ("column", "preamble", "preamble", "nowhere"))
    columns = [
        Column(
            "time", draft.header("date", used), [draft.style.date(datetime(d.year, d.month, d.day)) for _, d in rows]
        )
    ]
    if id_place == "column":
        columns.append(Column("id", draft.header("id", used), [truth.series[s].identity for s, _ in rows]))
    if unit_place == "column":
        columns.append(Column("unit", draft.header("unit", used), [truth.unit for _ in rows]))
    if draft.chance(0.4):
        draft.mutations.add("columns reordered")
        draft.rng.shuffle(columns)
    slots = [
        Column("slot", text, [_slot(draft, s, days[day].get(n)) for s, day in rows]) for n, text in enumerate(labels)
    ]
    judge_numbers(draft, [cell for column in slots for cell in column.cells])
    columns += slots
    if draft.chance(0.35):
        columns.append(_day_totals(draft, rows, days, used))
    draft.set_table(columns)


def _slot_labels(draft: Draft, per_day: int) -> list[str]:
    minutes = 24 * 60 // per_day
    starts = [f"{n * minutes // 60:02d}:{n * minutes % 60:02d}" for n in range(per_day)]
    ends = [*starts[1:], "24:00"]
    forms = {
        "starts": starts,
        "ends to 24:00": ends,
        "ends to 00:00": [*starts[1:], "00:00"],
        "ranges": [f"{a}-{b}" for a, b in zip(starts, [*starts[1:], "00:00"], strict=True)],
        "spaced ranges": [f"{a} - {b}" for a, b in zip(starts, ends, strict=True)],
    }
    if per_day == 24:
        forms |= {
            "short ranges": [f"{n:02d}-{n + 1:02d}" for n in range(24)],
            "numbers 1 to 24": [str(n + 1) for n in range(24)],
            "numbers 0 to 23": [str(n) for n in range(24)],
            "H01": [f"H{n + 1:02d}" for n in range(24)],
            "hour words": [f"{_hour_word(draft)} {n + 1}" for n in range(24)],
            "kl": [f"kl {n:02d}-{n + 1:02d}" for n in range(24)],
        }
    form = draft.rng.choice(list(forms))
    draft.mutations.add(f"slots as {form}")
    return forms[form]


def _hour_word(draft: Draft) -> str:
    """The word for hour."""
    return {"sv": "Timme", "en": "Hour", "no": "Time", "da": "Time", "fi": "Tunti"}[draft.language]


def _by_day(draft: Draft, sequential: bool) -> dict[date, dict[int, int]]:
    """Intervals by local day and column: in sequence, or by the clock of their start."""
    truth = draft.truth
    days: dict[date, dict[int, int]] = defaultdict(dict)
    for n, start in enumerate(truth.starts):
        shown = truth.label(start)
        slots = days[shown.date()]
        slots[len(slots) if sequential else (shown.hour * 60 + shown.minute) // truth.minutes] = n
    return dict(days)


def _slot(draft: Draft, series: int, n: int | None) -> Cell:
    if n is None:
        return ""
    return draft.style.number(draft.truth.series[series].values[n], draft.truth.decimals)


def _day_totals(draft: Draft, rows: list[tuple[int, date]], days: dict[date, dict[int, int]], used: set[str]) -> Column:
    is_sum = draft.chance(0.6)
    draft.mutations.add("day totals" if is_sum else "day averages")
    cells: list[Cell] = []
    for s, day in rows:
        values = [v for n in days[day].values() if (v := draft.truth.series[s].values[n]) is not None]
        number = sum(values) / (1 if is_sum else max(len(values), 1))
        cells.append(draft.style.number(round(number, draft.truth.decimals), draft.truth.decimals))
    return Column("total", draft.header("total" if is_sum else "average", used), cells)


def facilities(draft: Draft) -> None:
    """A column a facility; its name may stand in a row of its own above or below the ids."""
    truth, used = draft.truth, set[str]()
    role = draft.rng.choice(["time", "time", "start"])
    judge_time(draft, stamp_told=role == "start")
    rows = [n for n in range(len(truth.starts)) if n not in truth.absent]
    if truth.minutes == -1:
        form = draft.rng.choice(MONTH_FORMS)
        stamps = [month(draft, form, truth.label(truth.starts[n])) for n in rows]
        head = draft.header("month", used)
    else:
        show = draft.style.stamp if truth.is_below_day else (lambda _, shown: draft.style.date(shown))
        stamps = [show(truth.starts[n], truth.label(truth.starts[n])) for n in rows]
        head = draft.header(role if truth.is_below_day else "date", used)
    unit_place = place_unit(draft, ("header", "header", "preamble", "row", "nowhere"))
    columns = [Column("time", head, stamps)]
    for one in truth.series:
        shown = spaced(one.identity) if "ids with spaces" in draft.mutations else one.identity
        cells = [draft.style.number(one.values[n], truth.decimals) for n in rows]
        columns.append(Column("value", with_unit(draft, shown, unit_place), cells))
    judge_numbers(draft, [cell for column in columns[1:] for cell in column.cells])
    if draft.chance(0.35):
        draft.mutations.add("sum of facilities")
        columns.append(Column("total", draft.header("total", used), _sums(draft, rows)))
    if draft.chance(0.2):
        temperatures: list[Cell] = [draft.style.number(round(draft.rng.gauss(5, 6), 1), 1) for _ in rows]
        columns.append(Column("temperature", draft.header("temperature", used), temperatures))
        draft.mutations.add("added temperature")
    draft.set_table(columns)
    _rows_of_facts(draft, unit_place, len(columns))


def _sums(draft: Draft, rows: list[int]) -> list[Cell]:
    series, decimals = draft.truth.series, draft.truth.decimals
    return [draft.style.number(round(sum(one.values[n] or 0.0 for one in series), decimals), decimals) for n in rows]


def _rows_of_facts(draft: Draft, unit_place: str, width: int) -> None:
    """Names above the ids, units below them."""
    count = len(draft.truth.series)
    rest: list[Cell] = [""] * (width - 1 - count)
    if draft.chance(0.35):
        draft.mutations.add("names above the ids")
        names: list[Cell] = [f"{draft.rng.choice(BUILDINGS)} {n}" for n in range(1, count + 1)]
        draft.header_rows.insert(0, ["", *names, *rest])
    if unit_place == "row":
        draft.mutations.add("units in a row below the ids")
        draft.header_rows.append(["", *[draft.truth.unit] * count, *rest])


BUILDINGS = ("Björkskolan", "Stadshuset", "Rådhuset", "Kirjasto", "Idrottshallen", "Biblioteket")


def transposed(draft: Draft) -> None:
    """A row a facility, a column a month, a day or a stamp."""
    truth, used = draft.truth, set[str]()
    rows = range(len(truth.series))
    judge_time(draft, stamp_told=False)
    if truth.minutes == -1:
        form = draft.rng.choice(MONTH_FORMS)
        heads = [month(draft, form, truth.label(start)) for start in truth.starts]
    else:
        show = draft.style.stamp if truth.is_below_day else (lambda _, shown: draft.style.date(shown))
        heads = [show(start, truth.label(start)) for start in truth.starts]
    unit_place = place_unit(draft, ("column", "column", "preamble", "nowhere"))
    columns = [Column("id", draft.header("id", used), [truth.series[s].identity for s in rows])]
    if unit_place == "column":
        columns.append(Column("unit", draft.header("unit", used), [truth.unit for _ in rows]))
    if draft.chance(0.5):
        columns.append(Column("address", draft.header("address", used), [draft.rng.choice(BUILDINGS) for _ in rows]))
    if draft.chance(0.3):
        draft.rng.shuffle(columns)
    grid = [[draft.style.number(one.values[n], truth.decimals) for n in range(len(heads))] for one in truth.series]
    judge_numbers(draft, [cell for row in grid for cell in row])
    totals = draft.chance(0.4)
    last: list[Cell] = [draft.header("total", used)] if totals else []
    draft.mutations.update(["row totals"] if totals else [])
    draft.header_rows.append([*[column.header for column in columns], *heads, *last])
    for s in rows:
        total = sum(v for v in truth.series[s].values if v is not None)
        end: list[Cell] = [draft.style.number(round(total, truth.decimals), truth.decimals)] if totals else []
        draft.body.append([*[column.cells[s] for column in columns], *grid[s], *end])


def year_rows(draft: Draft) -> None:
    """A row a year, a column a month, for one metering point; months outside the series are empty."""
    truth = draft.truth
    series = truth.series[0]
    place_id(draft, ("preamble", "preamble", "file_name", "nowhere"))
    place_unit(draft, ("preamble", "preamble", "nowhere"))
    kind = draft.rng.choice(["months", "short_months"])
    shown = [truth.label(start) for start in truth.starts]
    by_month = dict(zip(((d.year, d.month) for d in shown), series.values, strict=True))
    totals = draft.chance(0.4)
    last: list[Cell] = [draft.header("total")] if totals else []
    draft.header_rows.append([draft.header("year"), *words(draft.language, kind), *last])
    for year in sorted({d.year for d in shown}):
        cells = [by_month.get((year, m)) for m in range(1, 13)]
        sum_of_year = round(sum(v for v in cells if v is not None), truth.decimals)
        end: list[Cell] = [draft.style.number(sum_of_year, truth.decimals)] if totals else []
        written = ["" if v is None else draft.style.number(v, truth.decimals) for v in cells]
        draft.body.append([str(year), *written, *end])
    judge_numbers(draft, [cell for row in draft.body for cell in row[1:13]])
