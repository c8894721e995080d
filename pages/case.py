"""Case: one force and measure under monitoring, by address: why it is flagged, since when, and what to ask."""

import streamlit as st

from comparator.analysis import case_findings, cases
from comparator.analysis.comparison import compare
from comparator.analysis.trend import trend
from comparator.charts import comparison as charts
from comparator.snapshot import live
from comparator.ui import case_views, downloads, evidence_views, frame, selection, tables, trend_views

snapshot = live()
chosen = selection.current(snapshot)
force, measure = snapshot.forces[chosen.force], snapshot.measures[chosen.measure]
frame.begin("Case", f"{force.name}, {measure.title}")
st.html(frame.ASSETS / "monitoring.css")
st.title("Case")
selection.choose(snapshot, chosen, bases=False, windows=False)

history = cases.along(snapshot, force.id, measure.id, chosen.to)
if not history:
    case_views.show_not_monitored(force, measure)
    st.stop()

case = history[-1]
result = compare(snapshot, force=force.id, measure=measure.id, period=chosen.to, window="year")
found = trend(snapshot, force=force.id, measure=measure.id, period=chosen.to)
finding = case_findings.of_case(case, result, found, measure, force)
st.markdown(f"## {finding.headline}\n\n{' '.join(finding.sentences)}")

recorded = cases.explaining(snapshot, case, found, tuple(peer.force for peer in result.peers))
changed = cases.forces_changed(snapshot, measure.id, chosen.to)
case_views.show_other_explanations(
    snapshot,
    recorded,
    case_findings.could_be_something_else(case, result, changed, measure, recorded=bool(recorded)),
)

st.header("How long, and how severe")
st.markdown(" ".join((case_findings.of_duration(case, history), *case_findings.of_many_tests(case))))
tables.show_course(history)

drawn = trend_views.draw("change", snapshot, found, (), others=(), index=False, mode=frame.mode())
st.markdown(f"## Has it really changed?\n\n### {drawn.title}, by quarter")
frame.show_chart(drawn.chart, key="case_change")
st.caption(drawn.reading)

st.markdown(f"## Among similar forces\n\n### {measure.title}, {measure.unit}, 12 months")
frame.show_chart(charts.peers_chart(result, measure, snapshot.forces, frame.mode()), key="case_peers")

evidence_views.show_best(snapshot, measure.problems, chosen)
case_views.show_questions(cases.questions(snapshot, measure))
case_views.show_inspections(snapshot, force, cases.inspections_of(snapshot, force.id))
case_views.show_ways_on(chosen)
downloads.offer(chosen, "case", {"change": "chart over time", "peers": "chart of peers"})
frame.show_sources(snapshot, (*result.sources, "engage", "peel-grades"))
