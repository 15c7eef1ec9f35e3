"""Who hears of an event, and what exactly is sent to them."""

import json
import secrets
from collections.abc import Iterator, Mapping

from standin.signing import sign_body
from standin.topics import COMPLIANCE_TOPICS, NAME_OF_TOPIC, may_hear
from standin.world import Delivery, Event, Shop, World

# Told although the app is no longer installed.
TOLD_AFTERWARDS = ("app/uninstalled", *COMPLIANCE_TOPICS)


def deliveries_of(world: World, event: Event) -> Iterator[Delivery]:
    """One delivery for each subscription, of the app's configuration or the store's own, that this event concerns."""
    shop, app = world.shops.get(event.shop), world.app
    if shop is None:
        return
    granted = shop.installations.get(app.api_key)
    if granted is None and event.topic not in TOLD_AFTERWARDS:
        return
    for row in app.subscriptions:
        if row.topic == event.topic and may_hear(event.topic, granted or ()):
            url = row.uri if "://" in row.uri else app.url + row.uri
            yield _delivery(event, shop, url, list(row.include_fields), app.webhook_api_version, row.name)
    for own in shop.subscriptions.values():
        if NAME_OF_TOPIC[own.topic] == event.topic and may_hear(event.topic, granted or ()):
            yield _delivery(event, shop, own.uri, own.include_fields, own.api_version, own.name, own.id)


def copy_of(delivery: Delivery) -> Delivery:
    """The same delivery once more, under the same webhook id."""
    return Delivery(
        delivery.webhook_id,
        delivery.event_id,
        delivery.shop,
        delivery.topic,
        delivery.url,
        delivery.body,
        delivery.triggered_at,
        delivery.next_at,
        delivery.api_version,
        delivery.name,
        delivery.subscription_id,
    )


def headers_of(delivery: Delivery, secret: str) -> dict[str, str]:
    """What Shopify writes above the body, the signature included."""
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Shopify-Captain-Hook",
        "X-Shopify-Topic": delivery.topic,
        "X-Shopify-Hmac-SHA256": sign_body(delivery.body, secret),
        "X-Shopify-Shop-Domain": delivery.shop,
        "X-Shopify-API-Version": delivery.api_version,
        "X-Shopify-Webhook-Id": delivery.webhook_id,
        "X-Shopify-Event-Id": delivery.event_id,
        "X-Shopify-Triggered-At": delivery.triggered_at.isoformat().replace("+00:00", "Z"),
    }
    return headers | ({"X-Shopify-Name": delivery.name} if delivery.name else {})


def trimmed(payload: Mapping[str, object], include_fields: tuple[str, ...] | list[str]) -> dict[str, object]:
    """The payload with these fields only; `line_items.sku` keeps the field `sku` of every line item."""
    if not include_fields:
        return dict(payload)
    kept: dict[str, list[str]] = {}
    for path in include_fields:
        name, _, rest = path.partition(".")
        kept.setdefault(name, []).append(rest)
    return {name: _within(payload[name], rests) for name, rests in kept.items() if name in payload}


def _within(value: object, rests: list[str]) -> object:
    if "" in rests:
        return value
    if isinstance(value, list):
        return [_within(item, rests) for item in value]
    return trimmed(value, rests) if isinstance(value, dict) else value


def _delivery(
    event: Event,
    shop: Shop,
    url: str,
    include_fields: list[str],
    api_version: str,
    name: str | None,
    subscription_id: int | None = None,
) -> Delivery:
    return Delivery(
        webhook_id=secrets.token_hex(16),
        event_id=event.event_id,
        shop=shop.domain,
        topic=event.topic,
        url=url,
        body=json.dumps(trimmed(event.payload, include_fields), separators=(",", ":"), ensure_ascii=False).encode(),
        triggered_at=event.at,
        next_at=event.at,
        api_version=api_version,
        name=name,
        subscription_id=subscription_id,
    )
