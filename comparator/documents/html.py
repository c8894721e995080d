"""A document as HTML: one file that needs nothing beside it and prints well, or the preview within a page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from comparator.analysis.document import Document, Picture
from comparator.documents.pictures import Illustrations, svg

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


def html(document: Document, illustrations: Illustrations) -> bytes:
    """Return a document as the bytes of an HTML file, its pictures drawn into it."""

    def drawn(picture: Picture) -> Markup:
        one = illustrations[picture]
        # Vega escapes the texts in what it draws, so that a picture may stand in the page as it is.
        return Markup('<div role="img" aria-label="{}">{}</div>').format(one.alt, Markup(svg(one).decode()))  # noqa: S704

    return _rendered("document.html", document, picture=drawn).encode()


def preview(document: Document, illustrations: Illustrations, addresses: Mapping[Picture, str], *, dark: bool) -> str:
    """Return the sections of a document for a page, whose browser fetches each picture from its address."""

    def fetched(picture: Picture) -> Markup:
        return Markup('<img src="{}" alt="{}" loading="lazy">').format(addresses[picture], illustrations[picture].alt)

    return _rendered("preview.html", document, picture=fetched, dark=dark)


def _rendered(template: str, document: Document, **given: object) -> str:
    return _TEMPLATES.get_template(template).render(document=document, kind=lambda block: type(block).__name__, **given)
