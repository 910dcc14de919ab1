"""Who may see and do what: the one place that decides.

Until login exists everybody who reaches the dashboard is allowed everything, and only this machine reaches it:
when the server listens on another address nothing is allowed. Every query and every submission asks here.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

LOOPBACK_ADDRESSES = frozenset({"127.0.0.1", "localhost", "::1"})


class NotAllowed(Exception):
    """The reader may not see or do this; the page says so in plain words."""


@dataclass(frozen=True)
class Viewer:
    """The person at the page."""

    name: str
    is_local: bool


def viewer() -> Viewer:
    """The person behind this run of the page."""
    address = st.get_option("server.address")
    return Viewer(name="dashboard", is_local=address in LOOPBACK_ADDRESSES)


def require_query(query_name: str) -> None:
    """Raise NotAllowed when the viewer may not run `query_name`."""
    if not viewer().is_local:
        raise NotAllowed(query_name)


def require_submission(organisation_id: str) -> None:
    """Raise NotAllowed when the viewer may not hand in files for `organisation_id`."""
    if not viewer().is_local:
        raise NotAllowed(organisation_id)
