"""What works: what is known to work against crime, how sure that is, and one intervention to be read."""

from dataclasses import replace

import streamlit as st

from comparator.analysis import evidence, evidence_findings
from comparator.charts import evidence_tables
from comparator.snapshot import live
from comparator.ui import downloads, evidence_views, finding_evidence, frame, selection, topics

HOW_TO_READ = """## How to read this

- **Effect** says what happened to what was measured: ▼ it fell, ▲ it rose, = no difference was found, ◆ results differ.
  What was measured is named, and is not always crime.
- **Certainty** says how sure that is, from ●○○○ very low to ●●●● high. A large effect may be unsure, a small one sure.
- Figures stand as they were published. Where no source has confirmed one yet, that is said beside it.
- What worked elsewhere need not work here: many of the studies are from the United States."""

snapshot = live()
view = finding_evidence.current(snapshot)
entry = snapshot.evidence.get(view.intervention or "")
chosen = selection.as_asked(snapshot) if entry else selection.current(snapshot)
frame.begin("What works", entry.name if entry else None)
st.html(frame.ASSETS / "evidence.css")
st.title("What works")

dark = frame.mode() == "dark"
filters = finding_evidence.to_query(replace(view, intervention=None))
query = selection.short_query(chosen, snapshot) | filters
if entry:
    back = selection.to_query(chosen) | filters
    st.page_link(frame.PAGES / "what_works.py", label="← All interventions", query_params=back)
    finding = evidence_findings.of_intervention(entry)
    st.header(finding.headline)
    st.markdown(" ".join(finding.sentences))
    st.html(evidence_tables.article(entry, dark=dark))
    evidence_views.show_effect_among_others(entry, snapshot)
    evidence_views.show_where(entry, snapshot, chosen)
else:
    everything = list(snapshot.evidence.values())
    found = evidence.ordered(evidence.matching(everything, view.asked), view.order)
    finding = evidence_findings.of_list(found, view.asked)
    st.header(finding.headline)
    st.markdown("\n\n".join(finding.sentences))
    finding_evidence.choose(snapshot, view, [one.slug for one in found], evidence.counts(everything, view.asked))
    if view.beside:
        st.header("Side by side")
        side = [snapshot.evidence[slug] for slug in view.beside]
        st.html(evidence_tables.side_by_side(side, query, dark=dark))
    if found:
        st.header("The interventions")
        st.html(evidence_tables.intervention_list(found, view.order, view.asked.text, query, dark=dark))
        downloads.offer(chosen, "evidence", **finding_evidence.to_query(view))
        evidence_views.show_effects(found)
    st.markdown(HOW_TO_READ)

topics.offer(finding_evidence.address(chosen, view))
frame.show_sources(snapshot, ("evidence", "recorded-crime"))
