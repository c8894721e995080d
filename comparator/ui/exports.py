"""What can be downloaded: for each name, the rows of a CSV file or the chart of a picture, from an address alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

from comparator import periods
from comparator.analysis import cases, findings
from comparator.analysis.comparison import Comparison, as_rows, chosen_peers, compare
from comparator.analysis.evidence import as_record as intervention_record
from comparator.analysis.evidence import matching, ordered
from comparator.analysis.geography import SCALES, Scale, Shading, shade
from comparator.analysis.names import UnknownNameError, check
from comparator.analysis.profile import profile
from comparator.analysis.trend import Trend, trend
from comparator.analysis.value_for_money import NET, ValueForMoney, crossable, value_for_money
from comparator.analysis.value_for_money import as_record as value_profile_record
from comparator.catalogue import CITY_OF_LONDON
from comparator.charts import comparison as charts
from comparator.charts.map import SHAPES, Shape, map_chart
from comparator.charts.theme import Chart
from comparator.charts.trend import unit
from comparator.periods import WINDOWS, Window
from comparator.snapshot import Snapshot
from comparator.ui import finding_evidence, trend_views, value_views
from comparator.ui.assets import boundaries_address
from comparator.ui.selection import default

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Asked:
    """What an address asks for, as it stands there: the selection (`to` None: the newest) and a page's own options."""

    force: str
    measure: str
    peers: str
    window: Window
    to: str | None
    options: Mapping[str, str]


@dataclass(frozen=True)
class Picture:
    """A chart with the title and the note that are burned into its file, and for a map its shapes as TopoJSON."""

    chart: Chart
    title: str
    note: str
    boundaries: bytes | None = None


def asked(query: Mapping[str, str], snapshot: Snapshot) -> Asked:
    """Return what a query asks for; what it leaves out is the usual.

    Raises UnknownNameError for a force or window that does not exist and PeersError for unusable peers.
    """
    usual = default(snapshot)
    force = check("force", query.get("force", usual.force), snapshot.forces)
    peers = query.get("peers", usual.peers)
    chosen_peers(snapshot, force, peers)
    return Asked(
        force=force,
        measure=query.get("measure", usual.measure),
        peers=peers,
        window=cast("Window", check("window", query.get("window", usual.window), WINDOWS)),
        to=query.get("to"),
        options=query,
    )


def rows(name: str, asked_for: Asked, snapshot: Snapshot) -> Rows:
    """Return the rows of a CSV file.

    Raises UnknownNameError for a name, force, measure or period that does not exist and PeersError for unusable peers:
    a download must not silently be another one.
    """
    return _ROWS[check("download", name, _ROWS)](asked_for, snapshot)


def picture(name: str, asked_for: Asked, snapshot: Snapshot) -> Picture:
    """Return a picture, always of the light edition; raises what `rows` raises."""
    if name in _COMPARISON_CHARTS:
        return _comparison_picture(name, asked_for, snapshot)
    if name in SHAPES:
        return _map_picture(name, asked_for, snapshot)
    if name in _VALUE_PICTURES:
        return _value_picture(_VALUE_PICTURES[name], asked_for, snapshot)
    known = [*_COMPARISON_CHARTS, *SHAPES, *_VALUE_PICTURES, *trend_views.VIEWS]
    return _trend_picture(check("picture", name, known), asked_for, snapshot)


def drawable(comparison: Comparison) -> dict[str, str]:
    """Return the charts that a comparison has, with their names for reading."""
    peers = {} if comparison.rank is None else {"peers": "chart of peers"}
    return peers if comparison.z is None else {**peers, "all-forces": "all forces", "funnel": "funnel"}


_COMPARISON_CHARTS = {
    "peers": charts.peers_chart,
    "all-forces": charts.all_forces_chart,
    "funnel": charts.funnel_chart,
}


# Trends has a view "years" of its own.
_VALUE_PICTURES = {f"value-{view}": view for view in value_views.VIEWS}


def _compared(asked_for: Asked, snapshot: Snapshot) -> Comparison:
    return compare(
        snapshot,
        force=asked_for.force,
        measure=asked_for.measure,
        peers=asked_for.peers,
        window=asked_for.window,
        period=asked_for.to,
    )


def _moved(asked_for: Asked, snapshot: Snapshot) -> Trend:
    counts = asked_for.force == CITY_OF_LONDON
    return trend(snapshot, force=asked_for.force, measure=asked_for.measure, period=asked_for.to, counts=counts)


def _comparison_rows(asked_for: Asked, snapshot: Snapshot) -> Rows:
    return as_rows(_compared(asked_for, snapshot), snapshot.measures[asked_for.measure])


def _trend_rows(asked_for: Asked, snapshot: Snapshot) -> Rows:
    found = _moved(asked_for, snapshot)
    shared = {"force": found.force, "measure": found.measure, "unit": unit(found, snapshot.measures[found.measure])}
    series = zip(found.periods, found.values, found.adjusted, found.year_values, strict=True)
    return [
        {
            **shared,
            "period_end": end,
            "quarter": value,
            "quarter_seasonally_adjusted": adjusted,
            "twelve_months": year,
            "in_baseline": position in found.baseline,
            "signal": position in found.signals,
            "centre": found.centre,
            "lower": found.lower,
            "upper": found.upper,
            "verdict": found.verdict,
            "rule": found.rule,
        }
        for position, (end, value, adjusted, year) in enumerate(series)
    ]


def _profile_rows(asked_for: Asked, snapshot: Snapshot) -> Rows:
    found = profile(snapshot, force=asked_for.force, period=asked_for.to, peers=asked_for.peers)
    return [
        {"force": found.force, "period_end": found.period_end, "peers": found.basis}
        | {
            name: "|".join(value) if name == "caveats" else value
            for name, value in asdict(line).items()
            if name not in ("peers", "others", "recent")
        }
        for line in found.lines
    ]


def _value_rows(asked_for: Asked, snapshot: Snapshot) -> Rows:
    found = _value_for_money(asked_for, snapshot)
    record = value_profile_record(found)
    shared = {name: record[name] for name in ("force", "year", "basis")}
    return [{**shared, **line, "caveats": "|".join(line["caveats"])} for line in record["lines"]]


def _value_for_money(asked_for: Asked, snapshot: Snapshot) -> ValueForMoney:
    return value_for_money(snapshot, force=asked_for.force, year=asked_for.options.get("year"), peers=asked_for.peers)


def _map_rows(asked_for: Asked, snapshot: Snapshot) -> Rows:
    shading = _shaded(asked_for, snapshot)
    shared = {"measure": shading.measure, "period_end": shading.period_end, "window": shading.window}
    return [{**shared, "scale": shading.scale, **asdict(area)} for area in shading.areas]


def _evidence_rows(asked_for: Asked, snapshot: Snapshot) -> Rows:
    view, notices = finding_evidence.from_query(asked_for.options, snapshot)
    found = [] if notices else ordered(matching(snapshot.evidence.values(), view.asked), view.order)
    if not found:
        given = " ".join(value for key, value in asked_for.options.items() if key in finding_evidence.KEYS)
        raise UnknownNameError("choice of interventions", given, ["problem=burglary"])
    return [
        {
            name: "|".join(value) if isinstance(value, list) else value
            for name, value in intervention_record(one).items()
        }
        for one in found
    ]


def _cases_rows(asked_for: Asked, snapshot: Snapshot) -> Rows:
    force = asked_for.force if asked_for.options.get("scope") == "force" else None
    found = cases.monitor(snapshot, period=asked_for.to, force=force)
    return cases.as_rows(found, snapshot.measures) or [dict.fromkeys(cases.COLUMNS)]


def _case_rows(asked_for: Asked, snapshot: Snapshot) -> Rows:
    check("measure", asked_for.measure, snapshot.case_histories)
    history = snapshot.case_histories[asked_for.measure]
    check("force", asked_for.force, history.forces)
    period = check("period", asked_for.to or history.periods[-1], reversed(history.periods))
    along = cases.along(snapshot, asked_for.force, asked_for.measure, period)
    return [cases.as_row(case, snapshot.measures) for case in along]


_ROWS: Mapping[str, Callable[[Asked, Snapshot], Rows]] = {
    "comparison": _comparison_rows,
    "trend": _trend_rows,
    "profile": _profile_rows,
    "map": _map_rows,
    "value-for-money": _value_rows,
    "evidence": _evidence_rows,
    "cases": _cases_rows,
    "case": _case_rows,
}


def _comparison_picture(name: str, asked_for: Asked, snapshot: Snapshot) -> Picture:
    comparison = _compared(asked_for, snapshot)
    check("picture", name, drawable(comparison))
    measure, force = snapshot.measures[comparison.measure], snapshot.forces[comparison.force]
    return Picture(
        chart=_COMPARISON_CHARTS[name](comparison, measure, snapshot.forces, "light"),
        title=f"{force.name}: {measure.title}, {measure.unit}, "
        f"{periods.describe(comparison.period_end, comparison.window)}",
        note=f"Compared with {findings.group_name(comparison.basis, force)}. {_source(snapshot, measure.sources)}",
    )


def _trend_picture(name: str, asked_for: Asked, snapshot: Snapshot) -> Picture:
    found = _moved(asked_for, snapshot)
    _, peers = chosen_peers(snapshot, asked_for.force, asked_for.peers)
    check("picture", name, trend_views.offered(found))
    others = [other for other in asked_for.options.get("others", "").split(",") if other]
    for other in others:
        check("force", other, snapshot.forces)
    index = asked_for.options.get("index") == "yes"
    drawn = trend_views.draw(name, snapshot, found, peers, others=others, index=index, mode="light")
    measure, force = snapshot.measures[found.measure], snapshot.forces[found.force]
    return Picture(
        chart=drawn.chart,
        title=f"{force.name}: {drawn.title}, to {periods.month_name(found.periods[-1])}",
        note=f"{drawn.reading} {_source(snapshot, measure.sources)}".strip(),
    )


def _shaded(asked_for: Asked, snapshot: Snapshot) -> Shading:
    return shade(
        snapshot,
        measure=asked_for.measure,
        period=asked_for.to or default(snapshot).to,
        window=asked_for.window,
        scale=cast("Scale", asked_for.options.get("scale", SCALES[0])),
    )


def _map_picture(shape: str, asked_for: Asked, snapshot: Snapshot) -> Picture:
    shading = _shaded(asked_for, snapshot)
    measure = snapshot.measures[shading.measure]
    chart = map_chart(
        shading,
        measure,
        snapshot.forces,
        asked_for.force,
        shape=cast("Shape", shape),
        address=boundaries_address(snapshot),
        mode="light",
    )
    attribution = snapshot.sources["boundaries"].attribution
    return Picture(
        chart=chart,
        title=f"{measure.title}, {measure.unit}, {periods.describe(shading.period_end, shading.window)}",
        note=f"{_source(snapshot, measure.sources)} Boundaries: {attribution}",
        boundaries=snapshot.topojson,
    )


def _value_picture(name: str, asked_for: Asked, snapshot: Snapshot) -> Picture:
    found = _value_for_money(asked_for, snapshot)
    check("picture", name, value_views.offered(snapshot, found))
    money, results = crossable(snapshot)
    across = check("measure of money", asked_for.options.get("across", money[0]), money)
    up = check("measure beside it", asked_for.options.get("up", value_views.DEFAULT_RESULT), results)
    drawn = value_views.draw(name, snapshot, found, across=across, up=up, mode="light")
    force = snapshot.forces[found.force]
    shown = {"results": (across, up), "years": (across,)}.get(name, (NET,))
    sources = tuple(dict.fromkeys(source for measure in shown for source in snapshot.measures[measure].sources))
    return Picture(
        chart=drawn.chart,
        title=f"{force.name}: {drawn.title}",
        note=f"Compared with {findings.group_name(found.basis, force)}. {_source(snapshot, sources)}",
    )


def _source(snapshot: Snapshot, sources: tuple[str, ...]) -> str:
    publishers = " and ".join(dict.fromkeys(snapshot.sources[source].publisher for source in sources))
    return f"Source: {publishers}, Open Government Licence v3.0. Data of {snapshot.name[:10]}."
