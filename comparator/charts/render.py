"""Charts as SVG and PNG files, with title, source and date burned in, made without a browser."""

from __future__ import annotations

import json
import os
import textwrap
import threading
import time
from typing import Any

from comparator.charts.theme import COLOURS, FONT_SIZE, Chart

WIDTH = 640
PNG_SCALE = 2
_TITLE_LETTERS = 64
_SOURCE_LETTERS = 100
_LOOK_SECONDS = 2.0
_FONT = "Liberation Sans, Arial, Helvetica, sans-serif"


def standalone(chart: Chart, title: str = "", source: str = "", boundaries: bytes | None = None) -> str:
    """Return the chart as one self-contained Vega-Lite specification in JSON, drawn on the light background.

    Without a title it is for a document, whose caption tells what it shows. `boundaries` is the TopoJSON that takes the
    place of the address from which a browser would fetch it.
    """
    colours = COLOURS["light"]
    config: dict[str, Any] = {
        **chart.spec.get("config", {}),
        "font": _FONT,
        "axis": {
            "labelFontSize": FONT_SIZE,
            "titleFontSize": FONT_SIZE,
            "titleFontWeight": "normal",
            "labelPadding": 6,
        },
    }
    inlined: dict[str, Any] = {}
    if boundaries is not None:
        inlined["data"] = {"values": json.loads(boundaries), "format": chart.spec["data"]["format"]}
    return json.dumps(
        {
            **chart.spec,
            **inlined,
            "datasets": chart.rows,
            "width": WIDTH,
            "height": chart.height,
            "background": colours.background,
            "padding": 16 if title else 6,
            "config": config,
            **({"title": _heading(title, source)} if title else {}),
        }
    )


def _heading(title: str, source: str) -> dict[str, Any]:
    text = COLOURS["light"].text
    return {
        "text": textwrap.wrap(title, _TITLE_LETTERS),
        "subtitle": textwrap.wrap(source, _SOURCE_LETTERS),
        "anchor": "start",
        "frame": "bounds",
        "offset": 24,
        "fontSize": 16,
        "subtitleFontSize": 11,
        "subtitleColor": text,
        "subtitlePadding": 6,
        "color": text,
    }


def end_with_parent() -> None:
    """End this process, which only draws, when the one that started it is gone."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_SECONDS)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def svg(specification: str) -> bytes:
    """Return a specification drawn as SVG."""
    # Loaded only where charts are drawn to files: it starts a JavaScript engine of some 70 MB.
    import vl_convert  # noqa: PLC0415

    return str(vl_convert.vegalite_to_svg(specification)).encode()


def png(specification: str) -> bytes:
    """Return a specification drawn as PNG, at twice the size for sharp print."""
    import vl_convert  # noqa: PLC0415

    return bytes(vl_convert.vegalite_to_png(specification, scale=PNG_SCALE))
