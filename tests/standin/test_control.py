"""The control API: what a test or the console can do to the world, and what it reads back."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from standin import commerce
from standin.catalogues import OptionSeed, ProductSeed, VariantSeed, stock
from standin.control import control_routes
from standin.delivery import Courier
from standin.world import DraftLine, Product, Shop, World

SHOP = "/_control/shops/roaster"


@pytest.fixture
def product(world: World, shop: Shop) -> Product:
    rows = (
        VariantSeed(values=("250 g",), price=Decimal("12.50"), sku="COFFEE-250", weight=250.0, available=10),
        VariantSeed(values=("1 kg",), price=Decimal(40), sku="COFFEE-1000", weight=1000.0, available=3),
    )
    seed = ProductSeed(
        kind="coffee",
        title="Sidamo",
        vendor="A roaster",
        options=(OptionSeed("Size", ("250 g", "1 kg")),),
        variants=rows,
    )
    [product] = stock(shop, [seed], now=world.now(), address="http://127.0.0.1:4000")
    return product


@pytest.fixture
def control(world: World) -> Iterator[TestClient]:
    courier = Courier(world, httpx.AsyncClient(transport=httpx.MockTransport(lambda request: httpx.Response(200))))
    with TestClient(Starlette(routes=control_routes(world, courier))) as client:
        yield client


def post(control: TestClient, path: str, **body: Any) -> dict[str, Any]:
    answer = control.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


def shelf(control: TestClient, sku: str = "COFFEE-250") -> dict[str, int]:
    [product] = control.get(SHOP).json()["products"]
    [variant] = [each for each in product["variants"] if each["sku"] == sku]
    [level] = variant["stock"].values()
    return {name: level[name] for name in ("available", "committed", "reserved", "on_hand")}


@pytest.mark.usefixtures("product")
def test_a_customer_buys_and_the_shelf_shows_it(control: TestClient) -> None:
    order = post(control, f"{SHOP}/orders", lines=[{"sku": "COFFEE-250", "quantity": 2}])
    assert (order["financial_status"], order["fulfillment_status"]) == ("PAID", "UNFULFILLED")
    assert order["lines"][0]["current_quantity"] == 2
    assert shelf(control) == {"available": 8, "committed": 2, "reserved": 0, "on_hand": 10}


def test_nobody_buys_more_than_there_is(control: TestClient, product: Product) -> None:
    body = {"lines": [{"variant_id": product.variants[1].gid, "quantity": 4}]}
    answer = control.post(f"{SHOP}/orders", json=body)
    assert answer.status_code == 409
    assert "3 left" in answer.json()["error"]
    assert control.get(SHOP).json()["orders"] == []


@pytest.mark.usefixtures("product")
def test_an_order_is_paid_edited_shipped_and_refunded(control: TestClient) -> None:
    lines = [{"sku": "COFFEE-250", "quantity": 3}]
    order = post(control, f"{SHOP}/orders", lines=lines, financial_status="PENDING")
    address, line = f"{SHOP}/orders/{order['gid']}", order["lines"][0]["id"]
    post(control, f"{address}/pay")
    assert post(control, f"{address}/edit", line_id=line, quantity=2)["lines"][0]["current_quantity"] == 2
    shipped = post(control, f"{address}/fulfil", tracking={"company": "PostNL", "number": "3S1"})
    assert shipped["fulfillment_status"] == "FULFILLED"
    assert shipped["fulfillments"][0]["tracking_info"][0]["number"] == "3S1"
    returned = post(control, f"{address}/refund", lines=[{"line_id": line, "quantity": 1}], restock_type="RETURN")
    assert returned["refunds"][0]["lines"][0]["quantity"] == 1
    assert shelf(control) == {"available": 9, "committed": 0, "reserved": 0, "on_hand": 9}


@pytest.mark.usefixtures("product")
def test_a_cancelled_order_gives_its_units_back_once(control: TestClient) -> None:
    order = post(control, f"{SHOP}/orders", lines=[{"sku": "COFFEE-250", "quantity": 2}])
    assert post(control, f"{SHOP}/orders/{order['id']}/cancel")["cancelled_at"]
    assert shelf(control)["available"] == 10
    assert control.post(f"{SHOP}/orders/{order['id']}/cancel").status_code == 409


def test_selling_over_the_counter_and_restocking_move_the_shelf(control: TestClient, product: Product) -> None:
    variant = f"{SHOP}/variants/{product.variants[0].id}"
    assert post(control, f"{variant}/sell", quantity=4)["source_name"] == "pos"
    post(control, f"{variant}/restock", quantity=20)
    assert shelf(control) == {"available": 26, "committed": 0, "reserved": 0, "on_hand": 26}


def test_changes_of_goods_are_kept_and_told(control: TestClient, world: World, product: Product) -> None:
    variant = control.patch(f"{SHOP}/variants/{product.variants[0].gid}", json={"price": "13.90", "sku": None})
    assert (variant.json()["price"], variant.json()["sku"]) == ("13.90", None)
    changed = control.patch(f"{SHOP}/products/{product.id}", json={"title": "Sidamo, washed", "status": "ARCHIVED"})
    assert (changed.json()["title"], changed.json()["status"]) == ("Sidamo, washed", "ARCHIVED")
    assert control.delete(f"{SHOP}/products/{product.gid}").status_code == 200
    assert control.get(SHOP).json()["products"] == []
    assert [event.topic for event in world.outgoing][:3] == ["products/update", "products/update", "products/delete"]


def test_stock_no_longer_counted_is_told_of_the_item(control: TestClient, world: World, product: Product) -> None:
    variant = control.patch(f"{SHOP}/variants/{product.variants[0].id}", json={"tracked": False}).json()
    assert variant["item"]["tracked"] is False
    assert [event.topic for event in world.outgoing] == ["inventory_items/update", "products/update"]


@pytest.mark.parametrize("body", [{"price": "-1"}, {"price": "a"}, {"taxable": 1}, {"weight": 2}, {"sku": 7}, "text"])
def test_nonsense_changes_nothing(control: TestClient, product: Product, body: object) -> None:
    assert control.patch(f"{SHOP}/variants/{product.variants[0].id}", json=body).status_code == 400
    assert (product.variants[0].price, product.variants[0].sku) == (Decimal("12.50"), "COFFEE-250")


@pytest.mark.parametrize(
    "path", ["/_control/shops/nobody", f"{SHOP}/id_token/no", f"{SHOP}/open/no", "/_control/nothing"]
)
def test_what_is_not_there_is_404(control: TestClient, path: str) -> None:
    assert control.get(path).status_code == 404


@pytest.mark.usefixtures("shop")
def test_orders_and_variants_that_are_not_there_are_404(control: TestClient) -> None:
    assert control.post(f"{SHOP}/orders/1/pay").status_code == 404
    assert control.post(f"{SHOP}/variants/gid://shopify/ProductVariant/1/sell", json={"quantity": 1}).status_code == 404


def test_a_new_store_comes_with_a_catalogue(control: TestClient) -> None:
    body = {"domain": "new.myshopify.com", "name": "New", "currency": "EUR", "catalogue": {"size": 25, "seed": 3}}
    assert post(control, "/_control/shops", **body)["counts"]["products"] == 25
    assert control.post("/_control/shops", json=body).status_code == 400
    assert [shop["domain"] for shop in control.get("/_control/shops").json()["shops"]] == ["new.myshopify.com"]


@pytest.mark.usefixtures("shop")
def test_installing_granting_and_uninstalling(control: TestClient) -> None:
    assert post(control, f"{SHOP}/install", scopes=["write_products"])["scopes"][-1] == "write_products"
    assert control.post(f"{SHOP}/install", json={"scopes": ["write_everything"]}).status_code == 409
    assert post(control, f"{SHOP}/uninstall")["installed"] is False
    assert control.get(f"{SHOP}/id_token").status_code == 409


@pytest.mark.usefixtures("shop")
def test_the_app_is_opened_with_a_signed_address(control: TestClient) -> None:
    address = urlsplit(control.get(f"{SHOP}/open", params={"path": "/partners"}).json()["url"])
    assert address.path == "/partners"
    assert set(parse_qs(address.query)) == {
        "embedded", "hmac", "host", "id_token", "locale", "session", "shop", "timestamp",
    }  # fmt: skip


def test_the_clock_is_replaced_and_nonsense_refused(control: TestClient) -> None:
    assert post(control, "/_control/clock", spec="2027-01-01T00:00:00+00:00@60")["speed"] == 60
    assert control.get("/_control/clock").json()["now"].startswith("2027-01-01T00:0")
    for spec in ("yesterday", "2027-01-01@0", "2027-01-01@fast"):
        assert control.post("/_control/clock", json={"spec": spec}).status_code == 400


@pytest.mark.usefixtures("shop")
def test_faults_are_added_listed_and_cleared(control: TestClient) -> None:
    fault = post(control, "/_control/faults", kind="slow", shop="roaster", operation="Stock", times=2, seconds=1)
    assert control.get("/_control/faults").json()["faults"] == [fault]
    assert fault["shop"] == "roaster.myshopify.com"
    assert control.post("/_control/faults", json={"kind": "gremlins"}).status_code == 400
    assert control.post("/_control/faults", json={"kind": "slow", "times": 0}).status_code == 400
    assert control.delete("/_control/faults").json() == {"faults": []}


def test_latency_is_set_in_milliseconds(control: TestClient, world: World) -> None:
    assert post(control, "/_control/latency", milliseconds=5) == {"milliseconds": 5.0}
    assert world.latency_milliseconds == 5.0


def test_rules_that_shopify_does_not_promise_can_be_supposed_otherwise(control: TestClient, world: World) -> None:
    assert post(control, "/_control/rules", nodes_per_id=True)["nodes_per_id"] is True
    assert world.nodes_priced_per_id
    assert post(control, "/_control/rules", index_lag_seconds=30)["nodes_per_id"] is True
    assert control.post("/_control/rules", json={"index_lag_seconds": -1}).status_code == 400


def test_deliveries_are_paused_listed_and_flushed(control: TestClient) -> None:
    post(control, "/_control/shops", domain="roaster.myshopify.com", name="A roaster")
    post(control, f"{SHOP}/install")
    assert post(control, "/_control/deliveries", paused=True, duplicate=1)["settings"]["paused"] is True
    post(control, f"{SHOP}/install", scopes=["write_products"])
    flushed = post(control, "/_control/deliveries/flush")
    assert (flushed["tried"], flushed["undelivered"]) == (2, 0)
    assert [(row["topic"], row["status"], row["attempts"]) for row in flushed["deliveries"]] == [
        ("app/scopes_update", "delivered", 1)
    ] * 2
    assert flushed["settings"]["duplicate"] == 1


def test_the_report_is_read_and_cleared(control: TestClient, world: World) -> None:
    world.report.violation("a rule", "roaster.myshopify.com", "Stock", "broken")
    assert control.get("/_control/report").json()["violations"][0]["rule"] == "a rule"
    assert control.delete("/_control/report").json() == {"violations": [], "unmodelled": []}


def test_an_expired_reservation_is_released_before_anything_is_shown(
    control: TestClient, world: World, shop: Shop, product: Product, advance: Callable[..., None]
) -> None:
    variant = product.variants[0]
    line = DraftLine(shop.next_id(), variant.id, product.id, product.title, 4, variant.price)
    commerce.create_draft(world, shop, [line], {"reserve_inventory_until": world.now() + timedelta(hours=1)})
    assert shelf(control) == {"available": 6, "committed": 0, "reserved": 4, "on_hand": 10}
    advance(hours=2)
    assert shelf(control) == {"available": 10, "committed": 0, "reserved": 0, "on_hand": 10}


def test_a_variant_is_deleted_and_told_but_the_last_one_stays(
    control: TestClient, product: Product, shop: Shop
) -> None:
    gone, left = product.variants
    told = control.delete(f"{SHOP}/variants/{gone.id}").json()
    assert [variant["id"] for variant in told["variants"]] == [left.id]
    assert gone.id not in shop.variants
    assert control.delete(f"{SHOP}/variants/{left.id}").status_code == 400


def test_a_product_is_given_custom_fields(control: TestClient, product: Product) -> None:
    row = {"namespace": "custom", "key": "process", "type": "single_line_text_field", "value": "Washed"}
    control.patch(f"{SHOP}/products/{product.id}", json={"metafields": [row]})
    assert [(each.key, each.value) for each in product.metafields] == [("process", "Washed")]


def test_a_price_list_is_made_and_replaced_by_its_name(control: TestClient, product: Product, shop: Shop) -> None:
    made = control.post(f"{SHOP}/price-lists", json={"name": "Wholesale", "fixed": {"COFFEE-250": "9.00"}}).json()
    again = control.post(f"{SHOP}/price-lists", json={"name": "Wholesale", "adjustment": -20}).json()
    assert made["id"] == again["id"]
    [kept] = shop.price_lists.values()
    assert (kept.adjustment, kept.fixed) == (Decimal(-20), {})
    assert control.post(f"{SHOP}/price-lists", json={"name": "X", "fixed": {"COFFEE-250": "-1"}}).status_code == 400


@pytest.mark.usefixtures("product")
def test_a_store_is_put_back_as_it_was_remembered(control: TestClient) -> None:
    assert control.post(f"{SHOP}/memory/recall").status_code == 404
    post(control, f"{SHOP}/install")
    post(control, f"{SHOP}/memory")
    for _ in range(2):
        post(control, f"{SHOP}/orders", lines=[{"sku": "COFFEE-250", "quantity": 2}])
        post(control, f"{SHOP}/uninstall")
        post(control, f"{SHOP}/memory/recall")
        assert shelf(control) == {"available": 10, "committed": 0, "reserved": 0, "on_hand": 10}
        assert control.get(SHOP).json()["orders"] == []
        assert control.get(SHOP).json()["installed"] is True
