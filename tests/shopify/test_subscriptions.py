"""Webhook subscriptions of one role, made, listed and ended on the stand-in."""

from typing import Any

import pytest

from occhub.shopify import open_store
from occhub.shopify.errors import Rejected
from occhub.shopify.subscriptions import HUB_TOPICS, PARTNER_TOPICS, list_subscriptions, subscribe, unsubscribe

ADDRESS = "https://hub.example/webhooks"


@pytest.mark.parametrize("role", ["hub", "partner"])
def test_every_topic_of_a_role_can_be_subscribed_to(cast: Any, role: str) -> None:
    store, topics = open_store(getattr(cast, role)), HUB_TOPICS if role == "hub" else PARTNER_TOPICS
    for topic, fields in topics.items():
        subscribe(store, topic, ADDRESS, fields)
    made = {subscription.topic: subscription for subscription in list_subscriptions(store)}
    assert {topic: subscription.fields for topic, subscription in made.items()} == topics
    assert {subscription.uri for subscription in made.values()} == {ADDRESS}


def test_a_subscription_ends_and_may_be_ended_again(cast: Any) -> None:
    store = open_store(cast.partner)
    made = subscribe(store, "PRODUCTS_DELETE", ADDRESS, ("id",))
    unsubscribe(store, made)
    assert list_subscriptions(store) == []
    unsubscribe(store, made)


def test_the_same_topic_twice_at_one_address_is_refused(cast: Any) -> None:
    store = open_store(cast.partner)
    subscribe(store, "PRODUCTS_DELETE", ADDRESS, ("id",))
    with pytest.raises(Rejected):
        subscribe(store, "PRODUCTS_DELETE", ADDRESS, ("id",))
