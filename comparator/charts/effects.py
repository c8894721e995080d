"""The picture of published effects: one metric on one axis, with intervals where they were published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from comparator.analysis.effects import ComparableEffect, Scale
from comparator.charts.theme import COLOURS, FONT_SIZE, Chart, Mode, finished, specification

_STEP = 46
_NAME_ABOVE = -13


def effects_chart(effects: Sequence[ComparableEffect], scale: Scale, mode: Mode, own: str | None = None) -> Chart:
    """Return the effects as points with their intervals, from the top in the order given; `own` is set off."""
    rows = [_row(place, effect, own) for place, effect in enumerate(effects)]
    listed = "; ".join(
        f"{effect.name} {effect.published}" + (f", 95% interval {effect.interval}" if effect.interval else "")
        for effect in effects
    )
    return Chart(
        spec=_effects_spec(mode),
        rows={"effects": rows, "context": [{"none": scale.none}]},
        height=_STEP * len(rows),
        alt=f"Points, {scale.title}. {scale.reading} {listed}.",
    )


def _row(place: int, effect: ComparableEffect, own: str | None) -> dict[str, Any]:
    return {
        "place": place,
        "name": effect.name,
        "label": f"{effect.name}: {effect.published}",
        "value": effect.value,
        "low": effect.low,
        "high": effect.high,
        "published": effect.published,
        "interval": effect.interval or "not published",
        "own": effect.slug == own,
    }


@specification
def _effects_spec(mode: Mode) -> dict[str, Any]:
    colours = COLOURS[mode]
    effects, context = alt.NamedData("effects"), alt.NamedData("context")
    rows = alt.Y("place:O", axis=None, scale=alt.Scale(padding=0))
    value = alt.X(
        "value:Q",
        title=None,
        scale=alt.Scale(zero=True, nice=False, padding=14),
        axis=alt.Axis(tickCount=5, grid=False),
    )
    tooltip = [
        alt.Tooltip("name:N", title="Intervention"),
        alt.Tooltip("published:N", title="Published"),
        alt.Tooltip("interval:N", title="95% interval"),
    ]
    colour = alt.condition("datum.own", alt.value(colours.signal), alt.value(colours.force))
    drawn = alt.Chart(effects)
    none = alt.Chart(context).mark_rule(color=colours.average, strokeDash=[4, 3], aria=False).encode(x=alt.X("none:Q"))
    intervals = (
        drawn.mark_rule(strokeWidth=3, aria=False, yOffset=8)
        .transform_filter("datum.low !== null")
        .encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=rows, color=colour)
    )
    points = drawn.mark_point(filled=True, size=110, opacity=1, shape="diamond", yOffset=8).encode(
        x=value, y=rows, color=colour, tooltip=tooltip
    )
    label = drawn.encode(x=alt.value(0), y=rows, text=alt.Text("label:N"))
    halo = label.mark_text(
        align="left",
        baseline="middle",
        dy=_NAME_ABOVE,
        fontSize=FONT_SIZE,
        stroke=colours.background,
        strokeWidth=4,
        strokeJoin="round",
        color=colours.background,
        aria=False,
    )
    text = label.mark_text(
        align="left", baseline="middle", dy=_NAME_ABOVE, fontSize=FONT_SIZE, color=colours.text, aria=False
    )
    return finished(alt.layer(none, intervals, points, halo, text), mode, padding={"top": 8, "right": 8})
