"""Catalogues are whole, and text from data stays text."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from dashboards import text

CODE = Path(text.__file__).parent


def _messages() -> Iterator[str | tuple[str, ...]]:
    found = extract_from_dir(str(CODE), method_map=[("**.py", "python")], keywords={"_": None, "ngettext": (1, 2)})
    for _file, _line, message, _comments, _context in found:
        yield message


def _calls() -> Iterator[str]:
    """The first message of every call in the code; also of those that Babel does not see, inside f-strings."""
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                assert isinstance(node.args[0], ast.Constant), f"{path.name}:{node.lineno}: a message is a plain text"
                yield str(node.args[0].value)


def test_the_tool_that_gathers_messages_sees_every_one() -> None:
    gathered = {message if isinstance(message, str) else message[0] for message in _messages()}
    assert set(_calls()) - gathered == set()


def _fields(message: str) -> set[str]:
    return {name for _text, name, _form, _conversion in string.Formatter().parse(message) if name}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_message_in_the_code_stands_in_the_catalogue(language: str) -> None:
    messages = list(_messages())
    assert len(messages) > 200
    catalog = text.catalog(language)
    missing = []
    for message in messages:
        entry = catalog.get(message if isinstance(message, str) else message[0])
        strings = [] if entry is None else [entry.string] if isinstance(entry.string, str) else entry.string
        if entry is None or (language == "en" and not (strings and all(strings))):
            missing.append(message)
    assert missing == []


def test_every_translation_has_the_fields_of_its_message() -> None:
    wrong = []
    for message in text.catalog("en"):
        if not message.id:
            continue
        identities = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        wrong += [one for one, other in zip(identities, strings, strict=True) if _fields(one) != _fields(other)]
    assert wrong == []


def test_no_catalogue_holds_messages_that_the_code_no_longer_says() -> None:
    said = {message if isinstance(message, str) else message[0] for message in _messages()}
    for language in text.LANGUAGES:
        kept = {m.id if isinstance(m.id, str) else m.id[0] for m in text.catalog(language) if m.id}
        assert kept - said == set()


def test_one_and_many_have_their_own_forms_in_both_languages() -> None:
    forms = ("{count} fil har kommit in.", "{count} filer har kommit in.")
    assert text.ngettext(*forms, 1) == forms[0]
    assert text.ngettext(*forms, 0) == forms[1]
    text.use("en")
    assert text.ngettext(*forms, 2) == "{count} files have arrived."


def test_an_unknown_language_gives_swedish() -> None:
    text.use("xx")
    assert text.language() == "sv"


def test_markdown_from_data_is_escaped() -> None:
    assert text.escape_markdown("[a](b) **c** $d$ :e:") == r"\[a\]\(b\) \*\*c\*\* \$d\$ \:e\:"


def test_a_bare_address_from_data_does_not_become_a_link_in_markdown() -> None:
    for address in ("http://elak.example", "HTTPS://elak.example", "www.elak.example", "a@elak.example"):
        escaped = text.escape_markdown(address)
        assert text.WORD_JOINER in escaped
        assert escaped.replace(text.WORD_JOINER, "").replace("\\", "") == address


def test_html_from_data_is_escaped_and_stays_on_one_line() -> None:
    assert text.escape_html('<a href="x">\n&\u202e') == "&lt;a href=&quot;x&quot;&gt; &amp;"
