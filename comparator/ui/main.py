"""The main script: navigation over the pages. It must not sit beside pages/, or Streamlit would find them by itself."""

import streamlit as st

from comparator.ui import frame, gate
from comparator.ui.pages import PAGES

page = st.navigation(
    [
        st.Page(
            frame.PAGES / f"{page.file}.py",
            title=page.title,
            url_path=page.path or "home",
            default=not page.path,
            visibility="visible" if page.in_menu else "hidden",
        )
        for page in PAGES
    ],
    position="top",
)
with gate.one_at_a_time():
    page.run()
