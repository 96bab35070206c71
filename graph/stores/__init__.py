"""The stores, side by side; open them through graph.store.open_store."""
