"""The three charts as Altair objects over data frames, marked as the application's charts are, built whenever drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from comparator.analysis import words
from comparator.analysis.comparison import Comparison, Rate, count_limits
from comparator.catalogue import Measure
from comparator.charts.theme import COLOURS, FONT_SIZE
from comparator.statistics import funnel

Names = Mapping[str, str]
Drawn = alt.LayerChart | alt.FacetChart

_COLOURS = COLOURS["light"]
_ROLES = ["force", "peer", "other"]
_TOOLTIP = [
    alt.Tooltip("name:N", title="Force"),
    alt.Tooltip("label:N", title="Rate"),
    alt.Tooltip("interval:N", title="95% interval"),
    alt.Tooltip("offences:N", title="Recorded"),
    alt.Tooltip("people:N", title="Population"),
]


def own_rate(comparison: Comparison) -> Rate:
    """Return the figure of the force that is compared."""
    return Rate(comparison.force, comparison.numerator or 0, comparison.denominator or 0, comparison.value or 0.0)


def rates(comparison: Comparison, measure: Measure, names: Names, *, everyone: bool) -> pd.DataFrame:
    """Return one row for the force and each of its peers, or for each force there is, highest rate first."""
    shown = comparison.everyone if everyone else [own_rate(comparison), *comparison.peers]
    peers = {peer.force for peer in comparison.peers}
    rows = [
        {
            "name": names[rate.force],
            "role": "force" if rate.force == comparison.force else "peer" if rate.force in peers else "other",
            "value": rate.value,
            "label": words.rate(rate.value, measure.decimals),
            "interval": " to ".join(
                words.rate(limit, measure.decimals) for limit in count_limits(rate.numerator, rate.denominator, measure)
            ),
            "offences": words.count(rate.numerator),
            "population": rate.denominator,
            "people": words.count(rate.denominator),
        }
        for rate in shown
    ]
    return pd.DataFrame(rows).sort_values("value", ascending=False)


def peers_chart(comparison: Comparison, measure: Measure, frame: pd.DataFrame) -> Drawn:
    """Return ranked bars of the force and its peers, with the group average and the expected range."""
    low, high = comparison.expected_low, comparison.expected_high
    average = comparison.group_average
    context = pd.DataFrame(
        [
            {
                "average": average,
                "low": low,
                "high": high,
                "range_label": ""
                if low is None or high is None
                else f"Shaded: expected range {words.rate(low, measure.decimals)} to "
                f"{words.rate(high, measure.decimals)}",
                "average_label": ""
                if average is None
                else f"Line: group average {words.rate(average, measure.decimals)}",
            }
        ]
    )
    names = alt.Y(
        "name:N",
        sort=None,
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelLimit=150, labelFontSize=FONT_SIZE, labelOverlap=False),
    )
    bars = (
        alt.Chart(frame)
        .mark_bar(height={"band": 0.62})
        .encode(x=_value(), y=names, color=_role_colour(), tooltip=_TOOLTIP)
    )
    label = alt.Chart(frame).encode(x=_value(), y=names, text="label:N", tooltip=_TOOLTIP)
    halo = label.mark_text(
        align="left", dx=5, fontSize=FONT_SIZE, stroke=_COLOURS.background, strokeWidth=4, color=_COLOURS.background
    )
    text = label.mark_text(align="left", dx=5, fontSize=FONT_SIZE, color=_COLOURS.text)
    band = alt.Chart(context).mark_rect(color=_COLOURS.expected).encode(x=alt.X("low:Q"), x2="high:Q")
    rule = alt.Chart(context).mark_rule(color=_COLOURS.average, strokeWidth=2).encode(x="average:Q")
    key = alt.Chart(context).mark_text(align="left", baseline="bottom", fontSize=FONT_SIZE - 1, color=_COLOURS.text)
    range_key = key.encode(x=alt.value(0), y=alt.value(-24), text="range_label:N")
    average_key = key.encode(x=alt.value(0), y=alt.value(-7), text="average_label:N")
    chart = alt.layer(band, bars, rule, halo, text, range_key, average_key)
    return _finished(chart, height=30 * len(frame), padding={"top": 44, "right": 30})


def all_forces_chart(comparison: Comparison, frame: pd.DataFrame) -> Drawn:
    """Return a strip of all compared forces on one scale, the force and its peers marked."""
    context = pd.DataFrame([{"theta": comparison.theta}])

    def ticks(role: str, thickness: float, size: int) -> alt.Chart:
        marks: alt.Chart = alt.Chart(frame[frame["role"] == role]).mark_tick(
            opacity=1, thickness=thickness, size=size, y=28
        )
        return marks.encode(x=_value(), color=_role_colour(), tooltip=_TOOLTIP)

    name = (
        alt.Chart(frame[frame["role"] == "force"])
        .mark_text(align="center", baseline="bottom", y=-2, fontSize=FONT_SIZE, fontWeight="bold", color=_COLOURS.text)
        .encode(x=_value(), text="name:N")
    )
    rule = alt.Chart(context).mark_rule(color=_COLOURS.average, strokeWidth=2, strokeDash=[4, 3]).encode(x="theta:Q")
    chart = alt.layer(ticks("other", 2, 20), ticks("peer", 3, 32), rule, ticks("force", 6, 48), name)
    return _finished(chart, height=56, padding={"top": 22, "right": 30})


def funnel_chart(comparison: Comparison, measure: Measure, frame: pd.DataFrame) -> Drawn:
    """Return all compared forces by population, with the over-dispersed limits at z of 1.96 and 3.09."""
    people = alt.X(
        "population:Q",
        title="population of the force area",
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(values=[500_000, 1_000_000, 2_000_000, 5_000_000], format="~s", grid=False),
    )
    domain = ["-3.09", "-1.96", "0", "1.96", "3.09"]
    dashes = alt.Scale(domain=domain, range=[[2, 3], [6, 4], [1, 0], [6, 4], [2, 3]])
    lines = (
        alt.Chart(_limits(comparison, measure, frame, domain))
        .mark_line(color=_COLOURS.average, clip=True)
        .encode(
            x=people,
            y=alt.Y("limit:Q", title=None, axis=alt.Axis(grid=False)),
            detail="z:N",
            strokeDash=alt.StrokeDash("z:N", scale=dashes, legend=None),
        )
    )
    points = (
        alt.Chart(frame)
        .mark_point(filled=True, opacity=1)
        .encode(
            x=people,
            y="value:Q",
            color=_role_colour(),
            shape=alt.Shape(
                "role:N", scale=alt.Scale(domain=_ROLES, range=["diamond", "square", "circle"]), legend=None
            ),
            size=alt.Size("role:N", scale=alt.Scale(domain=_ROLES, range=[220, 90, 60]), legend=None),
            order=alt.Order("role:N", sort="descending"),
            tooltip=_TOOLTIP,
        )
    )
    names = (
        alt.Chart(frame[frame["role"] == "force"])
        .mark_text(align="left", dx=12, fontSize=FONT_SIZE, fontWeight="bold", color=_COLOURS.text)
        .encode(x=people, y="value:Q", text="name:N")
    )
    return _finished(alt.layer(lines, points, names), height=380, padding={"right": 20, "top": 10})


def _limits(comparison: Comparison, measure: Measure, frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    people = np.geomspace(frame["population"].min() * 0.9, frame["population"].max() * 1.1, 40)
    theta, tau2 = (comparison.theta or 0.0) / measure.multiplier, comparison.tau2 or 0.0
    parts = [
        pd.DataFrame(
            {
                "population": people,
                "limit": funnel.funnel_limit(theta, tau2, people, float(name)) * measure.multiplier,
                "z": name,
            }
        )
        for name in names
    ]
    return pd.concat(parts).query("limit <= @highest", local_dict={"highest": 1.3 * frame["value"].max()})


def _value() -> alt.X:
    return alt.X("value:Q", title=None, scale=alt.Scale(zero=True, nice=True), axis=alt.Axis(tickCount=5, grid=False))


def _role_colour() -> alt.Color:
    scale = alt.Scale(domain=_ROLES, range=[_COLOURS.force, _COLOURS.peer, _COLOURS.other])
    return alt.Color("role:N", scale=scale, legend=None)


def _finished(chart: Drawn, **properties: Any) -> Drawn:
    finished: Drawn = (
        chart.properties(**properties, autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))
        .configure_view(stroke=None)
        .configure_axis(labelColor=_COLOURS.text, titleColor=_COLOURS.text)
    )
    return finished
