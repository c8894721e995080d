"""What a new process does before its first visitor comes."""

from __future__ import annotations

from comparator.analysis.comparison import compare
from comparator.analysis.geography import shade
from comparator.analysis.trend import trend
from comparator.charts import comparison as charts
from comparator.charts.map import SHAPES, map_chart
from comparator.charts.theme import MODES
from comparator.snapshot import live
from comparator.ui import assets, frame, trend_views
from comparator.ui.selection import default


def warm() -> None:
    """Open the live snapshot and build every chart's specification once; raise SnapshotError if there is no data."""
    snapshot = live()
    usual = default(snapshot)
    measure = snapshot.measures[usual.measure]
    result = compare(snapshot, force=usual.force, measure=usual.measure, peers="all")
    found = trend(snapshot, force=usual.force, measure=usual.measure)
    peers = [peer.force for peer in result.peers]
    shading, address = shade(snapshot, measure=usual.measure, period=usual.to), assets.boundaries_address(snapshot)
    for mode in MODES:
        for shape in SHAPES:
            frame.serialised(
                map_chart(shading, measure, snapshot.forces, usual.force, shape=shape, address=address, mode=mode)
            )
        for chart in (charts.peers_chart, charts.all_forces_chart, charts.funnel_chart):
            frame.serialised(chart(result, measure, snapshot.forces, mode))
        for view in trend_views.offered(found):
            drawn = trend_views.draw(view, snapshot, found, peers, others=peers, index=False, mode=mode)
            frame.serialised(drawn.chart)
