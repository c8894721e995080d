"""Asking for a topic: a prepared e-mail, written in the visitor's own mail program. Nothing is stored here."""

from __future__ import annotations

import os
import re
from urllib.parse import quote

import streamlit as st

RECIPIENT = "COMPARATOR_TOPICS_EMAIL"

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_SUBJECT = "Topic for What works"
_FORM = (
    "Please cover this topic in What works.",
    "",
    "Topic: ",
    "Why it matters to us: ",
    "Needed by: ",
    "Name and office: ",
    "",
    "I was looking at: {view}",
)


def recipient() -> str:
    """Return the address of whom to ask, as the installation sets it; "" if it sets none or no e-mail address."""
    given = os.environ.get(RECIPIENT, "").strip()
    return given if _ADDRESS.fullmatch(given) else ""


def letter(to: str, view: str) -> str:
    """Return the address that opens an e-mail with a short form and the address of the view; `to` may be empty."""
    body = "\r\n".join(_FORM).format(view=view)
    return f"mailto:{quote(to, safe='@')}?subject={quote(_SUBJECT)}&body={quote(body, safe='')}"


def offer(view: str) -> None:
    """Draw the invitation to ask for a topic; without a recipient it says so and leaves the choice to the visitor."""
    to = recipient()
    whom = (
        f"It goes to {to}."
        if to
        else "This site does not name whom to ask, so the e-mail opens without a recipient: send it to whoever runs "
        "the site for you."
    )
    st.markdown(
        "## Ask for a topic\n\nIs something missing here that you need for a decision? "
        f"[Write an e-mail with a short form]({letter(to, view)}). It opens in your own mail program and holds the "
        f"address of this view. {whom} Nothing is stored here."
    )
