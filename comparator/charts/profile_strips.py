"""The small pictures of a profile: for each measure a strip of all forces and a line of three years, in one SVG file.

The table shows each by its name (`#rape`, `#rape-line`), so that a browser fetches one file, and keeps it, where
pictures inside the table would travel with every rerun.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from comparator.analysis.profile import Line, Profile
from comparator.charts.theme import COLOURS, Colours, Mode

HEIGHT = 20
_MIDDLE = HEIGHT // 2
_STRIP, _EDGE = 200, 4
_LINE, _MARGIN = 80, 3
_STRIP_WIDTH, _LINE_WIDTH = _STRIP + 2 * _EDGE, _LINE + 2 * _MARGIN
# A line whose ups and downs are small beside its level is drawn nearly flat instead of being stretched to full height.
_LEAST_SPAN = 0.2


def profile_strips(profile: Profile, mode: Mode) -> str:
    """Return the SVG file, one row of `HEIGHT` a measure; it is made of numbers, colours and measure ids alone."""
    colours = COLOURS[mode]
    rows = "".join(
        f"<view id='{line.measure}' viewBox='0 {top} {_STRIP_WIDTH} {HEIGHT}' preserveAspectRatio='none'/>"
        f"<view id='{line.measure}-line' viewBox='{_STRIP_WIDTH} {top} {_LINE_WIDTH} {HEIGHT}' "
        "preserveAspectRatio='none'/>"
        f"<g transform='translate(0 {top})'>{_strip(line, colours)}</g>"
        f"<g transform='translate({_STRIP_WIDTH} {top})'>{_line(line, colours)}</g>"
        for line, top in zip(profile.lines, itertools.count(0, HEIGHT), strict=False)
    )
    width, height = _STRIP_WIDTH + _LINE_WIDTH, HEIGHT * len(profile.lines)
    return f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' fill='none'>{rows}</svg>"


def has_strip(line: Line) -> bool:
    """Return whether there is anything to draw a strip of."""
    return line.value is not None and bool(line.peers or line.others)


def has_line(line: Line) -> bool:
    """Return whether there are two points to draw a line between."""
    return sum(value is not None for value in line.recent) >= 2


def _strip(line: Line, colours: Colours) -> str:
    if line.value is None or not has_strip(line):
        return ""
    lowest = min(line.value, *line.peers, *line.others)
    span = (max(line.value, *line.peers, *line.others) - lowest) or 1.0

    def ticks(values: Iterable[float], half: int, colour: str, thickness: float, dashes: str = "0") -> str:
        places = sorted({round(_EDGE + (value - lowest) / span * _STRIP, 1) for value in values})
        drawn = "".join(f"M{place:g} {_MIDDLE - half}v{2 * half}" for place in places)
        return f"<path d='{drawn}' stroke='{colour}' stroke-width='{thickness}' stroke-dasharray='{dashes}'/>"

    average = [] if line.group_average is None else [line.group_average]
    return (
        ticks(line.others, 4, colours.other, 1.5)
        + ticks(line.peers, 6, colours.peer, 2)
        + ticks(average, 10, colours.average, 1.5, "3 2")
        + ticks([line.value], 9, colours.force, 5)
    )


def _line(line: Line, colours: Colours) -> str:
    known = [(position, value) for position, value in enumerate(line.recent) if value is not None]
    if len(known) < 2:
        return ""
    lowest, highest = min(value for _, value in known), max(value for _, value in known)
    middle = (highest + lowest) / 2
    span = max(highest - lowest, _LEAST_SPAN * abs(middle)) or 1.0
    points = [
        (
            _MARGIN + position / (len(line.recent) - 1) * _LINE,
            _MIDDLE - (value - middle) / span * (HEIGHT - 2 * _MARGIN),
        )
        for position, value in known
    ]
    drawn = " ".join(f"{across:.1f},{down:.1f}" for across, down in points)
    across, down = points[-1]
    return (
        f"<polyline points='{drawn}' stroke='{colours.force}' stroke-width='1.75'/>"
        f"<circle cx='{across:.1f}' cy='{down:.1f}' r='2.5' fill='{colours.force}'/>"
    )
