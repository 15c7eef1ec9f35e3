"""`python -m standin.demo`: the living demonstration, or with --once the whole story, checked."""

import argparse
import sys

from standin.demo.story import play


def main() -> None:
    """Play what was asked for."""
    parser = argparse.ArgumentParser(prog="bin/demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="play the story from nothing, check it, and end")
    arguments = parser.parse_args()
    if arguments.once:
        sys.exit(1 if play() else 0)


if __name__ == "__main__":
    main()
