"""The admin's own pages, without a browser."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from standin.commerce import place_customer_order
from standin.shell import routes
from standin.shell.scripts import assemble
from standin.world import Shop, World


@pytest.fixture
def client(world: World, shop: Shop) -> Iterator[TestClient]:
    local = Starlette(routes=routes)
    local.state.world = world
    with TestClient(local, base_url="http://127.0.0.1") as client:
        yield client


def test_the_hub_comes_first_among_the_stores(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.add_shop("zebra.myshopify.com", "Zebra")
    assert client.get("/").text.index("A roaster") < client.get("/").text.index("Zebra")
    monkeypatch.setenv("HUB_SHOP", "zebra.myshopify.com")
    assert client.get("/").text.index("Zebra") < client.get("/").text.index("A roaster")


@pytest.mark.usefixtures("goods")
def test_an_order_is_listed_and_shown_with_its_lines(client: TestClient, world: World, shop: Shop) -> None:
    variant = next(v for v in shop.variants.values() if shop.item_of(v).available > 2)
    order = place_customer_order(world, shop, [(variant, 2)], "PAID", False)
    title = shop.product_of(variant).title
    for path in ("", "/orders", f"/orders/{order.id}"):
        page = client.get(f"/store/roaster{path}").text
        assert order.name in page
        assert title in page
    assert order.name not in client.get("/store/roaster/orders?q=nosuchcoffee").text


@pytest.mark.usefixtures("goods")
def test_products_and_inventory_are_paged_and_searched(client: TestClient, shop: Shop) -> None:
    assert f"{len(shop.products)} in all" in client.get("/store/roaster/products").text
    sku = next(v.sku for v in shop.variants.values() if v.sku and shop.item_of(v).tracked)
    found = client.get("/store/roaster/products/inventory", params={"q": sku}).text
    assert sku in found
    assert "page 1 of" not in found
    product = next(iter(shop.products.values()))
    assert product.variants[0].title in client.get(f"/store/roaster/products/{product.id}").text


def test_what_a_store_does_not_have_is_404(client: TestClient) -> None:
    for path in (
        "/store/nobody",
        "/store/roaster/orders/1",
        "/store/roaster/apps/stranger",
        "/oauth/install?client_id=x",
    ):
        assert client.get(path).status_code == 404


def test_the_grant_screen_lists_what_the_app_wants_and_installs_it(client: TestClient, world: World) -> None:
    fresh = world.add_shop("fresh.myshopify.com", "Fresh")
    assert "fresh.myshopify.com" in client.get("/oauth/install?client_id=key").text
    page = client.get("/store/fresh/apps/key").text
    assert "read_products" in page
    assert "write_products" not in page
    answer = client.post("/store/fresh/oauth/install", data={"client_id": "key"}, follow_redirects=False)
    assert answer.headers["location"] == "/store/fresh/apps/key"
    assert fresh.installations["key"] == world.app.scopes


def test_only_scopes_of_the_configuration_can_be_granted(client: TestClient, shop: Shop) -> None:
    assert client.post("/_shell/roaster/scopes", json={"scopes": ["write_themes"]}).status_code == 422
    assert client.request("DELETE", "/_shell/roaster/scopes", json={"scopes": ["read_products"]}).status_code == 422
    assert client.post("/_shell/roaster/scopes", json=["nonsense"]).status_code == 400
    assert client.post("/_shell/roaster/scopes", json={"scopes": ["write_products"]}).json()["granted"] == sorted(
        shop.installations["key"]
    )
    assert "write_products" in shop.installations["key"]


def test_a_script_is_all_files_of_its_folder_in_one_scope(client: TestClient) -> None:
    polaris = client.get("/shopifycloud/polaris-1.js")
    assert polaris.headers["content-type"].startswith("text/javascript")
    assert polaris.text == assemble("polaris")
    assert polaris.text.startswith("(() => {")
    assert "window.shopify" in client.get("/shopifycloud/app-bridge.js").text
