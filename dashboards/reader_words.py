"""Sentences of the readers, which are Swedish, in the language of the page.

The readers say many things about many files; what stands here is what most receipts say. Anything else stays Swedish.
"""

from __future__ import annotations

import re
from contextvars import Context
from functools import lru_cache

from dashboards import text
from dashboards.text import _

BETWEEN = "; "
"""Stands between the pieces of evidence in one sentence."""


def said(sentence: str) -> str:
    """A sentence of a reader in the language of this run; Swedish where the catalogue does not know it."""
    if text.language() == text.DEFAULT_LANGUAGE or not sentence:
        return sentence
    place, row = "", re.match(r"Rad (\d+): ", sentence)
    if row:
        place, sentence = _("Rad {row}: ").format(row=row[1]), sentence[row.end() :]
    return place + BETWEEN.join(_said_part(part) for part in sentence.split(BETWEEN))


def _said_part(part: str) -> str:
    for message, pattern in _patterns():
        for spelling in (part, part[:1].lower() + part[1:]):
            if found := pattern.fullmatch(spelling):
                return text._(message).format(**found.groupdict())
    return part


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Each message with what it looks like when its fields are filled in."""
    messages = Context().run(_messages)  # an empty context speaks Swedish, whatever this page speaks
    return [(message, _pattern(message)) for message in messages]


def _pattern(message: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", message)
    return re.compile(
        "".join(f"(?P<{p}>.+)" if place % 2 else re.escape(p) for place, p in enumerate(pieces)), re.DOTALL
    )


def _messages() -> list[str]:
    return [
        # questions
        _("Filen visar inte om tiderna är normaltid eller lokal tid. Vilken tid använder den som lämnade ut filen?"),
        _("Normaltid (vintertid hela året)"),
        _("Lokal tid (sommartid på sommaren)"),
        _("Filen visar inte om tiden anger periodens början eller slut. Vilket är det?"),
        _("Början: 10:00 gäller 10–11"),
        _("Slut: 10:00 gäller 9–10"),
        _("Filen säger inte vilken enhet värdena har. Vilken är det?"),
        _("kW, medeleffekt under varje period"),
        _("Filen säger inte vilken anläggning värdena gäller. Vilket anläggnings-id är det?"),
        _("Flera kolumner kan vara energin. Vilken ska användas?"),
        _("Värdena i kolumnen {name} minskar aldrig. Är de mätarställningar eller förbrukning?"),
        _("Mätarställningar"),
        _("Förbrukning"),
        _("Värden som {example} kan läsas på två sätt. Vilket är filens decimaltecken?"),
        _("Komma"),
        _("Punkt"),
        _("Filens datum kan läsas på flera sätt. Vad står först i dem?"),
        # evidence of time
        _("början och slut står i filen"),
        _("tidszonen står i filen"),
        _("rubriken säger att tiden är periodens början"),
        _("rubriken säger att tiden är periodens slut"),
        _("första och sista värdet visar att stämpeln är periodens början"),
        _("första och sista värdet visar att stämpeln är periodens slut"),
        _("24 timmar den dag i mars då klockan ställs fram: normaltid hela året"),
        _("24 timmar den dag i oktober då klockan ställs tillbaka: normaltid"),
        _("timmen som hoppas över i mars saknas: lokal tid med sommartid"),
        _("den dubbla timmen i oktober finns med: lokal tid med sommartid"),
        _("samma som i tidigare filer av samma slag från er"),
        _("tiden är angiven av den som lämnade in filen"),
        _("början eller slut är angivet av den som lämnade in filen"),
        _("filen har ingen dag då klockan ställs om och säger inte vilken tid som gäller"),
        _("dygns- och månadsvärden gäller hela lokala kalenderdygn och månader"),
        # rows
        _("Värdet kan inte läsas som ett tal."),
        _("Tiden kan inte läsas."),
        _("Skriv tider som 2024-03-31 14:00."),
        _("Värdet är orimligt stort."),
        _("Klockslaget finns inte: klockan ställs fram då."),
        _("Kontrollera om filen har normaltid i stället för lokal tid."),
        _("Den dubbla timmen {day} finns bara en gång i filen; den andra räknas som saknad."),
        _("Kontrollsiffran stämmer inte i anläggnings-id {ids}. Kontrollera att id:t är rätt."),
        # files
        _("Filen är tom."),
        _("Filen är inte en textfil."),
        _("Lämna in filen som CSV eller XLSX."),
        _("Exportera filen på nytt och lämna in den oförändrad."),
        _("Filen gick inte att läsa: den tog för mycket minne eller tid."),
        _("Dela upp den på kortare perioder, eller exportera den på nytt som CSV."),
        _("Filen väntar på svar på en fråga."),
    ]
