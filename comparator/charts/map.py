"""The map of the forces, as areas or as equal hexagons. The browser fetches the shapes once; only rows travel."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

import altair as alt

from comparator.analysis import findings, words
from comparator.analysis.geography import BORDERS, DIFFERENCES, FIFTHS, Area, Shading
from comparator.catalogue import CITY_OF_LONDON, Force, Measure
from comparator.charts.theme import COLOURS, FONT_SIZE, Chart, Mode, finished, specification

Shape = Literal["areas", "hexes"]
SHAPES: tuple[Shape, ...] = ("areas", "hexes")
PICK = "pick"

_HEIGHT = 520
_STRIPES = 7
_NOTHING = "–"
_MARKS = {3: "+++", 2: "++", 1: "+", 0: "", -1: "−", -2: "−−", -3: "−−−"}
_TITLES = {"nation": "Difference from England and Wales", "peers": "Difference from its group of similar forces"}
# In the English Channel, where nothing else stands.
_CITY_LABEL = (600_000, 62_000)

# The legend stands in two columns above a narrow map, and in the empty sea to the left of a wide one.
_WIDE = "width > 700"
_LINE, _LINES, _COLUMN, _SWATCH = 20, 4, 174, 32
_ABOVE = _LINES * _LINE + 14
_LEFT = f"({_WIDE} ? max(0, width / 2 - 480) : 0)"
_TOP = f"({_WIDE} ? 40 : {-_ABOVE})"
_LEGEND_X = f"{_LEFT} + ({_WIDE} ? 0 : floor(datum.line / {_LINES}) * {_COLUMN})"
_LEGEND_Y = f"{_TOP} + ({_WIDE} ? datum.line : datum.line % {_LINES}) * {_LINE}"


def map_chart(  # noqa: PLR0913
    shading: Shading,
    measure: Measure,
    forces: Mapping[str, Force],
    force: str,
    *,
    shape: Shape,
    address: str,
    mode: Mode,
    turn: int = 0,
) -> Chart:
    """Return the map of all forces with one of them outlined, its shapes fetched from `address`.

    A click gives the fields `force` and `turn` of the selection "pick": a new turn tells a second click on the same
    force from the first.
    """
    return Chart(
        spec=_spec(shape, address, mode),
        rows={
            "forces": [
                {**_row(area, shading, measure, forces, mode), "chosen": area.force == force, "turn": turn}
                for area in shading.areas
            ],
            "legend": legend(shading, measure, mode),
            "heading": [{"label": _heading(shading, measure)}],
        },
        height=_HEIGHT,
        # Streamlit would build another view, and fetch the shapes again, for a text that changes with the figures.
        alt=f"Map of the {len(forces)} police forces, shaded by their figures, which the table below it lists.",
    )


def legend(shading: Shading, measure: Measure, mode: Mode) -> list[dict[str, Any]]:
    """Return the lines of the legend, highest first: colour, mark and range in words."""
    fills = _fills(shading, mode)
    lines: list[dict[str, Any]] = [
        {"fill": fills[step], "ink": _ink(fills[step]), "mark": mark_of(step, shading), "label": label}
        for step, label in _ranges(shading, measure).items()
    ]
    missing = [area.force for area in shading.areas if area.step is None]
    if missing:
        label = "not compared" if missing == [CITY_OF_LONDON] else "no figure to compare"
        lines.append({"fill": None, "ink": None, "mark": "", "label": label})
    return [{"line": number, **line} for number, line in enumerate(lines)]


def mark_of(step: int, shading: Shading) -> str:
    """Return the mark that says the class without colour: "5", "++"."""
    return str(step) if shading.scale == "fifths" else _MARKS[step]


def _ranges(shading: Shading, measure: Measure) -> dict[int, str]:
    """Return what each class spans, in words, highest first; fifths that no force falls into are left out."""
    if shading.scale == "fifths":
        values = {
            step: [area.value for area in shading.areas if area.step == step and area.value is not None]
            for step in reversed(FIFTHS)
        }
        return {
            step: _span(*(words.rate(value, measure.decimals) for value in (min(found), max(found))))
            for step, found in values.items()
            if found
        }
    return {step: _difference_in_words(step) for step in DIFFERENCES}


def _span(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"


def _difference_in_words(step: int) -> str:
    if step == 0:
        return f"within {BORDERS[0]}%"
    side = "higher" if step > 0 else "lower"
    if abs(step) == len(BORDERS):
        return f"over {BORDERS[-1]}% {side}"
    return f"{BORDERS[abs(step) - 1]}% to {BORDERS[abs(step)]}% {side}"


def _heading(shading: Shading, measure: Measure) -> str:
    if shading.scale == "fifths":
        return f"{measure.unit[:1].upper()}{measure.unit[1:]}, in fifths: 5 is the highest"
    return _TITLES[shading.scale]


def _row(
    area: Area, shading: Shading, measure: Measure, forces: Mapping[str, Force], mode: Mode
) -> dict[str, str | None]:
    fill = None if area.step is None else _fills(shading, mode)[area.step]
    ranked = area.value is not None and area.rank is not None and area.lower is not None
    return {
        "force": area.force,
        "name": forces[area.force].name,
        "fill": fill,
        "ink": None if fill is None else _ink(fill),
        "mark": "" if area.step is None else mark_of(area.step, shading),
        "rate": area.missing if area.value is None else words.rate(area.value, measure.decimals),
        "place": f"{words.place((area.rank or 0) - 1, area.lower or 0, shading.of)} of {shading.of}"
        if ranked
        else _NOTHING,
        "nation": _percent(area.from_nation),
        "peers": _percent(area.from_peers),
        "verdict": findings.verdicts_in_words(area) or _NOTHING,
    }


def _percent(difference: float | None) -> str:
    return _NOTHING if difference is None else words.signed(difference)


def _fills(shading: Shading, mode: Mode) -> dict[int, str]:
    colours = COLOURS[mode]
    if shading.scale == "fifths":
        return dict(zip(FIFTHS, colours.fifths, strict=True))
    return dict(zip(DIFFERENCES, colours.differences, strict=True))


@cache
def _ink(fill: str) -> str:
    """Return black or white, whichever can be read better on a colour (WCAG 2.2, relative luminance)."""
    channels = [int(fill[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    luminance = sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))
    return "#000000" if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else "#FFFFFF"


def _stripes(mode: Mode) -> dict[str, Any]:
    """Return slanting stripes as a gradient of hard steps: they fit themselves to areas of every size."""
    colours = COLOURS[mode]
    edges = [edge / (2 * _STRIPES) for edge in range(2 * _STRIPES + 1)]
    stops = [
        {"offset": offset, "color": (colours.background, colours.peer)[number % 2]}
        for number in range(2 * _STRIPES)
        for offset in edges[number : number + 2]
    ]
    return {"gradient": "linear", "x1": 0, "y1": 0, "x2": 1, "y2": 1, "stops": stops}


def _fill(mode: Mode) -> alt.Fill:
    return alt.Fill("fill:N", scale=None).condition(test="datum.fill === null", value=_stripes(mode))


@specification
def _spec(shape: Shape, address: str, mode: Mode) -> dict[str, Any]:
    layers = [*_shapes(mode), *(_area_texts(mode) if shape == "areas" else _hex_texts(mode)), *_legend_layers(mode)]
    shapes = alt.UrlData(address, format=alt.TopoDataFormat(type="topojson", feature=shape))
    fields = ["name", "fill", "ink", "mark", "rate", "place", "nation", "peers", "verdict", "chosen", "turn"]
    chart = (
        alt.layer(*layers, data=shapes)
        .transform_calculate(force="datum.id")
        .transform_lookup(
            lookup="force", from_=alt.LookupData(data=alt.NamedData("forces"), key="force", fields=fields)
        )
        .project(type="identity", reflectY=True)
    )
    return finished(chart, mode, padding={"top": 8, "left": 2, "right": 2, "bottom": 4})


def _tooltip() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("name:N", title="Force"),
        alt.Tooltip("rate:N", title="Rate"),
        alt.Tooltip("place:N", title="Place"),
        alt.Tooltip("nation:N", title="From England and Wales"),
        alt.Tooltip("peers:N", title="From its group's average"),
        alt.Tooltip("verdict:N", title="Verdict"),
    ]


def _shapes(mode: Mode) -> list[alt.Chart]:
    colours = COLOURS[mode]
    everywhere = (
        alt.Chart()
        .mark_geoshape(strokeWidth=0.8, cursor="pointer", aria=False)
        .encode(
            fill=_fill(mode),
            stroke=alt.condition("datum.fill === null", alt.value(colours.peer), alt.value(colours.background)),
            tooltip=_tooltip(),
        )
        .properties(name="shapes")
        .add_params(alt.selection_point(name=PICK, fields=["force", "turn"], on="click", clear=False))
    )
    chosen = alt.Chart().transform_filter("datum.chosen")
    return [
        everywhere,
        *(
            chosen.mark_geoshape(fill=None, stroke=stroke, strokeWidth=width, strokeJoin="round", aria=False)
            for stroke, width in ((colours.background, 4.5), (colours.text, 2))
        ),
    ]


def _texts(chart: alt.Chart, mode: Mode, text: str, size: Any, **mark: Any) -> list[alt.Chart]:
    """Return a text with a halo of the shape's own colour, so that it can be read where it is wider than the shape."""
    placed = chart.encode(
        longitude=alt.Longitude("properties.x:Q"), latitude=alt.Latitude("properties.y:Q"), text=alt.Text(text)
    )
    common: dict[str, Any] = {"fontSize": size, "aria": False, **mark}
    fill, ink = (alt.Color(f"{name}:N", scale=None) for name in ("fill", "ink"))
    coloured = placed.transform_filter("datum.fill !== null")
    return [
        coloured.mark_text(strokeWidth=3, strokeJoin="round", **common).encode(stroke=fill, fill=fill),
        coloured.mark_text(**common).encode(fill=ink),
        *_haloed(placed.transform_filter("datum.fill === null"), mode, **common),
    ]


def _haloed(chart: alt.Chart, mode: Mode, **common: Any) -> list[alt.Chart]:
    colours = COLOURS[mode]
    return [
        chart.mark_text(
            stroke=colours.background, color=colours.background, strokeWidth=4, strokeJoin="round", **common
        ),
        chart.mark_text(color=colours.text, **common),
    ]


def _area_texts(mode: Mode) -> list[alt.Chart]:
    colours = COLOURS[mode]
    size = {"expr": "width < 600 ? 10 : 12"}
    elsewhere = alt.Chart().transform_filter(alt.datum.force != CITY_OF_LONDON)
    east, north = _CITY_LABEL
    city = (
        alt.Chart()
        .transform_filter(alt.datum.force == CITY_OF_LONDON)
        .transform_calculate(label_x=str(east), label_y=str(north))
    )
    place: dict[str, Any] = {"longitude": alt.Longitude("properties.x:Q"), "latitude": alt.Latitude("properties.y:Q")}
    name = elsewhere.transform_filter("datum.chosen").encode(**place, text=alt.Text("name:N"))
    return [
        *_texts(elsewhere, mode, "mark:N", size),
        *_haloed(name, mode, fontSize=FONT_SIZE, fontWeight="bold", dy=-14, aria=False),
        *(
            city.mark_rule(color=colour, strokeWidth=width, aria=False).encode(
                **place, longitude2=alt.Longitude2("label_x:Q"), latitude2=alt.Latitude2("label_y:Q")
            )
            for colour, width in ((colours.background, 3), (colours.text, 1))
        ),
        city.mark_point(
            size=80, fill=colours.background, stroke=colours.text, opacity=1, cursor="pointer", aria=False
        ).encode(
            **place,
            strokeWidth=alt.condition("datum.chosen", alt.value(4), alt.value(1.5)),
            # A mark without a tooltip would let clicks through to the area beneath, which is too small to be hit.
            tooltip=_tooltip(),
        ),
        *_haloed(
            city.encode(
                longitude=alt.Longitude("label_x:Q"), latitude=alt.Latitude("label_y:Q"), text=alt.Text("name:N")
            ),
            mode,
            fontSize=FONT_SIZE - 1,
            dy=8,
            aria=False,
        ),
    ]


def _hex_texts(mode: Mode) -> list[alt.Chart]:
    everywhere = alt.Chart()
    return [
        *_texts(everywhere, mode, "properties.short:N", {"expr": "width < 600 ? 9.5 : 11"}, dy=-6),
        *_texts(everywhere, mode, "mark:N", 12, dy=8, fontWeight="bold"),
    ]


def _legend_layers(mode: Mode) -> list[alt.Chart]:
    colours = COLOURS[mode]
    lines = alt.Chart(alt.NamedData("legend")).transform_calculate(
        left=_LEGEND_X, top=_LEGEND_Y, right=f"{_LEGEND_X} + {_SWATCH}", bottom=f"{_LEGEND_Y} + {_LINE - 4}"
    )
    x, y = (_pixels(name) for name in ("left", "top"))
    middle = (_LINE - 4) / 2
    text: dict[str, Any] = {"baseline": "middle", "dy": middle, "fontSize": FONT_SIZE - 1, "aria": False}
    swatches = lines.mark_rect(stroke=colours.peer, strokeWidth=0.5, aria=False).encode(
        x=x, y=y, x2=alt.X2("right"), y2=alt.Y2("bottom"), fill=_fill(mode)
    )
    marks = (
        lines.transform_filter("datum.ink !== null")
        .mark_text(align="center", dx=_SWATCH / 2, **text)
        .encode(x=x, y=y, text=alt.Text("mark:N"), fill=alt.Fill("ink:N", scale=None))
    )
    labels = lines.mark_text(align="left", dx=_SWATCH + 7, color=colours.text, **text).encode(
        x=x, y=y, text=alt.Text("label:N")
    )
    heading = (
        alt.Chart(alt.NamedData("heading"))
        .transform_calculate(left=_LEFT, top=f"{_TOP} - 6")
        .mark_text(
            align="left",
            baseline="bottom",
            fontSize=FONT_SIZE - 1,
            fontWeight="bold",
            color=colours.text,
            aria=False,
        )
        .encode(x=x, y=y, text=alt.Text("label:N"))
    )
    return [swatches, marks, labels, heading]


def _pixels(field: str) -> Any:
    position = alt.X if field == "left" else alt.Y
    return position(f"{field}:Q", scale=None, axis=None)
