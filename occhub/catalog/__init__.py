"""What we sell of theirs: browsing, pricing, importing."""
