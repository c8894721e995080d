"""A page with nothing on it: how long Streamlit itself takes to start on this machine."""

import streamlit as st

st.title("Empty")
