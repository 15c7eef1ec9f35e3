"""A hub that knows where its stock is, and two connected partners with a small range each."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from occhub import queue, schedule
from occhub.app import create_app
from occhub.catalog import planning, refreshing
from occhub.catalog.models import Import, Product
from occhub.partners import connecting, welcoming
from occhub.partners.models import CONNECTED, Partner
from occhub.settings import Settings
from tests.conftest import Cast, Standin

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
COFFEE = {"obstacle": "", "gone_at": None}
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}
# More than any database numbers, and more digits than Python reads.
BEYOND = "9" * 5000


@dataclass(frozen=True)
class Trade:
    """Who trades, and the stand-in that plays their stores."""

    standin: Standin
    hub: str
    partner: Partner
    other_partner: Partner

    def products_on_hub(self) -> list[dict[str, Any]]:
        """What the hub's own state says it has."""
        products: list[dict[str, Any]] = self.standin.state(self.hub)["products"]
        return products

    def a_product(self, **facts: Any) -> Product:
        """A product of the partner that can be imported, from the refreshed snapshot."""
        refreshing.refresh(self.partner, as_of=NOW, trigger="person")
        product: Product = (
            Product.select()
            .where((Product.partner == self.partner) & (Product.obstacle == ""))
            .order_by(Product.id)
            .get()
        )
        return product

    def planned(self, product: Product | None = None, **wish: Any) -> Import:
        """A promised import of the product, at 40 % markup."""
        product = product or self.a_product()
        terms = {"markup_bp": 4000, "publish": True, "as_of": NOW, "size_by": "name"} | wish
        return planning.plan_import(self.partner, product.remote_id, **terms)


@pytest.fixture
def trade(cast: Cast, standin: Standin) -> Trade:
    connecting.prepare_hub(cast.hub)
    welcoming.welcome_hub(as_of=NOW)
    partners = [_connect(shop) for shop in (cast.partner, cast.other_partner)]
    return Trade(standin, cast.hub, *partners)


def _connect(shop: str) -> Partner:
    partner = Partner.create(name=shop.partition(".")[0], shop=shop, state=CONNECTED, created_at=NOW, connected_at=NOW)
    welcoming.welcome_partner(partner, as_of=NOW)
    return Partner.find(partner.id)


class Owner:
    """The hub's owner at his browser: `see` opens a page, `click` swaps a fragment."""

    def __init__(self, client: TestClient, token: str) -> None:
        self.client = client
        self.token = {"Authorization": f"Bearer {token}"}

    def see(self, path: str) -> str:
        answer = self.client.get(path, headers=self.token)
        assert answer.status_code == 200, answer.text
        return answer.text

    def fetch(self, path: str) -> str:
        answer = self.client.get(path, headers=self.token | FRAGMENT)
        assert answer.status_code == 200, answer.text
        return answer.text

    def click(self, path: str, status: int = 200, **form: Any) -> str:
        answer = self.client.post(path, data=form, headers=self.token | FRAGMENT)
        assert answer.status_code == status, answer.text
        return answer.text + json.dumps(dict(answer.headers))


@pytest.fixture
def owner(trade: Trade, settings: Settings) -> Iterator[Owner]:
    queue.open_queue("memory:", schedule.NUDGES, schedule.tick)
    refreshing.refresh(trade.partner, as_of=NOW, trigger="person")
    token = trade.standin.control("GET", f"/shops/{trade.hub}/id_token")["id_token"]
    return Owner(TestClient(create_app(settings), base_url="http://127.0.0.1:8999"), token)
