"""The browse page's time on the server, with ranges of different sizes."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from peewee import chunked
from starlette.testclient import TestClient

from occhub.catalog.judging import fold
from occhub.catalog.models import Product, Variant
from occhub.database import db, is_sqlite, write
from occhub.partners.models import CONNECTED, Partner

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
WORDS = ("Sidamo", "Huila", "Gatomboya", "Yirgacheffe", "Pacamara", "Bourbon", "Geisha", "Caturra", "Natural", "Washed")


def fill(size: int) -> Partner:
    """A connected partner with so many products of four variants."""
    facts = {"state": CONNECTED, "created_at": NOW, "connected_at": NOW, "currency": "USD", "markup_bp": 4000}
    partner = Partner.create(
        name=f"Range of {size}", shop=f"range-{size}.myshopify.com", catalog_refreshed_at=NOW, **facts
    )
    rows = [_row(partner.id, number) for number in range(size)]
    with write():
        for batch in chunked(rows, 500):
            Product.insert_many(batch).execute()
        ids = [product.id for product in Product.select(Product.id).where(Product.partner == partner)]
        for batch in chunked([_variant(product_id, each) for product_id in ids for each in range(4)], 1000):
            Variant.insert_many(batch).execute()
    if not is_sqlite():
        # A server gathers its statistics by itself, a minute after so many rows.
        db.execute_sql("ANALYZE")
    return partner


def p95(client: TestClient, headers: Callable[[], dict[str, str]], paths: list[str], times: int) -> list[float]:
    """The 95th percentile of each path's milliseconds.

    They take turns, and each begins a round as often as the others: nobody has the quieter machine or the warmer one.
    """
    for path in paths:
        client.get(path, headers=headers()).raise_for_status()
    taken: dict[str, list[float]] = {path: [] for path in paths}
    for number in range(times):
        token, first = headers(), number % len(paths)
        for path in paths[first:] + paths[:first]:
            started = time.perf_counter()
            client.get(path, headers=token).raise_for_status()
            taken[path].append((time.perf_counter() - started) * 1000)
    return [statistics.quantiles(found, n=20)[-1] for found in taken.values()]


def _row(partner_id: int, number: int) -> dict[str, Any]:
    # Every eighth product is the wholesale listing of the one before it.
    wholesale, lot = number % 8 == 7, number - (number % 8 == 7)
    title = f"{WORDS[lot % 10]} {WORDS[lot // 10 % 10]} lot {lot}"
    return {
        "partner": partner_id,
        "remote_id": f"gid://shopify/Product/{number + 1}",
        "title": title,
        "vendor": "Wholesale" if wholesale else "Roaster",
        "wholesale": wholesale,
        "product_type": "Coffee",
        "status": "ACTIVE",
        "tags": ["washed"],
        "options": [["Size", ["250 g", "1 kg"]], ["Grind", ["Whole bean", "Filter"]]],
        "twin_key": fold(title),
        "words": fold(f"{title} roaster coffee washed C{number}"),
        "price_low_minor": 1200 + number % 700,
        "price_high_minor": 3600 + number % 700,
        "stock": number % 40,
        "remote_updated_at": NOW,
        "first_seen_at": NOW,
        "refreshed_at": NOW,
    }


def _variant(product_id: int, each: int) -> dict[str, Any]:
    return {
        "product": product_id,
        "remote_id": f"gid://shopify/ProductVariant/{product_id * 10 + each}",
        "item_id": f"gid://shopify/InventoryItem/{product_id * 10 + each}",
        "title": f"{('250 g', '1 kg')[each % 2]} / {('Whole bean', 'Filter')[each // 2]}",
        "price_minor": 1200,
        "quantity": 5,
        "grams": (250, 1000)[each % 2],
    }
