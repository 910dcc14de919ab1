"""EDIFACT interchanges as segments; the six service characters of UNA are honoured.

Does not belong here: what the segments of a message mean (utilts.py).
"""

from __future__ import annotations

from dataclasses import dataclass

_ESCAPED = {"release": "\ue000", "segment": "\ue001", "element": "\ue002", "component": "\ue003"}
"""Private characters that stand for escaped signs while a text is split."""


@dataclass(frozen=True)
class Service:
    """The service characters of an interchange (UNA), defaults as in ISO 9735."""

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    segment: str = "'"


def recognises(text: str) -> bool:
    """Whether a text is an EDIFACT interchange."""
    return text.lstrip()[:3] in ("UNA", "UNB") and "UNH" in text[:5000]


def segments(text: str) -> tuple[list[str], Service]:
    """The segments of an interchange without line breaks, escapes still in place, and the service characters."""
    text = text.lstrip()
    service = Service()
    if text.startswith("UNA"):
        signs = text[3:9]
        service = Service(signs[0], signs[1], signs[2], signs[3], signs[5])
        text = text[9:]
    if service.release.strip() and service.release in text:
        # Escaped signs become private characters, so that plain, fast splitting is right.
        text = text.replace(service.release * 2, _ESCAPED["release"])
        for role in ("segment", "element", "component"):
            text = text.replace(service.release + getattr(service, role), _ESCAPED[role])
    return [one for part in text.split(service.segment) if (one := part.strip())], service


def unescaped(text: str, service: Service) -> str:
    """A piece of a segment as it was meant."""
    for role, sign in _ESCAPED.items():
        if sign in text:
            text = text.replace(sign, getattr(service, role))
    return text
