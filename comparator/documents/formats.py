"""The formats of a document: their names, what a browser calls them, and what makes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from comparator.analysis.document import Document
from comparator.documents.html import html
from comparator.documents.pdf import pdf
from comparator.documents.pictures import Illustrations
from comparator.documents.word import word

Format = Literal["docx", "pdf", "html"]
NAMES: Mapping[Format, str] = {"docx": "Word", "pdf": "PDF", "html": "Web page"}

_RENDERERS: Mapping[Format, Callable[[Document, Illustrations], bytes]] = {"docx": word, "pdf": pdf, "html": html}


def render(document: Document, illustrations: Illustrations, form: Format) -> bytes:
    """Return a document as a file of a format; every picture of it needs its illustration."""
    return _RENDERERS[form](document, illustrations)
