"""The line: one at a time, in the order of coming, the urgent first."""

import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from occhub.line import Line


def test_only_one_is_in_at_a_time_and_nobody_is_forgotten() -> None:
    line, inside, most, done = Line(), 0, 0, []

    def work(number: int) -> None:
        nonlocal inside, most
        for _ in range(50):
            with line.turn(urgent=number == 0):
                inside += 1
                most = max(most, inside)
                time.sleep(0)
                inside -= 1
        done.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (most, sorted(done)) == (1, list(range(6)))


def test_the_urgent_go_first_and_the_others_in_the_order_of_coming() -> None:
    line, order = Line(), []

    def wait(name: str, urgent: bool) -> None:
        with line.turn(urgent=urgent):
            order.append(name)

    threads = []
    with line.turn():
        for place, (name, urgent) in enumerate([("first", False), ("second", False), ("urgent", True)], start=1):
            threads.append(threading.Thread(target=wait, args=(name, urgent)))
            threads[-1].start()
            while len(line._urgent) + len(line._others) < place:
                time.sleep(0.001)
    for thread in threads:
        thread.join(20)
    assert order == ["urgent", "first", "second"]


def test_who_fails_inside_lets_the_next_one_in() -> None:
    line = Line()
    try:
        with line.turn():
            raise ValueError
    except ValueError:
        pass
    with line.turn():
        pass
    assert not line._taken


def test_who_is_interrupted_while_waiting_leaves_the_line() -> None:
    line, entered, may_leave = Line(), threading.Event(), threading.Event()

    def hold() -> None:
        with line.turn():
            entered.set()
            may_leave.wait()

    def interrupt(*_: object) -> None:
        raise InterruptedError

    before = signal.signal(signal.SIGALRM, interrupt)
    with ThreadPoolExecutor(2) as others:
        first = others.submit(hold)
        entered.wait()
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        try:
            with pytest.raises(InterruptedError), line.turn():
                pass
        finally:
            signal.signal(signal.SIGALRM, before)
            may_leave.set()
        first.result()
        assert line._taken is False
