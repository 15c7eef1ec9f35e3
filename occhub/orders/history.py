"""What happened to a window, in sentences."""

from datetime import datetime

from occhub.orders.models import MasterOrder, WindowEvent


def tell(master: MasterOrder | int, sentence: str, *, as_of: datetime) -> None:
    """Add a sentence to the window's history; call inside `write()`."""
    WindowEvent.create(master=master, at=as_of, sentence=sentence)


def told(master: MasterOrder) -> list[WindowEvent]:
    """Its history, oldest first."""
    return list(WindowEvent.select().where(WindowEvent.master == master).order_by(WindowEvent.at, WindowEvent.id))
