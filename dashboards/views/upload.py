"""Upload: files in, questions answered together, a receipt for each, and what became of what was handed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from dashboards import access, controls, data, layout, preview, receipt, text
from dashboards.preview import Preview
from dashboards.reader_words import said
from dashboards.tables import Column, link
from dashboards.text import _, escape_markdown, ngettext, plain
from pipelines import inbox
from pipelines.home import Home
from pipelines.reading_process import Readers
from pipelines.reading_worker import NOT_REMEMBERED, OF_A_METER
from pipelines.settings import load_settings

SENDER = "dashboard"
REFRESH_SECONDS = 5


@dataclass
class _Upload:
    """A file that the visitor has chosen, with what was understood of it and the answers that it was read with."""

    content: bytes
    found: Preview
    answers: dict[str, str]


@dataclass
class _Asked:
    """A question, and the files that it is asked for."""

    question: Mapping[str, Any]
    file_names: list[str] = field(default_factory=list)


@st.cache_resource(show_spinner=False)
def _readers() -> Readers:
    """The limited processes that read files, shared by all visitors."""
    return Readers()


@st.cache_data(show_spinner=False, max_entries=50)
def _read(
    _content: bytes,
    sha256: str,
    name: str,
    answers: tuple[tuple[str, str], ...],
    organisation_id: str,
    generation: str | None,
) -> Preview:
    """The receipt of a file; kept as long as nothing that it depends on has changed."""
    known = preview.known_of(organisation_id, dict(answers))
    found = preview.read(_content, name, _readers(), known)
    return preview.beside_home(found, organisation_id) if organisation_id else found


def _choose_organisation() -> str | None:
    if not data.is_published():
        layout.quiet(_("Registret är inte inläst än. Skriv organisationens id, som det står i registret."))
        return plain(st.text_input(_("Organisationens id"), max_chars=80)) or None
    organisations = data.query("organisations")
    names = dict(organisations.select("organisation_id", "organisation_name").iter_rows())
    options = [*names, inbox.COUNTY]
    return st.selectbox(
        _("Organisation"),
        options,
        index=None,
        format_func=lambda key: (
            _("Länsstyrelsen (register och väder)") if key == inbox.COUNTY and key not in names else plain(names[key])
        ),
        placeholder=_("Välj vems filer det är"),
        key="organisation",
    )


def _understand(files: list[Any], organisation_id: str | None, asked: dict[str, _Asked]) -> list[_Upload]:
    """Read each file with the answers given so far; `asked` gathers the questions, one for files of the same form."""
    generation = data.generation_path("status")
    uploads = []
    progress = st.empty()
    for number, file in enumerate(files, start=1):
        content = file.getvalue()
        sha256 = preview.sha256_of(content)
        said_now = _("Läser fil {number} av {count}: {name}").format(
            number=number, count=len(files), name=escape_markdown(file.name)
        )
        progress.progress(number / (len(files) + 1), said_now)
        answers: dict[str, str] = {}
        while True:
            given = tuple(sorted(answers.items()))
            found = _read(content, sha256, file.name, given, organisation_id or "", generation)
            if not _answered(found, answers, asked):
                break
        uploads.append(_Upload(content, found, answers))
    progress.empty()
    return uploads


def _answered(found: Preview, answers: dict[str, str], asked: dict[str, _Asked]) -> bool:
    """Note a file's questions and take the answers that are given already; returns whether there were new ones."""
    is_new = False
    for question in found.questions:
        key = _question_key(found, question)
        names = asked.setdefault(key, _Asked(question)).file_names
        if found.name not in names:
            names.append(found.name)
        answer = plain(st.session_state.get(key))
        if answer and question["key"] not in answers:
            answers[question["key"]] = answer
            is_new = True
    return is_new


def _question_key(found: Preview, question: Mapping[str, Any]) -> str:
    """The same for files of the same form, except for what is about one file only."""
    about = found.sha256 if question["key"] in NOT_REMEMBERED | OF_A_METER else found.found["format"]
    return f"question_{about}_{question['key']}"


def _ask(asked: Mapping[str, _Asked], file_count: int) -> None:
    """All questions together, each once."""
    if not asked:
        return
    layout.section(_("Att svara på"))
    layout.quiet(_("Svaren sparas och gäller även nästa fil av samma slag från er."))
    for key, one in asked.items():
        sentence = escape_markdown(said(one.question["text_sv"]))
        if file_count > 1:
            sentence += " " + escape_markdown(_("Gäller {files}.").format(files=_listed(one.file_names)))
        labels = {str(value): said(str(label)) for value, label in one.question.get("labels_sv", {}).items()}
        if labels:
            st.radio(sentence, list(labels), index=None, format_func=_label_of(labels), key=key)
        else:
            st.text_input(sentence, key=key)


def _listed(names: list[str]) -> str:
    if len(names) <= 3:
        return ", ".join(plain(name) for name in names)
    return _("{names} och {count} filer till").format(
        names=", ".join(plain(name) for name in names[:2]), count=len(names) - 2
    )


def _label_of(labels: Mapping[str, str]) -> Callable[[str], str]:
    """The words of an answer, safe for a Markdown sink."""
    return lambda value: escape_markdown(labels[value])


def _show_receipts(uploads: list[_Upload]) -> None:
    """One receipt in full; several folded, each with its sentence."""
    for place, upload in enumerate(uploads):
        key = f"{place}_{upload.found.sha256}"
        if len(uploads) == 1:
            with st.container(border=True):
                layout.section(plain(upload.found.name))
                receipt.show(upload.found, key=key)
            continue
        title = f"**{escape_markdown(upload.found.name)}** · {escape_markdown(receipt.verdict(upload.found))}"
        with st.expander(title, expanded=not upload.found.is_readable):
            receipt.show(upload.found, key=key)


def _handed_in() -> list[tuple[str, str]]:
    """Fingerprint and name of what this visitor has handed in, the latest first."""
    return st.session_state.setdefault("handed_in", [])


def _hand_in(ready: list[_Upload], organisation_id: str) -> None:
    access.require_submission(organisation_id)
    home = Home(load_settings().home)
    for upload in ready:
        sha256 = inbox.place(
            home,
            upload.found.name,
            upload.content,
            organisation=organisation_id,
            sender=SENDER,
            answers=upload.answers,
        )
        _handed_in().insert(0, (sha256, upload.found.name))
    st.session_state["uploader_round"] = st.session_state.get("uploader_round", 0) + 1
    st.rerun()


def _state(sha256: str) -> str:
    """Where a delivery is, in one sentence."""
    row = None
    if data.is_published("status"):
        rows = data.query("delivery", delivery_sha256=sha256)
        row = rows.row(0, named=True) if rows.height else None
    if row is None:
        return _("Väntar i inkorgen. Den tas om hand inom någon minut.")
    if row["outcome"] == "refused":
        return _("Kunde inte användas: {message}").format(message=said(plain(row["message_sv"])))
    if row["outcome"] == "waiting" or (row["row_used_count"] == 0 and row["row_held_count"]):
        return _("Är mottagen och väntar på ett svar eller en känd mätare. Se Datans läge.")
    if row["kind"] != "readings":
        return _("Är mottagen och används.")
    used, read = row["row_used_count"], row["row_read_count"]
    sentence = receipt.used_of_read(used, read)
    if data.is_published():
        publication = data.query("publication").row(0, named=True)
        if publication["published_utc"] >= row["received_utc"]:
            return _("Finns i siffrorna. {used}").format(used=sentence)
    return _("Är mottagen och räknas in i nästa publicering. {used}").format(used=sentence)


def _follow() -> None:
    """What became of what was handed in; asks again by itself until the visitor leaves."""
    language = text.language()

    @st.fragment(run_every=REFRESH_SECONDS)
    def states() -> None:
        text.use(language)
        layout.show_table(
            _("Det du har lämnat in"),
            [Column(_("Fil")), Column(_("Läge"))],
            [
                [link(plain(name), controls.address("datalage", leverans=sha256)), _state(sha256)]
                for sha256, name in _handed_in()
            ],
        )

    if _handed_in():
        states()


def show() -> None:
    """Draw the page."""
    layout.heading(_("Lämna in filer"))
    layout.lead(_("Välj filer från nätföretaget eller värmeleverantören. Du ser hur de tolkas innan något sparas."))
    layout.quiet(_("CSV, Excel, Ediel, XML, JSON eller zip, oförändrade som de kom. Högst 300 MB per fil."))
    _follow()
    organisation_id = _choose_organisation()
    files = st.file_uploader(
        _("Filer med mätvärden eller register"),
        accept_multiple_files=True,
        key=f"files_{st.session_state.get('uploader_round', 0)}",
    )
    if not files:
        return
    asked: dict[str, _Asked] = {}
    uploads = _understand(files, organisation_id, asked)
    _ask(asked, len(uploads))
    _show_receipts(uploads)
    ready = [upload for upload in uploads if upload.found.is_readable]
    if not ready:
        layout.quiet(_("Inget har sparats. Välj en annan fil."))
        return
    if organisation_id is None:
        layout.quiet(_("Välj organisation ovan, så kan du lämna in."))
    label = ngettext("Lämna in", "Lämna in {count} filer", len(ready)).format(count=len(ready))
    if st.button(label, type="primary", disabled=organisation_id is None) and organisation_id is not None:
        _hand_in(ready, organisation_id)


show()
