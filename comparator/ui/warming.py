"""What a new process does before its first visitor comes."""

from __future__ import annotations

from comparator.analysis.comparison import compare
from comparator.analysis.trend import surroundings, trend
from comparator.charts import comparison as charts
from comparator.charts import trend as trend_charts
from comparator.charts.theme import MODES
from comparator.snapshot import live
from comparator.ui import frame
from comparator.ui.selection import default


def warm() -> None:
    """Open the live snapshot and build every chart's specification once; raise SnapshotError if there is no data."""
    snapshot = live()
    usual = default(snapshot)
    measure = snapshot.measures[usual.measure]
    result = compare(snapshot, force=usual.force, measure=usual.measure, peers="all")
    found = trend(snapshot, force=usual.force, measure=usual.measure)
    around = surroundings(snapshot, found, [peer.force for peer in result.peers])
    for mode in MODES:
        for chart in (charts.peers_chart, charts.all_forces_chart, charts.funnel_chart):
            frame.serialised(chart(result, measure, snapshot.forces, mode))
        frame.serialised(trend_charts.years_chart(found, around, measure, snapshot.forces, (), mode))
        frame.serialised(trend_charts.control_chart(found, measure, snapshot.forces, (), mode))
