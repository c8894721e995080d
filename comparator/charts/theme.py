"""The colours and sizes that all charts share, in a light and a dark edition.

Colours follow the Government Analysis Function's palette, lightened for the dark edition to keep their contrast.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Mode = Literal["light", "dark"]
MODES: tuple[Mode, ...] = ("light", "dark")
FONT_SIZE = 13


@dataclass(frozen=True)
class Colours:
    """What a colour is for, on every chart."""

    force: str
    peer: str
    other: str
    average: str
    expected: str
    text: str
    background: str


COLOURS: Mapping[Mode, Colours] = {
    "light": Colours(
        force="#12436D",
        peer="#7796B2",
        other="#BFC5CC",
        average="#3D3D3D",
        expected="#E4E9EF",
        text="#262626",
        background="#FFFFFF",
    ),
    "dark": Colours(
        force="#5FB7F5",
        peer="#7390AC",
        other="#4C5560",
        average="#E3E3E3",
        expected="#243040",
        text="#EDEDED",
        background="#11161D",
    ),
}


@dataclass(frozen=True)
class Chart:
    """A chart ready to draw: a Vega-Lite specification over named data, and the rows for each name.

    `spec` is shared between all drawings and must not be changed; `height` is that of the plot in pixels.
    """

    spec: Mapping[str, Any]
    rows: Mapping[str, list[dict[str, Any]]]
    height: int
    alt: str
