"""`python -m standin.demo`: the living demonstration, or with --once the whole story, checked."""

import argparse
import sys

from standin.demo.living import live
from standin.demo.story import play


def main() -> None:
    """Play what was asked for."""
    parser = argparse.ArgumentParser(prog="bin/demo", description=__doc__)
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--once", action="store_true", help="play the story from nothing, check it, and end")
    kind.add_argument("--fresh", action="store_true", help="forget the demonstration that is there and build a new one")
    arguments = parser.parse_args()
    if arguments.once:
        sys.exit(1 if play() else 0)
    live(fresh=arguments.fresh)


if __name__ == "__main__":
    main()
