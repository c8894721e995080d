"""The views of the Trends page: which chart each shows and how to read it. The page and its downloads draw the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from comparator import periods
from comparator.analysis.caveats import along
from comparator.analysis.trend import Trend, YearSeries, indexed, surroundings, year_series
from comparator.catalogue import CITY_OF_LONDON, ENGLAND_AND_WALES, Caveat, Measure
from comparator.charts import trend as charts
from comparator.charts.theme import Chart, Mode
from comparator.charts.trend import NamedSeries
from comparator.snapshot import Snapshot

VIEWS: Mapping[str, str] = {
    "years": "12 months",
    "change": "Is it a real change?",
    "forces": "Several forces",
    "theme": "The whole theme",
    "each-peer": "Each peer",
}
MOST_OTHERS = 4
MOST_PANELS = 8

_CHANGE_READING = (
    "Each point is a quarter with its season taken out. Large points are the three years that set the average and the "
    "limits; diamonds are the points that show a real change. Of series that did not change, about one in eight is "
    "called changed by chance."
)


_NO_INDEX = "These figures share no period from which an index could begin."


@dataclass(frozen=True)
class View:
    """A chart of the Trends page, what it is of, how to read it, and the caveats that touch what it shows."""

    chart: Chart
    title: str
    reading: str
    caveats: tuple[str, ...]


def offered(found: Trend) -> list[str]:
    """Return the views that a trend has: counts are not set beside other forces, totals of 12 months not judged."""
    views = ["years", "change"] if found.counts else list(VIEWS)
    return [view for view in views if view != "change" or found.verdict is not None]


def draw(
    name: str,
    snapshot: Snapshot,
    found: Trend,
    peers: Sequence[str],
    *,
    others: Sequence[str],
    index: bool,
    mode: Mode,
) -> View:
    """Return a view of a trend by its name; `others` are the forces beside it in the view "forces"."""
    if name == "change":
        return _change(snapshot, found, mode)
    if name == "forces":
        return _forces(snapshot, found, others, index=index, mode=mode)
    if name == "theme":
        return _theme(snapshot, found, index=index, mode=mode)
    if name == "each-peer":
        return _each_peer(snapshot, found, peers, index=index, mode=mode)
    return _years(snapshot, found, peers, mode)


def _years(snapshot: Snapshot, found: Trend, peers: Sequence[str], mode: Mode) -> View:
    measure = snapshot.measures[found.measure]
    around = None if found.counts else surroundings(snapshot, found, peers)
    touching = _touching(snapshot, [measure], [found.force, *peers], found)
    # Faults of a peer alone are told below; shaded here they would be taken for faults of the force's own line.
    chart = charts.years_chart(found, around, measure, snapshot.forces, _dated(snapshot, found.caveats), mode)
    reading = "Shaded: from the lowest to the highest of its peers. Dashed: England and Wales."
    return View(chart, _titled(found, measure), reading if peers and around else "", touching)


def _change(snapshot: Snapshot, found: Trend, mode: Mode) -> View:
    measure = snapshot.measures[found.measure]
    chart = charts.control_chart(found, measure, snapshot.forces, _dated(snapshot, found.caveats), mode)
    return View(chart, _titled(found, measure), _CHANGE_READING if found.centre is not None else "", found.caveats)


def _titled(found: Trend, measure: Measure) -> str:
    return f"{measure.title}, {charts.unit(found, measure)}"


def _forces(snapshot: Snapshot, found: Trend, others: Sequence[str], *, index: bool, mode: Mode) -> View:
    measure = snapshot.measures[found.measure]
    beside = [other for other in others if other not in (found.force, CITY_OF_LONDON)]
    areas = [found.force, *beside[:MOST_OTHERS]]
    scale, series = _on_one_scale(
        measure,
        [year_series(snapshot, area, measure.id, found.periods[-1]) for area in (*areas, ENGLAND_AND_WALES)],
        index=index,
    )
    named = [
        NamedSeries(snapshot.forces[area].name, one, 0 if index else measure.decimals)
        for area, one in zip(areas, series, strict=False)
    ]
    title, touching = f"{measure.title}, {scale}", _touching(snapshot, [measure], areas, found)
    nation = series[-1] if series else None
    chart = charts.lines_chart(named, nation, title, _dated(snapshot, touching), mode)
    return View(chart, title, "Dashed: England and Wales." if series else _NO_INDEX, touching)


def _theme(snapshot: Snapshot, found: Trend, *, index: bool, mode: Mode) -> View:
    own = snapshot.measures[found.measure]
    last = found.periods[-1]
    measures = [
        measure
        for measure in snapshot.measures.values()
        if measure.theme == own.theme and last in snapshot.blocks[measure.id, "year"].row
    ]
    if len(measures) > MOST_PANELS:
        measures.sort(key=lambda measure: measure.id != own.id)
    shown = measures[:MOST_PANELS]
    scale, series = _on_one_scale(
        own, [year_series(snapshot, found.force, measure.id, last) for measure in shown], index=index
    )
    named = [
        NamedSeries(measure.short_title, one, 0 if index else measure.decimals)
        for measure, one in zip(shown, series, strict=False)
    ]
    title, touching = f"{snapshot.themes[own.theme].title}, {scale}", _touching(snapshot, shown, [found.force], found)
    chart = charts.panels_chart(named, own.short_title, title, _dated(snapshot, touching), mode)
    return View(chart, title, _panels_reading(len(named), len(measures)), touching)


def _each_peer(snapshot: Snapshot, found: Trend, peers: Sequence[str], *, index: bool, mode: Mode) -> View:
    measure = snapshot.measures[found.measure]
    shown = [found.force, *peers][:MOST_PANELS]
    scale, series = _on_one_scale(
        measure, [year_series(snapshot, area, measure.id, found.periods[-1]) for area in shown], index=index
    )
    named = [
        NamedSeries(snapshot.forces[area].name, one, 0 if index else measure.decimals)
        for area, one in zip(shown, series, strict=False)
    ]
    title, touching = f"{measure.title}, {scale}", _touching(snapshot, [measure], shown, found)
    chart = charts.panels_chart(named, snapshot.forces[found.force].name, title, _dated(snapshot, touching), mode)
    return View(chart, title, _panels_reading(len(named), len(peers) + 1), touching)


def _panels_reading(shown: int, number: int) -> str:
    if not shown:
        return _NO_INDEX
    some = f" The first {shown} of {number} are shown." if number > shown else ""
    return f"All panels share one scale.{some}"


def _on_one_scale(measure: Measure, series: Sequence[YearSeries], *, index: bool) -> tuple[str, list[YearSeries]]:
    """Return the scale in words, and the series on it: in the measure's unit, or as an index where it is asked for."""
    if not index:
        return measure.unit, list(series)
    base, from_base = indexed(series)
    return "index" if base is None else f"index, {periods.describe(base, 'year')} = 100", from_base


def _touching(snapshot: Snapshot, measures: Sequence[Measure], areas: Sequence[str], found: Trend) -> tuple[str, ...]:
    """Return the caveats that touch these measures for any of these forces along a trend, in catalogue order."""
    touched = set(found.caveats)
    for measure in measures:
        block = snapshot.blocks[measure.id, "year"]
        if found.periods[-1] in block.row:
            touched.update(along(snapshot, measure, areas, block, "year", found.periods[-1]))
    return tuple(caveat for caveat in snapshot.caveats if caveat in touched)


def _dated(snapshot: Snapshot, names: Iterable[str]) -> list[Caveat]:
    return [caveat for caveat in map(snapshot.caveats.__getitem__, names) if caveat.first_month is not None]
