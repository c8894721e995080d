"""What a new process does before its first visitor comes."""

from __future__ import annotations

from comparator.analysis.comparison import compare
from comparator.analysis.effects import SCALES, on_scale
from comparator.analysis.geography import shade
from comparator.analysis.national import real_changes
from comparator.analysis.trend import trend
from comparator.analysis.value_for_money import NET, value_for_money
from comparator.charts import comparison as charts
from comparator.charts.effects import effects_chart
from comparator.charts.map import SHAPES, map_chart
from comparator.snapshot import live
from comparator.ui import assets, frame, trend_views, value_views
from comparator.ui.selection import default


def warm() -> None:
    """Open the live snapshot and build each chart's specification once; raise SnapshotError if there is no data.

    The dark edition is left to its first visitor, who waits 0.2 s for it; everybody would wait for it here.
    """
    snapshot = live()
    usual = default(snapshot)
    measure, forces = snapshot.measures[usual.measure], snapshot.forces
    result = compare(snapshot, force=usual.force, measure=usual.measure)
    for chart in (charts.peers_chart, charts.all_forces_chart, charts.funnel_chart):
        frame.serialised(chart(result, measure, forces, "light"))
    found = trend(snapshot, force=usual.force, measure=usual.measure)
    peers = [peer.force for peer in result.peers]
    for view in trend_views.offered(found):
        drawn = trend_views.draw(view, snapshot, found, peers, others=peers, index=False, mode="light")
        frame.serialised(drawn.chart)
    shading, address = shade(snapshot, measure=usual.measure, period=usual.to), assets.boundaries_address(snapshot)
    for shape in SHAPES:
        frame.serialised(map_chart(shading, measure, forces, usual.force, shape=shape, address=address, mode="light"))
    spent = value_for_money(snapshot, force=usual.force)
    for view in value_views.offered(snapshot, spent):
        of_value = value_views.draw(view, snapshot, spent, across=NET, up=value_views.DEFAULT_RESULT, mode="light")
        frame.serialised(of_value.chart)
    frame.serialised(effects_chart(on_scale(snapshot.evidence.values(), SCALES[0]), SCALES[0], "light"))
    real_changes(snapshot, snapshot.latest_period)
