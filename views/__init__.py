"""One Streamlit page a file, named as the question it asks."""
