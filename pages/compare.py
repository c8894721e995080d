"""Compare: one force and measure among its peers and among all forces."""

import streamlit as st

from comparator import periods
from comparator.analysis import findings
from comparator.analysis.comparison import compare
from comparator.charts import comparison as charts
from comparator.snapshot import live
from comparator.ui import downloads, evidence_views, exports, frame, selection, tables

snapshot = live()
chosen = selection.current(snapshot)
force, measure = snapshot.forces[chosen.force], snapshot.measures[chosen.measure]
frame.begin("Compare", f"{force.name}, {measure.title}")
st.title("Compare")
selection.choose(snapshot, chosen)

result = compare(
    snapshot, force=force.id, measure=measure.id, period=chosen.to, peers=chosen.peers, window=chosen.window
)
finding = findings.of_comparison(result, measure, force)
st.header(finding.headline)
st.markdown(" ".join(finding.sentences))
evidence_views.link_to(measure.problems, chosen)

mode = frame.mode()
compared = result.rank is not None
if compared:
    period = periods.describe(result.period_end, result.window)
    st.markdown(f"### {measure.title} {measure.unit}, {period}\n\n{measure.definition}")
    frame.show_chart(charts.peers_chart(result, measure, snapshot.forces, mode), key="peers_chart")
    if result.expected_low is not None:
        st.caption(
            "By chance alone one force in five lies outside the expected range, one in twenty outside the extreme "
            "range (see the figures). Point at or tap a bar for its 95% interval."
        )
    st.markdown(f"## What the gap means\n\n{findings.meaning_of_gap(result, measure, force)}")
if result.z is not None:
    st.header("Among all forces")
    strip, funnel = st.tabs(["On one scale", "Funnel"], on_change="rerun", key="among_all")
    if strip.open:
        with strip:
            frame.show_chart(charts.all_forces_chart(result, measure, snapshot.forces, mode), key="all_forces_chart")
            st.caption(
                f"Tall mark: {force.name}. Middle marks: its peers. Short marks: the other forces. "
                "Dashed line: all forces together."
            )
    if funnel.open:
        with funnel:
            frame.show_chart(charts.funnel_chart(result, measure, snapshot.forces, mode), key="funnel_chart")
            st.caption(
                "Small populations vary more by chance, so the limits open to the left; they also allow for the "
                "ordinary variety between forces.  \n"
                "Beyond the dashed lines (z of 1.96) a force stands out, beyond the dotted ones (3.09) very clearly."
            )

st.header("Figures")
tables.show_group(result, measure, snapshot)
downloads.offer(chosen, "comparison", exports.drawable(result))
frame.show_caveats(snapshot, result.caveats)
frame.show_sources(snapshot, result.sources)
