"""A signed order of 8 KB as Shopify sends it, and the secret it is signed with."""

import base64
import hashlib
import hmac
import json

SECRET = "a secret of the benchmark, long enough for HS256"
SHOP = "bench-hub.myshopify.com"
TOPIC = "orders/create"
SIZE = 8 * 1024


def body() -> bytes:
    """The payload: an order filled with lines until it is 8 KB long."""
    order: dict[str, object] = {"id": 820982911946154508, "name": "#1001", "currency": "CAD", "line_items": []}
    lines: list[dict[str, object]] = []
    while len(json.dumps(order)) < SIZE:
        number = len(lines)
        lines.append({"id": number, "title": f"Sidamo {number}", "sku": f"PARTNER-x-{number}", "price": "18.00"})
        order["line_items"] = lines
    return json.dumps(order).encode()


def signature(raw: bytes) -> str:
    """The value of X-Shopify-Hmac-SHA256."""
    return base64.b64encode(hmac.digest(SECRET.encode(), raw, hashlib.sha256)).decode()


def headers(raw: bytes) -> dict[str, str]:
    """Everything but the webhook id, which is another for each delivery."""
    return {
        "Content-Type": "application/json",
        "X-Shopify-Topic": TOPIC,
        "X-Shopify-Shop-Domain": SHOP,
        "X-Shopify-Hmac-SHA256": signature(raw),
        "X-Shopify-Triggered-At": "2026-11-22T12:00:00Z",
        "X-Shopify-Api-Version": "2026-10",
    }
