"""The charts of a comparison: the force among its peers, among all forces, and in the funnel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np

from comparator import periods
from comparator.analysis import words
from comparator.analysis.comparison import Comparison, Rate, count_limits
from comparator.catalogue import Force, Measure
from comparator.charts.theme import COLOURS, FONT_SIZE, Chart, Mode, finished, specification
from comparator.statistics import funnel
from comparator.statistics.funnel import at_least_half

_BAR = 30
_MANY = 20
_BAR_OF_MANY = 20
_STRIP = 56
_FUNNEL = 380
_ABOVE_HIGHEST = 1.3
_ROLES = ["force", "peer", "other"]


def peers_chart(comparison: Comparison, measure: Measure, forces: Mapping[str, Force], mode: Mode) -> Chart:
    """Return ranked bars of the force and its peers, with the group average and the expected range."""
    own = _own(comparison)
    ranked = sorted([own, *comparison.peers] if own else comparison.peers, key=lambda rate: -rate.value)
    rows = [_row(rate, comparison, measure, forces) for rate in ranked]
    context = {
        "average": comparison.group_average,
        "low": comparison.expected_low,
        "high": comparison.expected_high,
        "range_label": _range_label(comparison, measure),
        "average_label": ""
        if comparison.group_average is None
        else f"Line: group average {words.rate(comparison.group_average, measure.decimals)}",
    }
    step = _BAR if len(rows) <= _MANY else _BAR_OF_MANY
    listed = ", ".join(f"{row['name']} {row['label']}" for row in rows)
    return Chart(
        spec=_peers_spec(mode),
        rows={"rates": rows, "context": [context]},
        height=step * len(rows),
        alt=f"Bars, {_what(comparison, measure)}, highest first: {listed}."
        + (f" {context['range_label']}." if context["range_label"] else ""),
    )


def all_forces_chart(comparison: Comparison, measure: Measure, forces: Mapping[str, Force], mode: Mode) -> Chart:
    """Return a strip of all compared forces on one scale, the force and its peers marked."""
    rows = [_row(rate, comparison, measure, forces) for rate in comparison.everyone]
    values = sorted(rate.value for rate in comparison.everyone)
    lowest, highest = (words.rate(value, measure.decimals) for value in (values[0], values[-1]))
    label = None if comparison.theta is None else words.rate(comparison.theta, measure.decimals)
    return Chart(
        spec=_strip_spec(mode),
        rows={"rates": rows, "context": [{"theta": comparison.theta}]},
        height=_STRIP,
        alt=f"Strip of {len(rows)} forces, {_what(comparison, measure)}, from {lowest} to {highest}; "
        f"England and Wales {label}; {forces[comparison.force].name} "
        f"{'not shown' if comparison.value is None else words.rate(comparison.value, measure.decimals)}.",
    )


def funnel_chart(comparison: Comparison, measure: Measure, forces: Mapping[str, Force], mode: Mode) -> Chart:
    """Return all compared forces by population, with the over-dispersed limits at z of 1.96 and 3.09."""
    rows = [_row(rate, comparison, measure, forces) for rate in comparison.everyone]
    for row, rate in zip(rows, comparison.everyone, strict=True):
        # Placed as it is judged: no offence counts as half of one.
        row["value"] = float(at_least_half(np.array(rate.numerator))) / rate.denominator * measure.multiplier
    limits = _limits(comparison, measure)
    return Chart(
        spec=_funnel_spec(mode),
        rows={"rates": rows, "limits": limits},
        height=_FUNNEL,
        alt=f"Funnel of {len(rows)} forces by population, {_what(comparison, measure)}. "
        f"{forces[comparison.force].name} has an adjusted z of "
        f"{'none' if comparison.z is None else f'{comparison.z:.2f}'}; beyond 1.96 a force stands out.",
    )


def _what(comparison: Comparison, measure: Measure) -> str:
    return f"{measure.title} {measure.unit}, {periods.describe(comparison.period_end, comparison.window)}"


def _own(comparison: Comparison) -> Rate | None:
    if comparison.numerator is None or comparison.denominator is None or comparison.value is None:
        return None
    return Rate(comparison.force, comparison.numerator, comparison.denominator, comparison.value)


def _range_label(comparison: Comparison, measure: Measure) -> str:
    if comparison.expected_low is None or comparison.expected_high is None:
        return ""
    low, high = (words.rate(limit, measure.decimals) for limit in (comparison.expected_low, comparison.expected_high))
    return f"Shaded: expected range {low} to {high}"


def _row(rate: Rate, comparison: Comparison, measure: Measure, forces: Mapping[str, Force]) -> dict[str, Any]:
    low, high = (
        words.rate(limit, measure.decimals + 1) for limit in count_limits(rate.numerator, rate.denominator, measure)
    )
    is_peer = rate.force in comparison.peer_ids
    return {
        "name": forces[rate.force].name,
        "role": "force" if rate.force == comparison.force else "peer" if is_peer else "other",
        "value": rate.value,
        "label": words.rate(rate.value, measure.decimals),
        "interval": f"{low} to {high}",
        "offences": words.count(rate.numerator),
        "population": rate.denominator,
        "people": words.count(rate.denominator),
    }


def _limits(comparison: Comparison, measure: Measure) -> list[dict[str, Any]]:
    if comparison.theta is None or comparison.tau2 is None:
        return []
    populations = [rate.denominator for rate in comparison.everyone]
    people = np.geomspace(min(populations) * 0.9, max(populations) * 1.1, 40)
    highest_drawn = _ABOVE_HIGHEST * max(rate.value for rate in comparison.everyone)
    return [
        {"population": float(at), "limit": rate if rate <= highest_drawn else None, "z": name}
        for name, z in (("-3.09", -3.09), ("-1.96", -1.96), ("0", 0.0), ("1.96", 1.96), ("3.09", 3.09))
        for at, rate in zip(people, _limit(comparison, measure, people, z), strict=True)
    ]


def _limit(comparison: Comparison, measure: Measure, people: funnel.Floats, z: float) -> list[float]:
    theta, tau2 = comparison.theta or 0.0, comparison.tau2 or 0.0
    at: funnel.Floats = funnel.funnel_limit(theta / measure.multiplier, tau2, people, z) * measure.multiplier
    return [float(rate) for rate in at]


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("name:N", title="Force"),
        alt.Tooltip("label:N", title="Rate"),
        alt.Tooltip("interval:N", title="95% interval"),
        alt.Tooltip("offences:N", title="Recorded"),
        alt.Tooltip("people:N", title="Population"),
    ]


def _role_colour(mode: Mode) -> alt.Color:
    colours = COLOURS[mode]
    return alt.Color(
        "role:N",
        scale=alt.Scale(domain=_ROLES, range=[colours.force, colours.peer, colours.other]),
        legend=None,
    )


@specification
def _peers_spec(mode: Mode) -> dict[str, Any]:
    colours = COLOURS[mode]
    rates, context = alt.NamedData("rates"), alt.NamedData("context")
    names = alt.Y(
        "name:N",
        sort=None,
        title=None,
        axis=alt.Axis(
            ticks=False,
            domain=False,
            labelLimit=150,
            labelFontSize=FONT_SIZE,
            labelOverlap=False,
            labelFlush=False,
            labelBound=False,
        ),
    )
    value = alt.X("value:Q", title=None, scale=alt.Scale(zero=True, nice=True), axis=alt.Axis(tickCount=5, grid=False))
    bars = (
        alt.Chart(rates)
        .mark_bar(height={"band": 0.62})
        .encode(x=value, y=names, color=_role_colour(mode), tooltip=_tooltip())
    )
    label = alt.Chart(rates).encode(x=value, y=names, text=alt.Text("label:N"), tooltip=_tooltip())
    halo = label.mark_text(
        align="left",
        dx=5,
        fontSize=FONT_SIZE,
        stroke=colours.background,
        strokeWidth=4,
        strokeJoin="round",
        color=colours.background,
        aria=False,
    )
    text = label.mark_text(align="left", dx=5, fontSize=FONT_SIZE, color=colours.text)
    band = (
        alt.Chart(context).mark_rect(color=colours.expected, aria=False).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"))
    )
    rule = alt.Chart(context).mark_rule(color=colours.average, strokeWidth=2, aria=False).encode(x=alt.X("average:Q"))
    key = alt.Chart(context).mark_text(
        align="left", baseline="bottom", fontSize=FONT_SIZE - 1, color=colours.text, aria=False
    )
    range_key = key.encode(x=alt.value(0), y=alt.value(-24), text=alt.Text("range_label:N"))
    average_key = key.encode(x=alt.value(0), y=alt.value(-7), text=alt.Text("average_label:N"))
    return finished(
        alt.layer(band, bars, rule, halo, text, range_key, average_key), mode, padding={"top": 8, "right": 8}
    )


@specification
def _strip_spec(mode: Mode) -> dict[str, Any]:
    colours = COLOURS[mode]
    rates, context = alt.NamedData("rates"), alt.NamedData("context")
    value = alt.X("value:Q", title=None, scale=alt.Scale(zero=True, nice=True), axis=alt.Axis(tickCount=5, grid=False))

    def of_role(role: str) -> alt.Chart:
        return alt.Chart(rates).transform_filter(alt.datum.role == role)

    def ticks(role: str, thickness: float, size: int) -> alt.Chart:
        marks: alt.Chart = of_role(role).mark_tick(opacity=1, aria=False, thickness=thickness, size=size, y=_STRIP / 2)
        return marks.encode(x=value, color=_role_colour(mode), tooltip=_tooltip())

    name = (
        of_role("force")
        .mark_text(align="center", baseline="bottom", y=-2, fontSize=FONT_SIZE, fontWeight="bold", color=colours.text)
        .encode(x=value, text=alt.Text("name:N"))
    )
    rule = (
        alt.Chart(context)
        .mark_rule(color=colours.average, strokeWidth=2, strokeDash=[4, 3], aria=False)
        .encode(x=alt.X("theta:Q"))
    )
    return finished(
        alt.layer(ticks("other", 2, 20), ticks("peer", 3, 32), rule, ticks("force", 6, 48), name),
        mode,
        padding={"top": 8, "right": 8},
    )


@specification
def _funnel_spec(mode: Mode) -> dict[str, Any]:
    colours = COLOURS[mode]
    rates, limits = alt.NamedData("rates"), alt.NamedData("limits")
    people = alt.X(
        "population:Q",
        title="population of the force area",
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(values=[500_000, 1_000_000, 2_000_000, 5_000_000], format="~s", grid=False),
    )
    lines = (
        alt.Chart(limits)
        .mark_line(color=colours.average, clip=True, aria=False)
        .encode(
            x=people,
            y=alt.Y("limit:Q", title=None, axis=alt.Axis(grid=False)),
            detail=alt.Detail("z:N"),
            strokeDash=alt.StrokeDash(
                "z:N",
                scale=alt.Scale(
                    domain=["-3.09", "-1.96", "0", "1.96", "3.09"], range=[[2, 3], [6, 4], [1, 0], [6, 4], [2, 3]]
                ),
                legend=None,
            ),
        )
    )
    points = (
        alt.Chart(rates)
        .mark_point(filled=True, opacity=1)
        .encode(
            x=people,
            y=alt.Y("value:Q"),
            color=_role_colour(mode),
            shape=alt.Shape(
                "role:N", scale=alt.Scale(domain=_ROLES, range=["diamond", "square", "circle"]), legend=None
            ),
            size=alt.Size("role:N", scale=alt.Scale(domain=_ROLES, range=[220, 90, 60]), legend=None),
            order=alt.Order("role:N", sort="descending"),
            tooltip=_tooltip(),
        )
    )
    names = (
        alt.Chart(rates)
        .transform_filter(alt.datum.role == "force")
        .mark_text(align="left", dx=12, fontSize=FONT_SIZE, fontWeight="bold", color=colours.text)
        .encode(x=people, y=alt.Y("value:Q"), text=alt.Text("name:N"))
    )
    return finished(alt.layer(lines, points, names), mode, padding={"top": 8, "right": 8})
