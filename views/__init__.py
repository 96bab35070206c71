"""One page a file, named as the question it asks, and the few things all pages share."""
