"""The colours and sizes that all charts share, in a light and a dark edition.

Colours follow the Government Analysis Function's palette, lightened for the dark edition to keep their contrast.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt

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
    signal: str
    text: str
    background: str


COLOURS: Mapping[Mode, Colours] = {
    "light": Colours(
        force="#12436D",
        peer="#7796B2",
        other="#BFC5CC",
        average="#3D3D3D",
        expected="#E4E9EF",
        signal="#C64A00",
        text="#262626",
        background="#FFFFFF",
    ),
    "dark": Colours(
        force="#5FB7F5",
        peer="#7390AC",
        other="#4C5560",
        average="#E3E3E3",
        expected="#243040",
        signal="#FF9A5C",
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


def finished(chart: alt.LayerChart | alt.FacetChart, mode: Mode, **top: Any) -> dict[str, Any]:
    """Return a chart as a finished specification that fits its width to the page."""
    text = COLOURS[mode].text
    spec: dict[str, Any] = (
        chart.configure_view(stroke=None).configure_axis(labelColor=text, titleColor=text).to_dict(validate=False)
    )
    return {**spec, **top, "autosize": {"type": "fit-x", "contains": "padding"}}
