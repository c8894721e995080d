"""A document as a PDF: A4, numbered pages, embedded fonts, tagged for screen readers (PDF/UA-1)."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import typst

from comparator.analysis.document import Block, Bullets, Document, Heading, Paragraph, Picture, Table
from comparator.documents.pictures import FONTS, Illustrations, svg

_TEMPLATE = Path(__file__).parent / "document.typ"


def pdf(document: Document, illustrations: Illustrations) -> bytes:
    """Return a document as the bytes of a PDF file. What it says travels as data, so none of it can be markup."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        shutil.copy(_TEMPLATE, place)
        files = {picture: f"picture-{number}.svg" for number, picture in enumerate(illustrations)}
        for picture, name in files.items():
            (place / name).write_bytes(svg(illustrations[picture]))
        content = {
            "title": document.title,
            "subtitle": document.subtitle,
            "made_from": document.made_from,
            "sections": [
                {
                    "title": section.title,
                    "blocks": [_as_data(block, illustrations, files) for block in section.blocks],
                }
                for section in document.sections
            ],
        }
        (place / "document.json").write_text(json.dumps(content), encoding="utf-8")
        made = typst.compile(
            place / _TEMPLATE.name, root=place, font_paths=[FONTS], ignore_system_fonts=True, pdf_standards="ua-1"
        )
    return bytes(made)


def _as_data(block: Block, illustrations: Illustrations, files: dict[Picture, str]) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {"kind": "paragraph", **_text(block)}
        case Heading():
            return {"kind": "heading", "text": block.text}
        case Bullets():
            return {"kind": "list", "numbered": block.numbered, "items": [_text(item) for item in block.items]}
        case Picture():
            return {
                "kind": "picture",
                "file": files[block],
                "caption": block.caption,
                "alt": illustrations[block].alt,
            }
        case Table():
            return {
                "kind": "table",
                "caption": block.caption,
                "columns": block.columns,
                "widths": block.widths,
                "of_words": block.of_words,
                "groups": [{"title": group.title, "rows": group.rows} for group in block.groups],
            }


def _text(paragraph: Paragraph) -> dict[str, str]:
    return {"lead": paragraph.lead, "text": paragraph.text, "address": paragraph.address}
