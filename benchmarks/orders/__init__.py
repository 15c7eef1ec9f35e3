"""Orders against the stand-in: a week's orders captured, claimed and placed at one cutoff, beside the least possible."""
