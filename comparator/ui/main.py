"""The main script: navigation over the pages. It must not sit beside pages/, or Streamlit would find them by itself."""

import streamlit as st

from comparator.ui.frame import PAGES

st.navigation(
    [
        st.Page(PAGES / "home.py", title="Home", url_path="home", default=True),
        st.Page(PAGES / "profile.py", title="Force profile", url_path="profile"),
        st.Page(PAGES / "compare.py", title="Compare", url_path="compare"),
        st.Page(PAGES / "map.py", title="Map", url_path="map"),
        st.Page(PAGES / "trends.py", title="Trends", url_path="trends"),
        st.Page(PAGES / "value_for_money.py", title="Value for money", url_path="value-for-money"),
        st.Page(PAGES / "monitoring.py", title="Monitoring", url_path="monitoring"),
        st.Page(PAGES / "case.py", title="Case", url_path="case", visibility="hidden"),
        st.Page(PAGES / "what_works.py", title="What works", url_path="what-works"),
        st.Page(PAGES / "briefing.py", title="Briefing", url_path="briefing"),
    ],
    position="top",
).run()
