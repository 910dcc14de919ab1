"""The dashboard's frame: language, navigation, banner, footer, and what is said when there is nothing to show.

Started by `streamlit run dashboards/app.py`; the pages stand in dashboards/views.
"""

from __future__ import annotations

import streamlit as st

from dashboards import access, controls, data, layout, text
from dashboards.text import _


def navigation() -> st.Page:
    """The pages with their names and addresses."""
    return st.navigation(
        [
            st.Page("views/county.py", title=_("Länet"), url_path="lan", default=True),
            st.Page("views/municipality.py", title=_("Kommun"), url_path="kommun"),
            st.Page("views/building.py", title=_("Byggnad"), url_path="byggnad"),
            st.Page("views/upload.py", title=_("Lämna in filer"), url_path="inlamning"),
            st.Page("views/data_status.py", title=_("Datans läge"), url_path="datalage"),
        ],
        position="top",
    )


def show() -> None:
    """Draw the frame and the page that was asked for."""
    text.use(controls.asked_language())
    page = navigation()
    st.set_page_config(page_title=f"{page.title} · Sparkraft", layout="wide", initial_sidebar_state="collapsed")
    layout.page_frame()
    with st.container(horizontal=True, horizontal_alignment="right"):
        controls.language_switch()
    publication = None
    try:
        if data.is_published():
            publication = data.query("publication")
            if publication["is_demonstration"].any():
                layout.demonstration_banner()
        page.run()
    except data.NothingPublished as nothing:
        if nothing.source == "published":
            layout.empty(
                _("Här visas besparingen när den första filen har räknats in."),
                _("Lämna in filer med mätvärden, så visas siffrorna efter nästa körning."),
                address=controls.address("inlamning"),
                link_text=_("Lämna in filer"),
            )
        else:
            layout.empty(
                _("Här visas vad som blev av varje inlämnad fil."),
                _("Ingen fil har tagits emot än. Lämna in den första."),
                address=controls.address("inlamning"),
                link_text=_("Lämna in filer"),
            )
    except access.NotAllowed:
        layout.wrong(
            _("Den här sidan visas bara på den dator där Sparkraft körs."),
            _("Det ändras när inloggning finns. Be den som sköter servern att ställa in adressen 127.0.0.1."),
        )
    if publication is not None:
        layout.footer(publication)


show()
