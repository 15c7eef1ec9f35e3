"""The budget of one store: known from answers only, shared by threads, kept without being refused."""

import threading
from datetime import UTC, datetime

import pytest

from occhub import clock
from occhub.shopify.limiter import FIRST_GUESS, Limiter


@pytest.fixture(autouse=True)
def fast_clock() -> None:
    clock.set_clock(f"{datetime.now(UTC).isoformat()}@1000")


def cost(requested: float, available: float, restore: float = 100.0) -> dict[str, object]:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": available, "restoreRate": restore}
    return {"requestedQueryCost": requested, "throttleStatus": status}


def seconds(limiter: Limiter, document: str) -> float:
    """How long, by the clock, a reservation makes us wait."""
    start = clock.now()
    limiter.reserve(document)
    return (clock.now() - start).total_seconds()


def test_a_store_never_asked_before_is_asked_at_once() -> None:
    assert Limiter().reserve("shop") == FIRST_GUESS


def test_the_cost_of_a_document_is_what_its_last_answer_said() -> None:
    limiter = Limiter()
    limiter.settle("orders", limiter.reserve("orders"), cost(51, 1949))
    assert limiter.reserve("orders") == 51


def test_a_call_waits_until_the_bucket_holds_its_cost() -> None:
    limiter = Limiter()
    limiter.settle("orders", limiter.reserve("orders"), cost(1000, 0))
    assert seconds(limiter, "orders") >= 9  # 1,000 points at 100 a second, less what flowed in meanwhile


def test_points_set_aside_by_others_are_owed_too() -> None:
    limiter = Limiter()
    limiter.settle("orders", limiter.reserve("orders"), cost(1000, 1000))
    limiter.reserve("orders")
    assert seconds(limiter, "orders") >= 9


def test_a_call_without_an_answer_gives_its_points_back() -> None:
    limiter = Limiter()
    limiter.settle("orders", limiter.reserve("orders"), cost(1000, 1000))
    limiter.settle("orders", limiter.reserve("orders"), None)
    limiter.settle("orders", limiter.reserve("orders"), cost(10, 2000))
    assert limiter.reserve("orders") == 10


def test_many_threads_never_ask_for_more_than_the_store_has() -> None:
    limiter, guard = Limiter(), threading.Lock()
    bucket = {"available": 300.0, "at": clock.now()}
    refused = []

    def store_answers(requested: float) -> dict[str, object]:
        with guard:
            now = clock.now()
            gained = (now - bucket["at"]).total_seconds() * 100
            bucket.update(available=min(2000.0, bucket["available"] + gained), at=now)
            if bucket["available"] < requested:
                refused.append(bucket["available"])
            else:
                bucket["available"] -= requested
            return cost(requested, bucket["available"])

    limiter.settle("orders", limiter.reserve("orders"), cost(100, 300))

    def work() -> None:
        for _ in range(5):
            reserved = limiter.reserve("orders")
            limiter.settle("orders", reserved, store_answers(100))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) <= 2  # the two sides read the clock a moment apart


def test_what_is_left_is_less_by_what_is_set_aside_and_never_below_nothing() -> None:
    limiter = Limiter()
    assert limiter.budget() is None
    limiter.settle("orders", limiter.reserve("orders"), cost(1500, 1600))
    reserved = limiter.reserve("orders")
    budget = limiter.budget()
    assert budget is not None
    assert 100 <= budget.left < 200
    assert budget.maximum == 2000
    limiter.settle("orders", reserved, cost(1500, 0))
    spent = limiter.budget()
    assert spent is not None
    assert 0 <= spent.left < 100
