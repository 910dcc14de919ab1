"""What is said and in which language: gettext catalogues whose message ids are the Swedish texts, and escaping.

Does not belong here: the form of numbers (number_format.py) and names of codes (words.py).
Nothing here may import Streamlit, since the figures use it.
"""

from __future__ import annotations

import html
import re
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

LOCALE_FOLDER = Path(__file__).parent / "locale"
LANGUAGES = {"sv": "Svenska", "en": "English"}
DEFAULT_LANGUAGE = "sv"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT_LANGUAGE)


def use(language_code: str) -> None:
    """Speak `language_code` from here on in this run of the page; an unknown code gives Swedish."""
    _language.set(language_code if language_code in LANGUAGES else DEFAULT_LANGUAGE)


def language() -> str:
    """The language of this run: `sv` or `en`."""
    return _language.get()


@lru_cache(maxsize=len(LANGUAGES))
def catalog(language_code: str) -> Catalog:
    """The catalogue of a language, read once."""
    path = LOCALE_FOLDER / language_code / "LC_MESSAGES" / "sparkraft.po"
    with path.open("rb") as file:
        return read_po(file, locale=language_code)


@lru_cache(maxsize=4096)
def _translated(language_code: str, message: str, plural: str | None, form: int) -> str | None:
    entry = catalog(language_code).get(message)
    if entry is None or not entry.string:
        return None
    if isinstance(entry.string, str):
        return entry.string if plural is None else None
    return entry.string[form] or None


def _(message: str) -> str:
    """`message` (Swedish) in the language of this run."""
    if language() == DEFAULT_LANGUAGE:
        return message
    return _translated(language(), message, None, 0) or message


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form that fits `count`; both Swedish and English say one or many."""
    form = 0 if count == 1 else 1
    return _translated(language(), singular, plural, form) or (singular, plural)[form]


_MARKDOWN_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:@/&])")
_ADDRESS_STARTS = re.compile(r"(?i)https?(?=\\:)|ftp(?=\\:)|www(?=\\\.)|mailto(?=\\:)|xmpp(?=\\:)|.(?=\\@)")
WORD_JOINER = "\u2060"
"""Invisible; put into what starts an address: Markdown makes a link of a bare address even where it is escaped."""
_CONTROL_MARKS = re.compile(r"[\u0000-\u001f\u007f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")


def plain(value: object) -> str:
    """Text from data on one line: control and direction characters become a space."""
    return _CONTROL_MARKS.sub(" ", "" if value is None else str(value)).strip()


def escape_markdown(value: object) -> str:
    """Text from data for a Markdown sink: shown as it is, never a link, an image, an icon or a formula."""
    escaped = _MARKDOWN_MARKS.sub(r"\\\1", plain(value))
    return _ADDRESS_STARTS.sub(lambda start: start.group()[0] + WORD_JOINER + start.group()[1:], escaped)


def escape_html(value: object) -> str:
    """Text from data for HTML and for Plotly, which reads tags in titles, ticks and hover texts."""
    return html.escape(plain(value), quote=True)
