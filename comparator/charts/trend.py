"""The charts of a trend: 12-month rates among peers, the control chart, several lines, and a panel for each line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt

from comparator import periods
from comparator.analysis import words
from comparator.analysis.trend import Surroundings, Trend, YearSeries
from comparator.catalogue import Caveat, Force, Measure
from comparator.charts.theme import COLOURS, FONT_SIZE, Chart, Mode, finished, specification, spread_labels

_HEIGHT = 340
_PANEL = 72
_PANEL_FILL = 0.66


def years_chart(
    found: Trend,
    around: Surroundings | None,
    measure: Measure,
    forces: Mapping[str, Force],
    caveats: Sequence[Caveat],
    mode: Mode,
) -> Chart:
    """Return the force's 12 months with its peers as a band, its group's average, and England and Wales.

    `around` is None for counts, which are not set beside other forces.
    """
    name = forces[found.force].name
    nowhere = (None,) * len(found.periods)
    rows = [
        {
            "date": _date(end),
            "period": periods.describe(end, "year"),
            "force": own,
            "low": low,
            "high": high,
            "average": average,
            "nation": nation,
            "shown": _figure(own, found, measure),
            "average_shown": "" if average is None else words.rate(average, measure.decimals),
            "nation_shown": "" if nation is None else words.rate(nation, measure.decimals),
        }
        for end, own, low, high, average, nation in zip(
            found.periods,
            found.year_values,
            around.lowest if around else nowhere,
            around.highest if around else nowhere,
            around.group_average if around else nowhere,
            around.england_and_wales if around else nowhere,
            strict=True,
        )
        if own is not None
    ]
    labels = spread_labels(
        [(name, rows[-1]["force"]), ("group average", rows[-1]["average"]), ("England and Wales", rows[-1]["nation"])]
        if rows
        else [],
        top=max((value for row in rows for value in (row["force"], row["high"], row["nation"]) if value), default=1.0),
    )
    return Chart(
        spec=_years_spec(mode),
        rows={
            "rates": rows,
            "labels": [{"date": rows[-1]["date"], **label} for label in labels],
            "caveats": _spans(caveats, found.periods),
        },
        height=_HEIGHT,
        alt=f"Lines, {measure.title} {unit(found, measure)}, 12 months ending each quarter: {name} from "
        f"{rows[0]['shown']} in the {rows[0]['period']} to {rows[-1]['shown']} in the {rows[-1]['period']}."
        if rows
        else f"{measure.title}: no 12 months of figures for {name}.",
    )


def control_chart(
    found: Trend, measure: Measure, forces: Mapping[str, Force], caveats: Sequence[Caveat], mode: Mode
) -> Chart:
    """Return the seasonally adjusted quarters with centre, limits and the points that made a change real."""
    rows = [
        {
            "date": _date(end),
            "period": periods.describe(end, "quarter"),
            "adjusted": adjusted,
            "shown": _figure(adjusted, found, measure, 1),
            "kind": "signal" if position in found.signals else "baseline" if position in found.baseline else "other",
        }
        for position, (end, adjusted) in enumerate(zip(found.periods, found.adjusted, strict=True))
        if adjusted is not None
    ]
    limits = []
    if found.centre is not None:
        for label, value in (("upper limit", found.upper), ("average", found.centre), ("lower limit", found.lower)):
            limits.append(
                {
                    "start": _date(found.periods[found.baseline[0]]),
                    "end": _date(found.periods[-1]),
                    "value": value,
                    "label": label,
                }
            )
    return Chart(
        spec=_control_spec(mode),
        rows={"quarters": rows, "limits": limits, "caveats": _spans(caveats, found.periods)},
        height=_HEIGHT,
        alt=f"Control chart, {measure.title} {unit(found, measure)} by quarter, season taken out, "
        f"{forces[found.force].name}: {len(found.signals)} points show a real change; "
        f"verdict {(found.verdict or 'none').replace('-', ' ')}.",
    )


@dataclass(frozen=True)
class NamedSeries:
    """A series with the name under which it is drawn, and how many decimals its figures are read with."""

    name: str
    series: YearSeries
    decimals: int


def lines_chart(
    named: Sequence[NamedSeries], nation: YearSeries | None, what: str, caveats: Sequence[Caveat], mode: Mode
) -> Chart:
    """Return up to five 12-month series as lines with their names at their ends, the first of them the force's own.

    `nation` is drawn dashed behind them; `what` says in the text alternative what the figures are.
    """
    rows = [row for order, one in enumerate(named) for row in _points(one, order)]
    behind = [] if nation is None else _points(NamedSeries("England and Wales", nation, named[0].decimals), 0)
    ends = {one.name: one.series.values[-1] for one in named if one.series.values}
    if behind:
        ends["England and Wales"] = behind[-1]["value"]
    order = {one.name: position for position, one in enumerate(named)}
    labels = spread_labels(list(ends.items()), top=max((row["value"] for row in [*rows, *behind]), default=1.0))
    last = max((row["date"] for row in rows), default=None)
    return Chart(
        spec=_lines_spec(mode),
        rows={
            "rates": rows,
            "nation": behind,
            "caveats": _spans(caveats, named[0].series.periods if named else ()),
            "labels": [{"date": last, **label, "order": order.get(label["text"], -1)} for label in labels],
        },
        height=_HEIGHT,
        alt=f"Lines, {what}: " + "; ".join(_from_to(one) for one in named) + ".",
    )


def panels_chart(named: Sequence[NamedSeries], own: str, what: str, caveats: Sequence[Caveat], mode: Mode) -> Chart:
    """Return one small panel for each series, below one another, on common axes; `own` names the one that is strong."""
    top = max((value for one in named for value in one.series.values if value is not None), default=1.0) or 1.0
    rows, titles = [], []
    for order, one in enumerate(named):
        points = _points(one, order)
        rows += [
            {"date": point["date"], "order": order, "share": point["value"] / top, "shown": point["shown"]}
            for point in points
        ]
        if points:
            titles.append({**rows[-1], "name": one.name, "own": one.name == own})
    return Chart(
        spec=_panels_spec(mode),
        rows={
            "rates": rows,
            "titles": titles,
            "caveats": _spans(caveats, max((one.series.periods for one in named), key=len, default=()), places=1),
        },
        height=_PANEL * max(len(named), 1),
        alt=f"A panel for each line, one scale from 0 to {words.rate(top, named[0].decimals if named else 0)}, {what}: "
        + "; ".join(_from_to(one) for one in named)
        + ".",
    )


def _points(one: NamedSeries, order: int) -> list[dict[str, Any]]:
    return [
        {
            "date": _date(end),
            "name": one.name,
            "order": order,
            "value": value,
            "shown": words.rate(value, one.decimals),
        }
        for end, value in zip(one.series.periods, one.series.values, strict=True)
        if value is not None
    ]


def _from_to(one: NamedSeries) -> str:
    known = [value for value in one.series.values if value is not None]
    if not known:
        return f"{one.name} has no figures"
    return f"{one.name} from {words.rate(known[0], one.decimals)} to {words.rate(known[-1], one.decimals)}"


def unit(found: Trend, measure: Measure) -> str:
    """Return the unit of a trend's figures in words."""
    return "recorded" if found.counts else measure.unit


def _figure(value: float, found: Trend, measure: Measure, more_decimals: int = 0) -> str:
    return words.rate(value, more_decimals if found.counts else measure.decimals + more_decimals)


def _date(month: str) -> str:
    return f"{month}-01"


def _spans(caveats: Sequence[Caveat], ends: Sequence[str], places: int = 2) -> list[dict[str, Any]]:
    """Return the months that faults and breaks touch, cut to the chart; labels stand at the top, or by turns."""
    if not ends:
        return []
    first, last = ends[0], ends[-1]
    touching = [
        (caveat.first_month, caveat.last_month or caveat.first_month, caveat.title)
        for caveat in caveats
        if caveat.first_month is not None
    ]
    return [
        {
            "start": _date(max(start, first)),
            "end": _date(min(end, last)),
            "label": title,
            "place": ("top", "bottom")[index % places],
        }
        for index, (start, end, title) in enumerate(sorted(touching))
        if start <= last and end >= first
    ]


def _spans_layers(mode: Mode) -> tuple[alt.Chart, alt.Chart, alt.Chart]:
    """Return the shading of the spans and their labels, by turns from the top and the bottom so that neighbours fit."""
    colours = COLOURS[mode]
    spans = alt.Chart(alt.NamedData("caveats"))

    def labels(place: str, y: int, align: Literal["left", "right"]) -> alt.Chart:
        of_place = spans.transform_filter(alt.datum.place == place)
        marks: alt.Chart = of_place.mark_text(
            angle=270,
            align=align,
            baseline="bottom",
            dx=-4 if align == "right" else 4,
            dy=-3,
            fontSize=FONT_SIZE - 2,
            color=colours.text,
            aria=False,
        )
        return marks.encode(x=alt.X("start:T"), y=alt.value(y), text=alt.Text("label:N"))

    shade = spans.mark_rect(color=colours.expected, stroke=colours.other, aria=False).encode(
        x=alt.X("start:T"), x2=alt.X2("end:T")
    )
    return shade, labels("top", 0, "right"), labels("bottom", _HEIGHT, "left")


@specification
def _years_spec(mode: Mode) -> dict[str, Any]:
    colours = COLOURS[mode]
    rates = alt.Chart(alt.NamedData("rates"))
    date = alt.X("date:T", title=None, axis=alt.Axis(format="%Y", tickCount=8, grid=False))
    tooltip = [
        alt.Tooltip("period:N", title="Period"),
        alt.Tooltip("shown:N", title="This force"),
        alt.Tooltip("average_shown:N", title="Group average"),
        alt.Tooltip("nation_shown:N", title="England and Wales"),
    ]
    band = rates.mark_area(color=colours.peer, opacity=0.25, aria=False).encode(
        x=date, y=alt.Y("low:Q", title=None, scale=alt.Scale(zero=True), axis=alt.Axis(grid=False)), y2=alt.Y2("high:Q")
    )
    average = rates.mark_line(color=colours.peer, strokeWidth=2, aria=False).encode(x=date, y=alt.Y("average:Q"))
    nation = rates.mark_line(color=colours.average, strokeWidth=1.5, strokeDash=[4, 3], aria=False).encode(
        x=date, y=alt.Y("nation:Q")
    )
    own = rates.mark_line(color=colours.force, strokeWidth=3.5, aria=False).encode(x=date, y=alt.Y("force:Q"))
    points = rates.mark_point(size=120, opacity=0, aria=False).encode(x=date, y=alt.Y("force:Q"), tooltip=tooltip)
    labels = (
        alt.Chart(alt.NamedData("labels"))
        .mark_text(align="left", dx=6, fontSize=FONT_SIZE - 1, aria=False)
        .encode(
            x=date,
            y=alt.Y("at:Q"),
            text=alt.Text("text:N"),
            color=alt.Color(
                "own:N", scale=alt.Scale(domain=[True, False], range=[colours.force, colours.text]), legend=None
            ),
        )
    )
    shade, *spans = _spans_layers(mode)
    return finished(
        alt.layer(shade, band, average, nation, own, labels, *spans, points), mode, padding={"right": 8, "top": 8}
    )


@specification
def _lines_spec(mode: Mode) -> dict[str, Any]:
    colours = COLOURS[mode]
    rates, labels = alt.Chart(alt.NamedData("rates")), alt.Chart(alt.NamedData("labels"))
    date = alt.X("date:T", title=None, axis=alt.Axis(format="%Y", tickCount=8, grid=False))
    value = alt.Y("value:Q", title=None, scale=alt.Scale(zero=True), axis=alt.Axis(grid=False))
    orders = list(range(len(colours.lines)))
    colour = alt.Color("order:O", scale=alt.Scale(domain=orders, range=list(colours.lines)), legend=None)
    width = alt.StrokeWidth("order:O", scale=alt.Scale(domain=orders, range=[3.5, 2, 2, 2, 2]), legend=None)
    tooltip = [
        alt.Tooltip("name:N", title="Force"),
        alt.Tooltip("date:T", title="12 months ending", format="%B %Y"),
        alt.Tooltip("shown:N", title="Figure"),
    ]
    nation = (
        alt.Chart(alt.NamedData("nation"))
        .mark_line(color=colours.average, strokeWidth=1.5, strokeDash=[4, 3], aria=False)
        .encode(x=date, y=value)
    )
    lines = rates.mark_line(aria=False).encode(x=date, y=value, color=colour, strokeWidth=width)
    points = rates.mark_point(size=120, opacity=0, aria=False).encode(x=date, y=value, tooltip=tooltip)
    names = labels.mark_text(align="left", dx=6, fontSize=FONT_SIZE - 1, aria=False).encode(
        x=date,
        y=alt.Y("at:Q"),
        text=alt.Text("text:N"),
        color=alt.Color(
            "order:O", scale=alt.Scale(domain=[*orders, -1], range=[*colours.lines, colours.text]), legend=None
        ),
    )
    shade, *spans = _spans_layers(mode)
    layers = alt.layer(shade, nation, lines, names, *spans, points).resolve_scale(color="independent")
    return finished(layers, mode, padding={"right": 8, "top": 8})


@specification
def _panels_spec(mode: Mode) -> dict[str, Any]:
    colours = COLOURS[mode]
    titles = alt.Chart(alt.NamedData("titles")).transform_calculate(
        floor="-datum.order",
        at=f"{_PANEL_FILL} * datum.share - datum.order",
        title_at=f"{_PANEL_FILL + 0.12} - datum.order",
    )
    # The name and the colour of a panel travel once, not with each of its points.
    rates = (
        alt.Chart(alt.NamedData("rates"))
        .transform_lookup(
            lookup="order", from_=alt.LookupData(data=alt.NamedData("titles"), key="order", fields=["name", "own"])
        )
        .transform_calculate(floor="-datum.order", at=f"{_PANEL_FILL} * datum.share - datum.order")
    )
    date = alt.X("date:T", title=None, axis=alt.Axis(format="%Y", tickCount=8, grid=False))
    at = alt.Y("at:Q", axis=None, scale=alt.Scale(zero=False, nice=False))
    colour = alt.Color("own:N", scale=alt.Scale(domain=[True, False], range=[colours.force, colours.peer]), legend=None)
    tooltip = [
        alt.Tooltip("name:N", title="Line"),
        alt.Tooltip("date:T", title="12 months ending", format="%B %Y"),
        alt.Tooltip("shown:N", title="Figure"),
    ]
    area = rates.mark_area(opacity=0.22, aria=False).encode(
        x=date, y=at, y2=alt.Y2("floor"), color=colour, detail=alt.Detail("order:N")
    )
    line = rates.mark_line(strokeWidth=2, aria=False).encode(x=date, y=at, color=colour, detail=alt.Detail("order:N"))
    points = rates.mark_point(size=120, opacity=0, aria=False).encode(x=date, y=at, tooltip=tooltip)
    floors = titles.mark_rule(color=colours.other, aria=False).encode(y=alt.Y("floor:Q", axis=None))
    names = titles.mark_text(
        align="left", baseline="middle", fontSize=FONT_SIZE, color=colours.text, aria=False
    ).encode(x=alt.value(2), y=alt.Y("title_at:Q", axis=None), text=alt.Text("name:N"))
    ends = titles.mark_text(align="left", dx=6, fontSize=FONT_SIZE - 1, color=colours.text, aria=False).encode(
        x=date, y=at, text=alt.Text("shown:N")
    )
    shade, *spans = _spans_layers(mode)
    return finished(
        alt.layer(shade, floors, area, line, names, *spans, ends, points), mode, padding={"right": 8, "top": 8}
    )


@specification
def _control_spec(mode: Mode) -> dict[str, Any]:
    colours = COLOURS[mode]
    quarters, limits = alt.Chart(alt.NamedData("quarters")), alt.Chart(alt.NamedData("limits"))
    date = alt.X("date:T", title=None, axis=alt.Axis(format="%Y", tickCount=8, grid=False))
    value = alt.Y("adjusted:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(grid=False))
    kinds = ["signal", "baseline", "other"]
    tooltip = [alt.Tooltip("period:N", title="Quarter"), alt.Tooltip("shown:N", title="Rate, season taken out")]
    line = quarters.mark_line(color=colours.other, strokeWidth=1.5, aria=False).encode(x=date, y=value)
    points = quarters.mark_point(filled=True, opacity=1, aria=False).encode(
        x=date,
        y=value,
        color=alt.Color(
            "kind:N", scale=alt.Scale(domain=kinds, range=[colours.signal, colours.force, colours.peer]), legend=None
        ),
        shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=["diamond", "circle", "circle"]), legend=None),
        size=alt.Size("kind:N", scale=alt.Scale(domain=kinds, range=[200, 60, 30]), legend=None),
        tooltip=tooltip,
    )
    rules = limits.mark_rule(color=colours.average, strokeWidth=1.5, aria=False).encode(
        x=alt.X("start:T"),
        x2=alt.X2("end:T"),
        y=alt.Y("value:Q"),
        strokeDash=alt.StrokeDash(
            "label:N",
            scale=alt.Scale(domain=["upper limit", "average", "lower limit"], range=[[5, 4], [1, 0], [5, 4]]),
            legend=None,
        ),
    )
    names = limits.mark_text(align="left", dx=6, fontSize=FONT_SIZE - 1, color=colours.text, aria=False).encode(
        x=alt.X("end:T"), y=alt.Y("value:Q"), text=alt.Text("label:N")
    )
    shade, *spans = _spans_layers(mode)
    return finished(alt.layer(shade, line, rules, points, names, *spans), mode, padding={"right": 8, "top": 8})
