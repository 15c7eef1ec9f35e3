"""The admin of a store: its start page, its lists and single things, all read-only."""

import os
from collections.abc import Callable, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from standin.commerce.totals import current_totals, draft_totals
from standin.shell.rendering import render, shop_of, world_of
from standin.world import Order, Product, Shop

PAGE_SIZE = 50


async def index(request: Request) -> Response:
    """All stores, the hub first."""
    shops = sorted(world_of(request).shops.values(), key=lambda shop: (not is_hub(shop), shop.name))
    return render(request, "index.html", shops=shops, is_hub=is_hub)


async def store(request: Request) -> Response:
    """The start page of a store's admin."""
    shop = shop_of(request)
    newest = sorted(shop.orders.values(), key=lambda order: order.id, reverse=True)[:5]
    return render(
        request, "store.html", shop=shop, section="home", newest=newest, totals=current_totals, shipped=shipped
    )


async def orders(request: Request) -> Response:
    """Orders, newest first."""
    shop = shop_of(request)
    found = _search(
        request, shop.orders.values(), lambda order: [order.name, *order.tags, *(line.title for line in order.lines)]
    )
    found.sort(key=lambda order: order.id, reverse=True)
    return _list(request, "orders.html", found, shop=shop, section="orders", totals=current_totals, shipped=shipped)


async def order(request: Request) -> Response:
    """One order."""
    shop = shop_of(request)
    found = _one(shop.orders, request)
    return render(
        request, "order.html", shop=shop, section="orders", order=found, totals=current_totals(found), shipped=shipped
    )


async def drafts(request: Request) -> Response:
    """Draft orders, newest first."""
    shop = shop_of(request)
    found = _search(
        request, shop.drafts.values(), lambda draft: [draft.name, *draft.tags, *(line.title for line in draft.lines)]
    )
    found.sort(key=lambda draft: draft.id, reverse=True)
    return _list(request, "drafts.html", found, shop=shop, section="drafts", totals=draft_totals)


async def draft(request: Request) -> Response:
    """One draft order."""
    shop = shop_of(request)
    found = _one(shop.drafts, request)
    return render(request, "draft.html", shop=shop, section="drafts", draft=found, totals=draft_totals(found))


async def products(request: Request) -> Response:
    """Products, newest first."""
    shop = shop_of(request)
    found = _search(
        request,
        shop.products.values(),
        lambda product: [product.title, product.vendor, *(v.sku or "" for v in product.variants)],
    )
    found.sort(key=lambda product: product.id, reverse=True)

    def in_stock(product: Product) -> int:
        return sum(shop.item_of(variant).available for variant in product.variants)

    return _list(request, "products.html", found, shop=shop, section="products", in_stock=in_stock)


async def product(request: Request) -> Response:
    """One product with its variants and where their stock is."""
    shop = shop_of(request)
    return render(request, "product.html", shop=shop, section="products", product=_one(shop.products, request))


async def variant(request: Request) -> Response:
    """A variant is shown on the page of its product."""
    shop = shop_of(request)
    return RedirectResponse(f"/store/{shop.handle}/products/{request.path_params['id']}")


async def inventory(request: Request) -> Response:
    """Stock, a row for each variant and location."""
    shop = shop_of(request)
    rows = [
        (product, variant, item, level)
        for product in shop.products.values()
        for variant in product.variants
        for item in [shop.item_of(variant)]
        for level in item.levels.values()
    ]
    found = _search(request, rows, lambda row: [row[0].title, row[1].title, row[1].sku or ""])
    return _list(request, "inventory.html", found, shop=shop, section="inventory")


def is_hub(shop: Shop) -> bool:
    """Whether a store is the one the operator calls the hub (HUB_SHOP)."""
    return shop.domain == os.environ.get("HUB_SHOP", "")


def shipped(order: Order) -> str:
    """How much of an order has left: FULFILLED, PARTIALLY_FULFILLED or UNFULFILLED."""
    sent = sum(line.fulfilled_quantity for line in order.lines)
    left = sum(max(0, line.current_quantity - line.fulfilled_quantity) for line in order.lines)
    return "UNFULFILLED" if not sent else "PARTIALLY_FULFILLED" if left else "FULFILLED"


def _one(table: dict[int, Any], request: Request) -> Any:
    found = table.get(request.path_params["id"])
    if found is None:
        raise HTTPException(404, "There is no such thing in this store, or not any more.")
    return found


def _search(request: Request, rows: Any, texts: Callable[[Any], Sequence[str]]) -> list[Any]:
    wanted = request.query_params.get("q", "").casefold().split()
    return [row for row in rows if all(word in " ".join(texts(row)).casefold() for word in wanted)]


def _list(request: Request, template: str, found: list[Any], **context: Any) -> Response:
    asked = request.query_params.get("page", "1")
    page = int(asked) if asked.isdigit() and int(asked) else 1
    rows = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    context |= {"rows": rows, "count": len(found), "page": page, "pages": max(1, -(-len(found) // PAGE_SIZE))}
    return render(request, template, q=request.query_params.get("q", ""), **context)


routes = [
    Route("/", index),
    Route("/store/{handle}", store),
    Route("/store/{handle}/orders", orders),
    Route("/store/{handle}/orders/{id:int}", order),
    Route("/store/{handle}/draft_orders", drafts),
    Route("/store/{handle}/draft_orders/{id:int}", draft),
    Route("/store/{handle}/products", products),
    Route("/store/{handle}/products/{id:int}", product),
    Route("/store/{handle}/products/{id:int}/variants/{variant:int}", variant),
    Route("/store/{handle}/products/inventory", inventory),
]
