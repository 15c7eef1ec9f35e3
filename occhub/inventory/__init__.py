"""How many there are: the formula, syncing and its log."""
