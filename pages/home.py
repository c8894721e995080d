"""Home: choose a force and see four headline figures of it."""

import streamlit as st

from comparator import periods
from comparator.analysis import findings, words
from comparator.analysis.comparison import compare
from comparator.snapshot import live
from comparator.ui import frame, selection

HEADLINES = ("all-crime-excluding-fraud", "violence-with-injury", "residential-burglary", "shoplifting")

snapshot = live()
chosen = selection.current(snapshot)
force = snapshot.forces[chosen.force]
frame.begin("Home", force.name)

st.title("How does your police force compare?")
st.markdown(
    "Choose one of the 43 police forces of England and Wales. Each figure is set beside forces like it, "
    "with an honest word on whether the difference means anything."
)
selection.choose_force(snapshot, chosen, width=360)

newest = snapshot.latest_period
st.header(f"{force.name} in the {periods.describe(newest, 'year')}")
for column, name in zip(st.columns(len(HEADLINES)), HEADLINES, strict=True):
    measure = snapshot.measures[name]
    result = compare(snapshot, force=force.id, measure=name, period=newest)
    with column.container(border=True):
        compared = result.rank is not None and result.value is not None
        figure = words.rate(result.value, measure.decimals) if compared else words.count(result.numerator or 0)
        st.metric(measure.title, figure)
        st.caption(measure.unit if compared else "recorded")
        st.markdown(f"**{findings.standing_in_words(result, force)}**")
        st.page_link(
            frame.PAGES / "compare.py",
            label=f"Compare {measure.short_title.lower()}",
            query_params=selection.to_query(selection.Selection(force.id, name, "similar", "year", newest)),
        )
st.caption(f"{force.policing_body} holds {force.full_name} to account.")
frame.show_caveats(snapshot, result.caveats)
frame.show_sources(snapshot, ("recorded-crime", "population", "similarity-drivers"))
