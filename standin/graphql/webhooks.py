"""Store-specific webhook subscriptions: made, changed, listed and deleted through the API."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from standin.graphql.connections import Connection, connection
from standin.graphql.registry import Call, Refused, field, mutation, payload, query, user_error
from standin.topics import NAME_OF_TOPIC, SCOPES_OF_TOPIC, may_hear
from standin.world import WebhookSubscription, number_of

ADDRESS = ["webhookSubscription", "callbackUrl"]
NAME = ["webhookSubscription", "name"]
NAME_FORM = re.compile(r"[A-Za-z0-9_-]*")
UNMODELLED_INPUTS = ("filter", "metafieldNamespaces", "metafields")

UserErrors = list[dict[str, object]]


@query("webhookSubscriptions")
def webhook_subscriptions(
    info: Any,
    *,
    topics: list[str] | None = None,
    uri: str | None = None,
    format: str | None = None,
    query: str | None = None,
    sort_key: str = "CREATED_AT",
    **page: Any,
) -> Connection:
    """The app's own subscriptions at this store."""
    call: Call = info.context
    if query:
        call.world.report.missing("QueryRoot", "webhookSubscriptions(query:)", call.operation)
    rows = [
        row
        for row in _own(call)
        if (not topics or row.topic in topics) and uri in (None, row.uri) and format in (None, row.format)
    ]
    return connection(rows, sort=lambda row: row.created_at if sort_key == "CREATED_AT" else row.id, **page)


@query("webhookSubscriptionsCount")
def webhook_subscriptions_count(info: Any, **_: Any) -> dict[str, object]:
    """How many there are."""
    return {"count": len(_own(info.context)), "precision": "EXACT"}


@query("webhookSubscription")
def webhook_subscription(info: Any, *, id: str) -> WebhookSubscription | None:
    """One of them."""
    return _find(info.context, id)


@field("WebhookSubscription", "apiVersion")
def api_version(row: WebhookSubscription, info: Any) -> dict[str, object]:
    """The version its payloads are in."""
    return {"handle": row.api_version, "display_name": row.api_version, "supported": True}


@field("WebhookSubscription", "callbackUrl")
def callback_url(row: WebhookSubscription, info: Any) -> str:
    """The old name of its address."""
    return row.uri


@field("WebhookSubscription", "metafields")
def metafields(row: WebhookSubscription, info: Any) -> list[object]:
    """None: not modelled."""
    return []


@mutation("webhookSubscriptionCreate")
def create(info: Any, *, topic: str, webhook_subscription: dict[str, Any]) -> dict[str, object]:
    """Subscribe to a topic."""
    call: Call = info.context
    _check_topic(call, topic)
    row = WebhookSubscription(
        call.shop.next_id(),
        topic=topic,
        uri="",
        api_key=call.token.api_key,
        created_at=call.now,
        updated_at=call.now,
        api_version=call.world.app.webhook_api_version,
    )
    if errors := _write(call, row, webhook_subscription):
        return payload(user_errors=errors)
    call.shop.subscriptions[row.id] = row
    return payload(webhook_subscription=row)


@mutation("webhookSubscriptionUpdate")
def update(info: Any, *, id: str, webhook_subscription: dict[str, Any]) -> dict[str, object]:
    """Change a subscription, its topic excepted."""
    call: Call = info.context
    row = _find(call, id)
    if row is None:
        return payload(user_errors=[user_error(["id"], "Webhook subscription does not exist")])
    _check_topic(call, row.topic)
    if errors := _write(call, row, webhook_subscription):
        return payload(user_errors=errors)
    row.updated_at = call.now
    return payload(webhook_subscription=row)


@mutation("webhookSubscriptionDelete")
def delete(info: Any, *, id: str) -> dict[str, object]:
    """End a subscription."""
    call: Call = info.context
    row = _find(call, id)
    if row is None:
        return payload(user_errors=[user_error(["id"], "Webhook subscription does not exist")])
    del call.shop.subscriptions[row.id]
    return payload(deleted_webhook_subscription_id=row.gid)


def _own(call: Call) -> list[WebhookSubscription]:
    """An app sees its own subscriptions only, and none of those in its configuration."""
    return [row for row in call.shop.subscriptions.values() if row.api_key == call.token.api_key]


def _find(call: Call, gid: str) -> WebhookSubscription | None:
    number = number_of(gid, WebhookSubscription.kind)
    return next((row for row in _own(call) if row.id == number), None)


def _check_topic(call: Call, topic: str) -> None:
    if topic not in NAME_OF_TOPIC:
        call.world.report.missing("WebhookSubscriptionTopic", topic, call.operation)
        raise Refused(f"The stand-in never tells of {topic}", "UNMODELLED")
    name = NAME_OF_TOPIC[topic]
    if not may_hear(name, call.scopes):
        needed = " or ".join(f"`{scope}`" for scope in SCOPES_OF_TOPIC[name])
        call.violation("scope not granted", f"{topic}: {needed}")
        raise Refused(
            f"You do not have permission to create or update webhooks with {name} topic. Required access: {needed}.",
            "ACCESS_DENIED",
        )


def _write(call: Call, row: WebhookSubscription, given: Mapping[str, Any]) -> UserErrors:
    """Put the input into the row unless it is wrong; answers what is wrong."""
    if "callbackUrl" in given:
        call.violation("deprecated field", "WebhookSubscriptionInput.callbackUrl")
    for name in UNMODELLED_INPUTS:
        if given.get(name):
            call.world.report.missing("WebhookSubscriptionInput", name, call.operation)
    if given.get("format") == "XML":
        call.world.report.missing("WebhookSubscriptionInput", "format: XML", call.operation)
    uri = (given.get("uri") or given.get("callbackUrl") or row.uri).strip()
    form = given.get("format") or row.format
    filtered = given.get("filter", row.filter)
    name = given.get("name", row.name)
    errors = _address_errors(call, uri)
    if any(
        other is not row and (other.topic, other.uri, other.format, other.filter) == (row.topic, uri, form, filtered)
        for other in _own(call)
    ):
        errors.append(user_error(ADDRESS, "Address for this topic has already been taken"))
    errors += _name_errors(call, row, name)
    if not errors:
        row.uri, row.format, row.filter, row.name = uri, form, filtered, name
        row.include_fields = list(given.get("includeFields", row.include_fields) or ())
        row.metafield_namespaces = list(given.get("metafieldNamespaces", row.metafield_namespaces) or ())
    return errors


def _address_errors(call: Call, uri: str) -> UserErrors:
    if not uri:
        return [user_error(ADDRESS, "Address can't be blank")]
    parts = urlsplit(uri)
    # Shopify takes https only; an app that runs on this machine without TLS is let in under its own address.
    if parts.scheme == "http" and f"http://{parts.netloc}" != call.world.app.url:
        return [user_error(ADDRESS, "Address protocol http:// is not supported")]
    if parts.scheme not in ("http", "https"):
        return [user_error(ADDRESS, "Address is invalid")]
    host = parts.hostname or ""
    if host.endswith(("myshopify.com", "shopify.com")):
        return [user_error(ADDRESS, "Address cannot be a Shopify or an internal domain")]
    return [] if host else [user_error(ADDRESS, "Address is invalid")]


def _name_errors(call: Call, row: WebhookSubscription, name: str | None) -> UserErrors:
    if name is None:
        return []
    errors = []
    if not name:
        errors.append(user_error(NAME, "Name is too short (minimum is 1 character)"))
    if not NAME_FORM.fullmatch(name):
        message = "Name name field can only contain alphanumeric characters, underscores, and hyphens"
        errors.append(user_error(NAME, message))
    if len(name) > 50:
        errors.append(user_error(NAME, "Name is too long (maximum is 50 characters)"))
    if any(other is not row and (other.name or "").casefold() == name.casefold() for other in _own(call)):
        errors.append(user_error(NAME, "Name already exists, no duplicate allowed"))
    return errors
