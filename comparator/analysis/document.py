"""What a document is made of, whatever it is then rendered as: words, lists, tables, and charts by what they draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Drawing = Literal["peers", "change"]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `lead` stands before the text in bold, and leads to `address` if there is one."""

    text: str
    lead: str = ""
    address: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """A list, numbered or not."""

    items: tuple[Paragraph, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Group:
    """Rows of a table under a heading of their own; no heading if the title is empty."""

    title: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Table:
    """A table: caption, columns with their shares of its width, rows in groups, how many first columns hold words."""

    caption: str
    columns: tuple[str, ...]
    widths: tuple[float, ...]
    groups: tuple[Group, ...]
    of_words: int = 1


@dataclass(frozen=True)
class Picture:
    """A chart to be drawn: a force's rate among its peers, or its quarters on a control chart."""

    drawing: Drawing
    measure: str
    caption: str


Block = Paragraph | Heading | Bullets | Table | Picture


@dataclass(frozen=True)
class Section:
    """A titled part of a document."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A document about a force and a quarter. `subtitle` tells period and peers, `made_from` the data."""

    force: str
    period_end: str
    title: str
    subtitle: str
    made_from: str
    sections: tuple[Section, ...]
