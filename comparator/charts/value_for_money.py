"""The charts of a Value for Money profile: differences in pounds, a quadrant, spending over time, and composition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import altair as alt

from comparator import periods
from comparator.analysis import words
from comparator.analysis.value_findings import figure
from comparator.analysis.value_for_money import Composition, Line, Point, Quadrant, ValueForMoney, YearOfSpending
from comparator.catalogue import Force, Measure
from comparator.charts.theme import COLOURS, FONT_SIZE, Chart, Mode, finished, specification, spread_labels

_BAR, _TWO_LINES = 34, 46
_QUADRANT = 420
_YEARS = 340
_ROOM_FOR_NAMES = 70
_IN_POUNDS = "'£' + format(datum.value, ',.0f')"
# Shares of the width and height of a quadrant within which names would overwrite each other.
_NEAR, _NAME_HEIGHT = 0.3, 0.05
_PROJECTOR_BAR = 42
_PROJECTOR_FONT = 22


def differences_chart(
    profile: ValueForMoney, measures: Mapping[str, Measure], forces: Mapping[str, Force], mode: Mode
) -> Chart:
    """Return a bar for each line of money per head: its difference from the group in a year, the largest first."""
    lines = [
        (measures[line.measure], line.difference_total, line.difference or 0.0, line.outlier)
        for line in profile.lines
        if measures[line.measure].kind == "money"
        and measures[line.measure].denominator == "population"
        and line.difference_total is not None
    ]
    rows = []
    for measure, total, head, outlier in sorted(lines, key=lambda line: -abs(line[1])):
        shown = words.with_sign(words.millions(total)).replace(" million", "m")
        rows.append(
            {
                "name": measure.short_title,
                "label": f"{measure.short_title}|{shown}",
                "value": total / 1e6,
                "shown": shown,
                "head": words.with_sign(figure(head, measure)),
                "outlier": outlier is not None,
            }
        )
    listed = "; ".join(f"{row['name']} {row['shown']}" for row in rows) or "no figures"
    return Chart(
        spec=_differences_spec(mode),
        rows={"lines": rows},
        height=_TWO_LINES * max(len(rows), 1),
        alt=f"Bars, {forces[profile.force].name} less its group's average, pounds a year: {listed}.",
    )


def projector_chart(
    line: Line, values: Mapping[str, float], measure: Measure, forces: Mapping[str, Force], own: str, mode: Mode
) -> Chart:
    """Return bars of the force and its peers by one line, large enough to be read across a room."""
    rows = [
        {"name": f"{forces[force].name} {figure(value, measure)}", "own": force == own, "value": value}
        for force, value in sorted(values.items(), key=lambda item: -item[1])
    ]
    listed = "; ".join(str(row["name"]) for row in rows) or "no figures"
    average = "not available" if line.peers_average is None else figure(line.peers_average, measure)
    return Chart(
        spec=_projector_spec(mode),
        rows={"forces": rows, "context": [{"average": line.peers_average, "label": f"group average {average}"}]},
        height=_PROJECTOR_BAR * max(len(rows), 1),
        alt=f"Bars, {measure.title} {measure.unit}, highest first: {listed}. Group average {average}.",
    )


def quadrant_chart(
    quadrant: Quadrant, measures: Mapping[str, Measure], forces: Mapping[str, Force], mode: Mode
) -> Chart:
    """Return the force and its peers as points by two measures, with the group's averages as cross-hairs."""
    across, up = measures[quadrant.across], measures[quadrant.up]
    middle = sorted(point.across for point in quadrant.points)[len(quadrant.points) // 2] if quadrant.points else 0.0
    heights = _label_heights(quadrant.points)
    rows = [
        {
            "name": forces[point.force].name,
            "own": point.force == quadrant.force,
            "across": point.across,
            "up": point.up,
            "across_shown": f"{figure(point.across, across)} {across.unit}",
            "up_shown": f"{figure(point.up, up)} {up.unit}",
            "left": point.across > middle,
            "label_at": heights[point.force],
        }
        for point in quadrant.points
    ]
    context = {
        "across": quadrant.average_across,
        "up": quadrant.average_up,
        "across_label": f"{_with_unit(across)} →",
        "up_label": f"↑ {_with_unit(up)}",
    }
    listed = "; ".join(f"{row['name']} {row['across_shown']}, {row['up_shown']}" for row in rows)
    return Chart(
        spec=_quadrant_spec(mode),
        rows={"points": rows, "context": [context]},
        height=_QUADRANT,
        alt=f"Points, {across.title} across, {up.title} up: {listed}.",
    )


def _label_heights(points: Sequence[Point]) -> dict[str, float]:
    """Return the height of each force's name, moved up where the name of a force beside it would be overwritten."""
    if not points:
        return {}
    near = (max(point.across for point in points) - min(point.across for point in points)) * _NEAR
    gap = (max(point.up for point in points) - min(point.up for point in points)) * _NAME_HEIGHT
    placed: list[tuple[Point, float]] = []
    for point in sorted(points, key=lambda point: point.up):
        below = [at + gap for other, at in placed if abs(other.across - point.across) < near and at + gap > point.up]
        placed.append((point, max(below, default=point.up)))
    return {point.force: at for point, at in placed}


def _with_unit(measure: Measure) -> str:
    return f"{measure.title}, {'£ ' if measure.kind == 'money' else ''}{measure.unit}"


def spending_chart(years: Sequence[YearOfSpending], measure: Measure, force: Force, mode: Mode) -> Chart:
    """Return a measure over the financial years: the force, its peers as a band, their average, and England."""
    rows = [
        {
            "year": periods.describe(year.year_end, "financial-year"),
            "force": year.value,
            "low": year.lowest,
            "high": year.highest,
            "average": year.average,
            "england": year.england,
            "shown": "not available" if year.value is None else figure(year.value, measure),
            "average_shown": "not available" if year.average is None else figure(year.average, measure),
            "england_shown": "not available" if year.england is None else figure(year.england, measure),
        }
        for year in years
    ]
    last = years[-1]
    labels = spread_labels(
        [(force.name, last.value), ("group average", last.average), ("England", last.england)],
        top=max((value for year in years for value in (year.value, year.highest, year.england) if value), default=1.0),
    )
    known = [row for row in rows if row["force"] is not None]
    from_to = (
        f"{force.name} from {known[0]['shown']} in {known[0]['year']} to {known[-1]['shown']} in {known[-1]['year']}"
        if known
        else f"no figures of {force.name}"
    )
    return Chart(
        spec=_spending_spec(mode),
        rows={"years": rows, "labels": [{"year": rows[-1]["year"], **label} for label in labels]},
        height=_YEARS,
        alt=f"Lines, {measure.title} {measure.unit} by financial year, in cash: {from_to}.",
    )


def composition_chart(compositions: Sequence[Composition], forces: Mapping[str, Force], own: str, mode: Mode) -> Chart:
    """Return what makes up net spending a head, for the force and each peer: pay and other costs, less income."""
    rows = [
        {
            "name": forces[one.force].name,
            "own": one.force == own,
            "part": part,
            "start": start,
            "end": end,
            "middle": (start + end) / 2,
            "shown": words.pounds(abs(end - start)),
        }
        for one in compositions
        for part, start, end in (
            ("Pay", 0.0, one.pay),
            ("Other costs", one.pay, one.pay + one.other),
            ("Income", 0.0, -one.income),
        )
    ]
    listed = "; ".join(
        f"{forces[one.force].name} pay {words.pounds(one.pay)}, other costs {words.pounds(one.other)}, income "
        f"{words.pounds(one.income)}, net {words.pounds(one.net)}"
        for one in compositions
    )
    return Chart(
        spec=_composition_spec(mode),
        rows={"parts": rows},
        height=_BAR * max(len(compositions), 1),
        alt=f"Bars, pounds a head: {listed}.",
    )


def _names(field: str = "name:N", **more: Any) -> alt.Y:
    axis = alt.Axis(ticks=False, domain=False, labelLimit=150, labelFontSize=FONT_SIZE, labelOverlap=False, **more)
    return alt.Y(field, sort=None, title=None, axis=axis)


@specification
def _differences_spec(mode: Mode) -> dict[str, Any]:
    colours = COLOURS[mode]
    lines = alt.Chart(alt.NamedData("lines"))
    bars = lines.mark_bar(height={"band": 0.6}, aria=False).encode(
        x=alt.X("value:Q", title="£ million a year", axis=alt.Axis(grid=False, tickCount=4)),
        y=_names("label:N", labelExpr="split(datum.label, '|')", labelOffset=-7),
        color=alt.Color(
            "outlier:N", scale=alt.Scale(domain=[True, False], range=[colours.force, colours.peer]), legend=None
        ),
        tooltip=[
            alt.Tooltip("name:N", title="Line"),
            alt.Tooltip("shown:N", title="A year"),
            alt.Tooltip("head:N", title="For every person"),
        ],
    )
    zero = lines.mark_rule(color=colours.average, aria=False).encode(x=alt.datum(0))
    return finished(alt.layer(bars, zero), mode, padding={"right": 8, "top": 8})


@specification
def _projector_spec(mode: Mode) -> dict[str, Any]:
    colours = COLOURS[mode]
    forces = alt.Chart(alt.NamedData("forces"))
    axis = alt.Axis(ticks=False, domain=False, labelLimit=420, labelFontSize=_PROJECTOR_FONT, labelOverlap=False)
    bars = forces.mark_bar(height={"band": 0.72}, aria=False).encode(
        x=alt.X("value:Q", axis=None, scale=alt.Scale(zero=True)),
        y=alt.Y("name:N", sort=None, title=None, axis=axis),
        color=alt.Color(
            "own:N", scale=alt.Scale(domain=[True, False], range=[colours.force, colours.peer]), legend=None
        ),
    )
    average = alt.Chart(alt.NamedData("context")).encode(x=alt.X("average:Q", axis=None))
    rule = average.mark_rule(color=colours.average, strokeWidth=3, aria=False)
    label = average.mark_text(
        align="right", baseline="bottom", dx=6, dy=-6, fontSize=_PROJECTOR_FONT, color=colours.text, aria=False
    ).encode(y=alt.value(0), text=alt.Text("label:N"))
    return finished(alt.layer(bars, rule, label), mode, padding={"right": 8, "top": 40})


@specification
def _quadrant_spec(mode: Mode) -> dict[str, Any]:
    colours = COLOURS[mode]
    points, context = alt.Chart(alt.NamedData("points")), alt.Chart(alt.NamedData("context"))
    across = alt.X(
        "across:Q",
        title=None,
        scale=alt.Scale(zero=False, padding=_ROOM_FOR_NAMES),
        axis=alt.Axis(grid=False, tickCount=5),
    )
    up = alt.Y("up:Q", title=None, scale=alt.Scale(zero=False, padding=30), axis=alt.Axis(grid=False, tickCount=5))
    own = alt.Color("own:N", scale=alt.Scale(domain=[True, False], range=[colours.force, colours.peer]), legend=None)
    hairs = [
        context.mark_rule(color=colours.average, strokeDash=[4, 3], aria=False).encode(x=alt.X("across:Q")),
        context.mark_rule(color=colours.average, strokeDash=[4, 3], aria=False).encode(y=alt.Y("up:Q")),
    ]
    titles = [
        context.mark_text(
            align="left", baseline="top", dx=4, dy=4, fontSize=FONT_SIZE, color=colours.text, aria=False
        ).encode(x=alt.value(0), y=alt.value(0), text=alt.Text("up_label:N")),
        context.mark_text(
            align="right", baseline="bottom", dx=-4, dy=-4, fontSize=FONT_SIZE, color=colours.text, aria=False
        ).encode(x=alt.value("width"), y=alt.value("height"), text=alt.Text("across_label:N")),
    ]
    marks = points.mark_point(filled=True, opacity=1, aria=False).encode(
        x=across,
        y=up,
        color=own,
        shape=alt.condition(alt.datum.own, alt.value("diamond"), alt.value("circle")),
        size=alt.condition(alt.datum.own, alt.value(220), alt.value(90)),
        tooltip=[
            alt.Tooltip("name:N", title="Force"),
            alt.Tooltip("across_shown:N", title="Across"),
            alt.Tooltip("up_shown:N", title="Up"),
        ],
    )
    sides: tuple[tuple[bool, Literal["left", "right"], int], ...] = ((False, "left", 10), (True, "right", -10))
    names = [
        points.transform_filter(alt.datum.left == left)
        .mark_text(align=align, dx=gap, fontSize=FONT_SIZE - 1, color=colours.text, aria=False)
        .encode(x=across, y=alt.Y("label_at:Q"), text=alt.Text("name:N"))
        for left, align, gap in sides
    ]
    return finished(alt.layer(*hairs, marks, *names, *titles), mode, padding={"right": 8, "top": 8})


@specification
def _spending_spec(mode: Mode) -> dict[str, Any]:
    colours = COLOURS[mode]
    years = alt.Chart(alt.NamedData("years"))
    year = alt.X(
        "year:O",
        title=None,
        sort=None,
        scale=alt.Scale(padding=0.5),
        axis=alt.Axis(labelAngle=0, labelOverlap="greedy"),
    )
    pounds = alt.Y("low:Q", title=None, scale=alt.Scale(zero=True), axis=alt.Axis(grid=False, labelExpr=_IN_POUNDS))
    band = years.mark_area(color=colours.peer, opacity=0.25, aria=False).encode(x=year, y=pounds, y2=alt.Y2("high:Q"))

    def line(field: str, colour: str, width: float, dash: list[int]) -> list[alt.Chart]:
        place = {"x": year, "y": alt.Y(field)}
        return [
            years.mark_line(color=colour, strokeWidth=width, strokeDash=dash, aria=False).encode(**place),
            # A year between two gaps makes no line.
            years.mark_point(color=colour, filled=True, opacity=1, size=12 * width, aria=False).encode(**place),
        ]

    hover = years.mark_point(size=160, opacity=0, aria=False).encode(
        x=year,
        y=alt.Y("force:Q"),
        tooltip=[
            alt.Tooltip("year:N", title="Year"),
            alt.Tooltip("shown:N", title="This force"),
            alt.Tooltip("average_shown:N", title="Group average"),
            alt.Tooltip("england_shown:N", title="England"),
        ],
    )
    labels = (
        alt.Chart(alt.NamedData("labels"))
        .mark_text(align="left", dx=8, fontSize=FONT_SIZE - 1, aria=False)
        .encode(
            x=year,
            y=alt.Y("at:Q"),
            text=alt.Text("text:N"),
            color=alt.Color(
                "own:N", scale=alt.Scale(domain=[True, False], range=[colours.force, colours.text]), legend=None
            ),
        )
    )
    layers = [
        band,
        *line("average:Q", colours.peer, 2, [1, 0]),
        *line("england:Q", colours.average, 1.5, [4, 3]),
        *line("force:Q", colours.force, 3.5, [1, 0]),
    ]
    return finished(alt.layer(*layers, labels, hover), mode, padding={"right": 8, "top": 8})


@specification
def _composition_spec(mode: Mode) -> dict[str, Any]:
    colours = COLOURS[mode]
    parts = alt.Chart(alt.NamedData("parts"))
    shades = alt.Scale(domain=["Pay", "Other costs", "Income"], range=[colours.force, colours.peer, colours.other])
    pounds = alt.X("start:Q", title="£ for every person; income to the left", axis=alt.Axis(grid=False, tickCount=5))
    bars = parts.mark_bar(height={"band": 0.7}, aria=False).encode(
        x=pounds,
        x2=alt.X2("end:Q"),
        y=_names(),
        color=alt.Color("part:N", scale=shades, legend=alt.Legend(orient="top", title=None, labelFontSize=FONT_SIZE)),
        tooltip=[
            alt.Tooltip("name:N", title="Force"),
            alt.Tooltip("part:N", title="Part"),
            alt.Tooltip("shown:N", title="For every person"),
        ],
    )
    own = (
        parts.transform_filter(alt.datum.own & (alt.datum.part == "Income"))
        .mark_text(text="◆", align="right", dx=-4, color=colours.force, fontSize=FONT_SIZE, aria=False)
        .encode(x=alt.X("end:Q"), y=_names())
    )
    labels = [
        parts.transform_filter(alt.datum.part == part)
        .mark_text(fontSize=FONT_SIZE - 2, color=colour, aria=False)
        .encode(x=alt.X("middle:Q"), y=_names(), text=alt.Text("shown:N"))
        for part, colour in (("Pay", colours.background), ("Other costs", "#0B0C0C"))
    ]
    return finished(alt.layer(bars, own, *labels), mode, padding={"right": 8, "top": 8})
