"""Orders against the stand-in: a week of them captured, claimed and placed at one cutoff, beside the least possible."""
