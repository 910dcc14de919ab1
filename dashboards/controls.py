"""What the reader chooses: language, period, sector, carrier, place. Choices stand in the page's address, so that a
link leads to the same view, and are remembered while the reader goes from page to page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

import polars as pl
import streamlit as st

from dashboards import text, words
from dashboards.periods import LAST_TWELVE, Period
from dashboards.text import _, plain

LANGUAGE = "sprak"
PERIOD = "period"
SECTOR = "sektor"
CARRIER = "energislag"
MUNICIPALITY = "kommun"
BUILDING = "byggnad"
METER = "matare"
STEP = "steg"
ALL = "alla"
REMEMBERED = (LANGUAGE, PERIOD, SECTOR, CARRIER)


def _wanted(name: str, options: Sequence[str], default: str) -> str:
    """What the address asks for, else what was chosen before, else `default`; never something that is not offered."""
    asked = st.query_params.get(name)
    for value in (asked, st.session_state.get(f"remembered_{name}") if name in REMEMBERED else None):
        if value in options:
            return str(value)
    return default


def _write_address(name: str, value: str, default: str) -> None:
    st.session_state[f"remembered_{name}"] = value
    st.session_state[f"written_{name}"] = value
    if value != default:
        if st.query_params.get(name) != value:
            st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def choose(
    name: str, label: str, options: Sequence[str], words_of: Callable[[str], str], *, default: str, is_row: bool = False
) -> str:
    """A selector whose value stands in the address as `name`; the default is left out of it.

    A changed address (a link, the browser's back button) wins over the widget's memory.
    """
    key = f"choice_{name}"
    asked = st.query_params.get(name)
    is_new_address = asked is not None and asked != st.session_state.get(f"written_{name}") and asked in options
    if key not in st.session_state or st.session_state[key] not in options or is_new_address:
        st.session_state[key] = _wanted(name, options, default)
    if is_row:
        value = st.segmented_control(
            label, options, format_func=words_of, key=key, required=True, label_visibility="collapsed"
        )
    else:
        value = st.selectbox(
            label, options, format_func=words_of, key=key, filter_mode=None if len(options) < 8 else "fuzzy"
        )
    chosen = str(value) if value in options else default
    _write_address(name, chosen, default)
    return chosen


def language_switch() -> str:
    """Let the reader choose the language; returns its code. The label is in both: the reader may know only one."""
    return choose(
        LANGUAGE,
        "Språk / Language",
        list(text.LANGUAGES),
        lambda code: text.LANGUAGES[code],
        default=text.DEFAULT_LANGUAGE,
        is_row=True,
    )


def asked_language() -> str:
    """The language before its switch is drawn: what the switch shows now, else the address, else Swedish."""
    asked = st.query_params.get(LANGUAGE)
    if asked in text.LANGUAGES and asked != st.session_state.get(f"written_{LANGUAGE}"):
        return asked
    chosen = st.session_state.get(f"choice_{LANGUAGE}")
    if chosen in text.LANGUAGES:
        return str(chosen)
    return _wanted(LANGUAGE, list(text.LANGUAGES), text.DEFAULT_LANGUAGE)


def period(periods: Mapping[str, Period]) -> Period:
    """The last twelve months or a year."""

    def words_of(key: str) -> str:
        return _("Senaste 12 månaderna") if key == LAST_TWELVE else periods[key].label

    return periods[choose(PERIOD, _("Period"), list(periods), words_of, default=LAST_TWELVE)]


def sector(codes: Sequence[str]) -> str | None:
    """A sector, or None for all."""
    chosen = choose(
        SECTOR,
        _("Sektor"),
        [ALL, *codes],
        lambda code: _("Alla sektorer") if code == ALL else words.sector(code),
        default=ALL,
    )
    return None if chosen == ALL else chosen


def carrier(codes: Sequence[str]) -> str | None:
    """An energy carrier, or None for all."""
    chosen = choose(
        CARRIER,
        _("Energislag"),
        [ALL, *codes],
        lambda code: _("Alla energislag") if code == ALL else words.carrier(code),
        default=ALL,
    )
    return None if chosen == ALL else chosen


def municipality(municipalities: pl.DataFrame) -> str | None:
    """A municipality's code, or None when there is none to choose."""
    names = dict(municipalities.select("municipality_code", "municipality_name").iter_rows())
    if not names:
        return None
    return choose(MUNICIPALITY, _("Kommun"), list(names), lambda code: plain(names[code]), default=next(iter(names)))


def address(page: str, **parameters: str | None) -> str:
    """A link inside the dashboard that keeps language, period, sector and carrier."""
    kept: dict[str, str] = {}
    for name, default in ((LANGUAGE, text.DEFAULT_LANGUAGE), (PERIOD, LAST_TWELVE), (SECTOR, ALL), (CARRIER, ALL)):
        value = st.session_state.get(f"remembered_{name}")
        if value is not None and value != default:
            kept[name] = value
    chosen = {name: value for name, value in parameters.items() if value is not None}
    encoded = urlencode({**kept, **chosen})
    return f"{page}?{encoded}" if encoded else page
