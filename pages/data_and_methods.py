"""Data and methods: what every figure is, where it comes from, how it is made, and the data themselves."""

import streamlit as st

from comparator.analysis import data_findings
from comparator.snapshot import live
from comparator.ui import frame, selection
from comparator.ui.data_views import PARTS

snapshot = live()
chosen = selection.current(snapshot)
frame.begin("Data and methods")
st.html(frame.ASSETS / "data.css")
st.title("Data and methods")
finding = data_findings.of_data(snapshot)
st.markdown(f"## {finding.headline}\n\n{' '.join(finding.sentences)}")
part = st.segmented_control(
    "Show",
    list(PARTS),
    format_func=lambda name: PARTS[name][0],
    default="measures",
    required=True,
    key="part",
    bind="query-params",
)
PARTS[part][1](snapshot, chosen)
