"""XML from outside as a stream of finished elements: no entities, no network, no document type, bounded depth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from lxml import etree

from pipelines.errors import BadInput
from pipelines.ingest.precheck import EXPORT_AGAIN, refuse_document_type

HEAD_BYTES = 4096


def elements(source: IO[bytes], tags: tuple[str, ...]) -> Iterator[etree._Element]:
    """Each element with one of the tags when it is complete; its content is dropped when the next is asked for.

    Raises BadInput when the document is broken, nested beyond reason, or has a document type.
    """
    try:
        for _, element in etree.iterparse(
            source, events=("end",), tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        ):
            if element.getroottree().docinfo.internalDTD is not None:
                refuse_document_type(b"<!DOCTYPE")
            yield element
            element.clear()
            while (before := element.getprevious()) is not None and (parent := element.getparent()) is not None:
                parent.remove(before)
    except etree.XMLSyntaxError as error:
        raise BadInput("Filen är skadad: dess XML går inte att läsa.", fix_sv=EXPORT_AGAIN) from error
