"""The colours and sizes that all charts share, in a light and a dark edition.

Colours follow the Government Analysis Function's palette, lightened for the dark edition to keep their contrast.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, Literal, ParamSpec, cast

import altair as alt
from altair.utils.schemapi import debug_mode

Asked = ParamSpec("Asked")
Specification = dict[str, Any]

Mode = Literal["light", "dark"]
MODES: tuple[Mode, ...] = ("light", "dark")
FONT_SIZE = 13

_LABEL_GAP = 0.055
_NOT_FORCES = ("group average", "England and Wales", "England")


@dataclass(frozen=True)
class Colours:
    """What a colour is for, on every chart.

    `fifths` run from the lowest to the highest, `differences` from far above to far below.
    """

    force: str
    peer: str
    other: str
    average: str
    expected: str
    signal: str
    text: str
    background: str
    lines: tuple[str, str, str, str, str]
    fifths: tuple[str, ...]
    differences: tuple[str, ...]


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
        lines=("#12436D", "#1B7A72", "#801650", "#B84A12", "#6A4FA3"),
        fifths=("#D0DEEB", "#A3C1DC", "#6B9AC5", "#386F9F", "#12436D"),
        differences=("#C64A00", "#EC8B45", "#F7CFAF", "#EEEEEE", "#BED5E9", "#719DC6", "#1D5688"),
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
        lines=("#5FB7F5", "#4FD1C5", "#F08BB8", "#FF9A5C", "#B9A3E3"),
        fifths=("#22364A", "#2D587D", "#3D7FB4", "#6CB0E2", "#BFE0F8"),
        differences=("#FFB685", "#C96F2E", "#724628", "#39424D", "#2D587D", "#4A93CC", "#ABD8FA"),
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


def specification(build: Callable[Asked, Specification]) -> Callable[Asked, Specification]:
    """Return the function that builds a specification, so that it builds each only once, and without Altair's checks.

    The tests check every specification; checked at run time they would double the time to start.
    """

    @wraps(build)
    def built(*asked: Asked.args, **named: Asked.kwargs) -> Specification:
        with debug_mode(arg=False):
            return build(*asked, **named)

    return cast("Callable[Asked, Specification]", cache(built))


def spread_labels(labels: Sequence[tuple[str, float | None]], top: float) -> list[dict[str, Any]]:
    """Return the labels of lines with heights far enough apart to be read, in the order of their values.

    `top` is the highest value of the chart; averages and nations are marked as not the force's own.
    """
    placed: list[dict[str, Any]] = []
    for text, value in sorted(((text, value) for text, value in labels if value is not None), key=lambda item: item[1]):
        lowest = placed[-1]["at"] + _LABEL_GAP * top if placed else 0.0
        placed.append({"text": text, "at": max(value, lowest), "own": text not in _NOT_FORCES})
    return placed


def finished(chart: alt.LayerChart | alt.FacetChart, mode: Mode, **top: Any) -> dict[str, Any]:
    """Return a chart as a finished specification that fits its width to the page."""
    text = COLOURS[mode].text
    spec: dict[str, Any] = (
        chart.configure_view(stroke=None).configure_axis(labelColor=text, titleColor=text).to_dict(validate=False)
    )
    return {**spec, **top, "autosize": {"type": "fit-x", "contains": "padding"}}
