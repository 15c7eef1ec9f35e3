"""What the clock starts in this room."""

from occhub import clock
from occhub.catalog.hiding import hide_goods
from occhub.home import parting, undoing
from occhub.inbox import forget_old
from occhub.queue import nudge


def finish_partings() -> None:
    """Clear the stores of partners who have left, withdraw what came of wrong ones, hide what is to be hidden."""
    now = clock.now()
    for partner in parting.unfinished():
        parting.finish(partner, as_of=now)
    if undoing.withdraw_undone(as_of=now):
        nudge("follow")
    hide_goods(as_of=now)


def tidy() -> None:
    """Drop what nobody needs any more."""
    forget_old(as_of=clock.now())
