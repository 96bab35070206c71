"""Results into HTML, map layers, tables and slides; no Streamlit."""
