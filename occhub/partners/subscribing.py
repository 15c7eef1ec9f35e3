"""Keep a store's webhook subscriptions as its role needs them: Shopify deletes those that failed too often."""

from occhub.shopify import Store, subscriptions
from occhub.shopify.addresses import webhook_address


def repair_subscriptions(store: Store, *, hub: bool) -> tuple[int, int]:
    """Subscribe to what is missing, end what is not ours to want; returns how many of each."""
    wanted = subscriptions.HUB_TOPICS if hub else subscriptions.PARTNER_TOPICS
    address = webhook_address()
    standing: set[str] = set()
    ended = 0
    for subscription in subscriptions.list_subscriptions(store):
        fits = subscription.uri == address and set(subscription.fields) == set(wanted.get(subscription.topic, ()))
        if fits and subscription.topic in wanted and subscription.topic not in standing:
            standing.add(subscription.topic)
        else:
            subscriptions.unsubscribe(store, subscription.id)
            ended += 1
    missing = [topic for topic in wanted if topic not in standing]
    for topic in missing:
        subscriptions.subscribe(store, topic, address, wanted[topic])
    return len(missing), ended
