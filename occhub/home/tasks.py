"""What the clock starts in this room."""

from occhub import clock
from occhub.catalog.hiding import hide_goods
from occhub.home import parting
from occhub.inbox import forget_old


def finish_partings() -> None:
    """Clear the stores of partners who have left, and hide what is to be hidden."""
    now = clock.now()
    for partner in parting.unfinished():
        parting.finish(partner, as_of=now)
    hide_goods(as_of=now)


def tidy() -> None:
    """Drop what nobody needs any more."""
    forget_old(as_of=clock.now())
