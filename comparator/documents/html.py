"""A document as one HTML file that needs nothing beside it, and prints well."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from comparator.analysis.briefing import Document
from comparator.documents.pictures import Illustrations, svg

_HERE = Path(__file__).parent
_TEMPLATES = Environment(loader=FileSystemLoader(_HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def html(document: Document, illustrations: Illustrations) -> bytes:
    """Return a document as the bytes of an HTML file."""
    # Vega escapes the texts in what it draws, so that a picture may stand in the page as it is.
    drawn = {picture: Markup(svg(one).decode()) for picture, one in illustrations.items()}  # noqa: S704
    page = _TEMPLATES.get_template("document.html").render(
        document=document,
        drawn=drawn,
        alt={picture: one.alt for picture, one in illustrations.items()},
        kind=lambda block: type(block).__name__,
    )
    return page.encode()
