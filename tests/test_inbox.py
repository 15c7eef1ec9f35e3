"""The inbox: deliveries that arrive together share one commit, each is kept once, and a bad one fails alone."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from peewee import IntegrityError

from occhub.database import db
from occhub.inbox import FAILED, HANDLED, PENDING, Delivery, InboxEvent, SharedCommit, Waiting, close_handled, try_again

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


def delivery(webhook_id: str, **facts: Any) -> Delivery:
    usual = Delivery(
        shop="roaster.myshopify.com",
        topic="products/update",
        webhook_id=webhook_id,
        subject="gid://shopify/Product/1",
        detail="",
        state=PENDING,
        triggered_at=None,
        received_at=NOW,
    )
    return usual._replace(**facts)


def keep(*rows: Delivery) -> list[bool | BaseException]:
    """Let these deliveries arrive at once, and say what each sender heard."""

    async def receive() -> list[bool | BaseException]:
        commits = SharedCommit()
        outcomes = await asyncio.gather(*(commits.keep(row) for row in rows), return_exceptions=True)
        await commits.close()
        return list(outcomes)

    return asyncio.run(receive())


def kept() -> list[str]:
    return [event.webhook_id for event in InboxEvent.select().order_by(InboxEvent.id)]


def a_waiting_one() -> Waiting:
    keep(delivery("a"))
    (event,) = InboxEvent.due("roaster.myshopify.com", NOW)
    return event


def test_each_delivery_is_kept_in_its_order(either_database: str) -> None:
    names = [str(number) for number in range(600)]
    assert keep(*(delivery(name) for name in names)) == [True] * 600
    assert kept() == names


def test_deliveries_that_come_together_share_their_commits(either_database: str) -> None:
    commits: list[None] = []
    commit = db.obj.commit
    db.obj.commit = lambda: (commits.append(None), commit())[1]
    try:
        keep(*(delivery(str(number)) for number in range(200)))
    finally:
        del db.obj.commit
    assert 1 <= len(commits) <= 2


def test_a_delivery_that_is_known_is_not_new(either_database: str) -> None:
    assert keep(delivery("a")) == [True]
    assert keep(delivery("a"), delivery("b")) == [False, True]
    assert kept() == ["a", "b"]


def test_of_two_alike_in_one_commit_one_is_new(either_database: str) -> None:
    assert keep(delivery("a"), delivery("a"), delivery("b")) == [True, False, True]
    assert kept() == ["a", "b"]


def test_the_same_number_from_another_store_or_of_another_topic_is_new(either_database: str) -> None:
    others = delivery("a", shop="other.myshopify.com"), delivery("a", topic="products/delete")
    assert keep(delivery("a"), *others) == [True, True, True]


def test_a_row_that_breaks_a_rule_fails_alone(either_database: str) -> None:
    first, poison, last = keep(delivery("a"), delivery("b", subject=None), delivery("c"))
    assert (first, last) == (True, True)
    assert isinstance(poison, IntegrityError)
    assert kept() == ["a", "c"]


def test_a_sender_who_hangs_up_spoils_nothing(database: None) -> None:
    async def receive() -> bool:
        commits = SharedCommit()
        hung_up, other = commits.keep(delivery("a")), commits.keep(delivery("b"))
        hung_up.cancel()
        outcome = await other
        await commits.close()
        return outcome

    assert asyncio.run(receive())
    assert kept() == ["a", "b"]


def test_closing_waits_for_the_last_commit(database: None) -> None:
    async def receive() -> None:
        commits = SharedCommit()
        for number in range(300):
            commits.keep(delivery(str(number)))
        await commits.close()

    asyncio.run(receive())
    assert len(kept()) == 300


def test_a_broken_database_is_told_to_every_sender(database: None) -> None:
    InboxEvent.drop_table()
    outcomes = keep(delivery("a"), delivery("b"))
    assert all(isinstance(outcome, Exception) for outcome in outcomes)


def test_what_is_handled_is_due_no_more(database: None) -> None:
    event = a_waiting_one()
    assert InboxEvent.due_shops(NOW) == ["roaster.myshopify.com"]
    assert InboxEvent.is_due("roaster.myshopify.com", NOW)
    close_handled([event], as_of=NOW)
    assert InboxEvent.due_shops(NOW) == []
    assert not InboxEvent.is_due("roaster.myshopify.com", NOW)
    assert InboxEvent.get().state == HANDLED


def test_of_what_waits_an_act_knows_the_moments_and_the_tries(either_database: str) -> None:
    keep(delivery("a", triggered_at=NOW - timedelta(seconds=2), detail='{"customer": 7}'))
    (event,) = InboxEvent.due("roaster.myshopify.com", NOW)
    assert (event.triggered_at, event.received_at) == (NOW - timedelta(seconds=2), NOW)
    assert (event.subject, event.detail, event.attempts) == ("gid://shopify/Product/1", '{"customer": 7}', 0)


def test_many_are_closed_or_put_off_in_parts(either_database: str) -> None:
    keep(*(delivery(str(number)) for number in range(600)))
    due = InboxEvent.due("roaster.myshopify.com", NOW)
    close_handled(due[:300], as_of=NOW)
    try_again(due[300:], "not now", as_of=NOW)
    assert InboxEvent.select().where(InboxEvent.state == HANDLED).count() == 300
    assert InboxEvent.select().where(InboxEvent.attempts == 1, InboxEvent.error == "not now").count() == 300
    assert not InboxEvent.is_due("roaster.myshopify.com", NOW)


def test_what_fails_is_tried_again_with_growing_pauses_and_kept_in_the_end(database: None) -> None:
    a_waiting_one()
    pauses, now = [], NOW
    while due := InboxEvent.due("roaster.myshopify.com", now):
        try_again(due, "the store does not answer", as_of=now)
        pauses.append((InboxEvent.get().next_at - now).total_seconds())
        now = InboxEvent.get().next_at
    assert pauses == [10 * 2**tries for tries in range(8)]
    event = InboxEvent.get()
    assert (event.state, event.error) == (FAILED, "the store does not answer")


def test_a_failure_that_comes_late_does_not_undo_what_another_worker_did(database: None) -> None:
    event = a_waiting_one()
    close_handled([event], as_of=NOW)
    try_again([event], "too late", as_of=NOW + timedelta(seconds=1))
    assert (InboxEvent.get().state, InboxEvent.get().error) == (HANDLED, None)


@pytest.mark.parametrize("limit", [1, 3])
def test_a_store_is_served_in_the_order_of_arrival(database: None, limit: int) -> None:
    keep(*(delivery(name) for name in "cab"))
    due = InboxEvent.due("roaster.myshopify.com", NOW, limit=limit)
    assert [event.webhook_id for event in due] == list("cab")[:limit]
