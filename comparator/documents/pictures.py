"""The pictures of a document: which chart each shows, and how it is drawn to a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from comparator.analysis.comparison import compare
from comparator.analysis.document import Document, Picture
from comparator.analysis.trend import trend
from comparator.charts import render
from comparator.charts.comparison import peers_chart
from comparator.charts.trend import control_chart
from comparator.snapshot import Snapshot

FONTS = Path(__file__).parent.parent.parent / "assets" / "fonts"


@dataclass(frozen=True)
class Illustration:
    """A chart as one self-contained Vega-Lite specification in JSON, and its text alternative."""

    specification: str
    alt: str


Illustrations = Mapping[Picture, Illustration]


def illustrations(snapshot: Snapshot, document: Document) -> dict[Picture, Illustration]:
    """Return the chart of every picture of a document; monitoring's own pictures are always among similar forces."""
    pictures = [block for section in document.sections for block in section.blocks if isinstance(block, Picture)]
    return {picture: _illustration(snapshot, document, picture) for picture in pictures}


def _illustration(snapshot: Snapshot, document: Document, picture: Picture) -> Illustration:
    force, period = document.force, document.period_end
    measure = snapshot.measures[picture.measure]
    if picture.drawing == "peers":
        found = compare(snapshot, force=force, measure=measure.id, period=period, window="year")
        chart = peers_chart(found, measure, snapshot.forces, "light")
    else:
        moved = trend(snapshot, force=force, measure=measure.id, period=period)
        dated = [caveat for caveat in (snapshot.caveats[name] for name in moved.caveats) if caveat.first_month]
        chart = control_chart(moved, measure, snapshot.forces, dated, "light")
    return Illustration(render.standalone(chart), chart.alt)


@cache
def _fonts_are_known() -> None:
    import vl_convert  # noqa: PLC0415

    vl_convert.register_font_directory(str(FONTS))


def svg(illustration: Illustration) -> bytes:
    """Return an illustration drawn as SVG, with the font that documents embed."""
    _fonts_are_known()
    return render.svg(illustration.specification)


def png(illustration: Illustration) -> bytes:
    """Return an illustration drawn as PNG at twice the size."""
    _fonts_are_known()
    return render.png(illustration.specification)
