"""XML from outside: attacks and damage are refused."""

from __future__ import annotations

import io

import pytest

from pipelines.errors import BadInput
from pipelines.ingest.xml_stream import elements


def texts(document: str) -> list[str | None]:
    return [element.text for element in elements(io.BytesIO(document.encode()), ("b",))]


def test_elements_come_in_order_with_their_text() -> None:
    assert texts("<a><b>1</b><c><b>2</b></c></a>") == ["1", "2"]


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE a [<!ENTITY x "y">]><a><b>&x;</b></a>',
        "<!--" + " " * 100_000 + '--><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a><b>&x;</b></a>',
    ],
)
def test_document_type_is_refused_wherever_it_stands(document: str) -> None:
    with pytest.raises(BadInput, match="dokumenttypsdeklaration"):
        texts(document)


@pytest.mark.parametrize("document", ["<a><b>1</b>", "<a><b>1</c></a>", "<a>" * 10_000])
def test_broken_or_bottomless_document_is_refused(document: str) -> None:
    with pytest.raises(BadInput, match="skadad"):
        texts(document)
