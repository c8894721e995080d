"""What Streamlit shows around the pages: navigation, the selection and its address, the page frame, downloads."""
