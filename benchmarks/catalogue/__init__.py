"""The catalogue: what an import costs beside the least the limits allow, and how fast a range is browsed."""
