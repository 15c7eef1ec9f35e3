"""Price lists that a store keeps for some of its buyers."""

from decimal import Decimal

from occhub.money import Money, round_half_up
from occhub.shopify.answers import Node
from occhub.shopify.client import Store
from occhub.shopify.reading import all_nodes
from occhub.shopify.types import ListedPrice, PriceListInfo

_SIGNS = {"PERCENTAGE_DECREASE": 1, "PERCENTAGE_INCREASE": -1}


def list_price_lists(store: Store) -> list[PriceListInfo]:
    """The store's price lists. Raises a StoreError."""
    return [_info(node) for node in store.walk("price_lists")]


def read_prices(store: Store, list_id: str) -> list[ListedPrice] | None:
    """The prices of a list that are fixed by hand; None when it is gone. Raises a StoreError."""

    def page(after: str | None) -> Node | None:
        found = store.execute("price_list_prices", {"id": list_id, "after": after})["priceList"]
        return found["prices"] if found else None

    first = page(None)
    return None if first is None else [_price(node) for node in all_nodes(first, page)]


def _info(node: Node) -> PriceListInfo:
    discount_bp = None
    if node["parent"]:
        adjustment = node["parent"]["adjustment"]
        percent = Decimal(str(adjustment["value"]))
        discount_bp = round_half_up(percent * 100) * _SIGNS[adjustment["type"]]
    return PriceListInfo(node["id"], node["name"], node["currency"], node["fixedPricesCount"], discount_bp)


def _price(node: Node) -> ListedPrice:
    price, variant = node["price"], node["variant"]
    return ListedPrice(variant["product"]["id"], variant["id"], Money.parse(price["amount"], price["currencyCode"]))
