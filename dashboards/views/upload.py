"""Upload: files in, what was recognised and why, questions answered, a receipt, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from dashboards import access, data, layout, preview, receipt, text
from dashboards.preview import Preview
from dashboards.tables import Column
from dashboards.text import _, escape_markdown, ngettext, plain
from pipelines import inbox
from pipelines.home import Home
from pipelines.settings import load_settings

SENDER = "dashboard"
REFRESH_SECONDS = 5


@st.cache_data(show_spinner=False, max_entries=20)
def _read(
    content: bytes, name: str, answers: tuple[tuple[str, str], ...], organisation_id: str, generation: str | None
) -> Preview:
    profiles = {}
    if generation is not None:
        profiles = {
            row["format"]: {
                "basis": row["time_basis"],
                "zone": row["zone"],
                "stamp": row["stamp"],
                "evidence": _("samma som i tidigare filer av samma slag från er"),
            }
            for row in data.query("profiles", organisation_id=organisation_id).iter_rows(named=True)
        }
    return preview.read(content, name, answers=dict(answers), profiles=profiles)


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


def _label_of(labels: Mapping[str, str]) -> Callable[[str], str]:
    """The words of an answer, safe for a Markdown sink."""
    return lambda value: escape_markdown(labels[value])


def _ask(found: Preview, answers: dict[str, str]) -> bool:
    """Ask what the file itself cannot tell; returns whether a new answer came."""
    is_new = False
    for question in found.questions:
        if question["key"] in answers:
            continue
        labels = {str(value): str(label) for value, label in question.get("labels_sv", {}).items()}
        if labels:
            answer = st.radio(
                escape_markdown(question["text_sv"]),
                list(labels),
                index=None,
                format_func=_label_of(labels),
                key=f"question_{found.sha256}_{question['key']}",
            )
        else:
            answer = plain(
                st.text_input(escape_markdown(question["text_sv"]), key=f"question_{found.sha256}_{question['key']}")
            )
        if answer:
            answers[question["key"]] = answer
            is_new = True
    return is_new


def _understand(content: bytes, name: str, organisation_id: str | None) -> tuple[Preview, dict[str, str]]:
    """Read a file, ask its questions, and read it again with the answers."""
    generation = data.generation_path("status")
    answers: dict[str, str] = {}
    while True:
        with st.spinner(_("Läser filen …")):
            found = _read(content, name, tuple(sorted(answers.items())), organisation_id or "", generation)
        if not found.is_readable or not _ask(found, answers):
            return found, answers


def _handed_in() -> list[tuple[str, str]]:
    """Fingerprint and name of what this visitor has handed in, the latest first."""
    return st.session_state.setdefault("handed_in", [])


def _hand_in(ready: list[tuple[bytes, Preview, dict[str, str]]], organisation_id: str) -> None:
    access.require_submission(organisation_id)
    home = Home(load_settings().home)
    for content, found, answers in ready:
        sha256 = inbox.place(home, found.name, content, organisation=organisation_id, sender=SENDER, answers=answers)
        _handed_in().insert(0, (sha256, found.name))
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
        return _("Kunde inte användas: {message}").format(message=plain(row["message_sv"]))
    if row["outcome"] == "waiting" or (row["row_used_count"] == 0 and row["row_held_count"]):
        return _("Är mottagen och väntar på ett svar eller en känd mätare. Se Datans läge.")
    if row["kind"] != "readings":
        return _("Är mottagen och används.")
    used, read = row["row_used_count"], row["row_read_count"]
    said = receipt.used_of_read(used, read)
    if data.is_published():
        publication = data.query("publication").row(0, named=True)
        if publication["published_utc"] >= row["received_utc"]:
            return _("Finns i siffrorna. {used}").format(used=said)
    return _("Är mottagen och räknas in i nästa publicering. {used}").format(used=said)


def _follow() -> None:
    """What became of what was handed in; asks again by itself until the visitor leaves."""
    language = text.language()

    @st.fragment(run_every=REFRESH_SECONDS)
    def states() -> None:
        text.use(language)
        layout.show_table(
            _("Det du har lämnat in"),
            [Column(_("Fil")), Column(_("Läge"))],
            [[plain(name), _state(sha256)] for sha256, name in _handed_in()],
        )

    if _handed_in():
        states()


def show() -> None:
    """Draw the page."""
    layout.heading(_("Lämna in filer"))
    layout.lead(_("Välj filer från nätföretaget eller värmeleverantören. Du ser hur de tolkas innan något sparas."))
    layout.quiet(_("CSV, XLSX eller UTILTS, oförändrade som de kom. Högst 300 MB per fil."))
    _follow()
    organisation_id = _choose_organisation()
    files = st.file_uploader(
        _("Filer med mätvärden eller register"),
        accept_multiple_files=True,
        key=f"files_{st.session_state.get('uploader_round', 0)}",
    )
    ready: list[tuple[bytes, Preview, dict[str, str]]] = []
    for file in files or []:
        content = file.getvalue()
        with st.container(border=True):
            found, answers = _understand(content, file.name, organisation_id)
            receipt.show(found)
            if found.is_readable:
                ready.append((content, found, answers))
    if not files:
        return
    if not ready:
        layout.quiet(_("Inget har sparats. Välj en annan fil."))
        return
    if organisation_id is None:
        layout.quiet(_("Välj organisation ovan, så kan du lämna in."))
    label = ngettext("Lämna in", "Lämna in {count} filer", len(ready)).format(count=len(ready))
    if st.button(label, type="primary", disabled=organisation_id is None) and organisation_id is not None:
        _hand_in(ready, organisation_id)


show()
