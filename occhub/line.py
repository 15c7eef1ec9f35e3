"""A line before what only one may use at a time: first come, first served, the urgent before the others."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Line:
    """Handed from one to the next: nobody who has just left gets in again before those who wait.

    The urgent cannot keep the others out: between two turns of one of them whoever else waits is let in.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._urgent: deque[threading.Lock] = deque()
        self._others: deque[threading.Lock] = deque()

    @contextmanager
    def turn(self, *, urgent: bool = False) -> Iterator[None]:
        """Wait for it, and have it to oneself for the block."""
        self._enter(urgent)
        try:
            yield
        finally:
            self._leave()

    def _enter(self, urgent: bool) -> None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            called, waiting = threading.Lock(), self._urgent if urgent else self._others
            called.acquire()
            waiting.append(called)
        try:
            called.acquire()
        except BaseException:  # a signal, such as Ctrl-C
            self._go_away(called, waiting)
            raise

    def _go_away(self, called: threading.Lock, waiting: deque[threading.Lock]) -> None:
        with self._lock:
            if called in waiting:
                waiting.remove(called)
                return
        self._leave()

    def _leave(self) -> None:
        with self._lock:
            if waiting := self._urgent or self._others:
                waiting.popleft().release()
            else:
                self._taken = False
