"""The words of five languages by role."""

from __future__ import annotations

from tests.mutation import words_da, words_en, words_fi, words_no, words_sv

_MODULES = {"sv": words_sv, "en": words_en, "no": words_no, "da": words_da, "fi": words_fi}
LANGUAGES = tuple(_MODULES)


def headers(language: str, role: str) -> tuple[str, ...]:
    """What may stand above a column of that role."""
    return _MODULES[language].HEADERS[role]


def words(language: str, kind: str) -> tuple[str, ...]:
    """What may stand in cells or above the table: qualities, directions, months, totals, …"""
    return _MODULES[language].WORDS[kind]
