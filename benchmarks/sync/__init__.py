"""Stock against the stand-in: how close a pass comes to the fewest calls, how soon a change reaches the hub."""
