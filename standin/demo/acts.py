"""What people do in the app to get a hub going; the story, the living demonstration and the browser tests share it."""

import re
from typing import Any
from urllib.parse import urlencode

from standin.demo.people import Person, Store, soon

ADDRESS = {
    "company": "OCC Fulfilment",
    "address1": "12 Harbour Street",
    "city": "Halifax",
    "province_code": "NS",
    "postcode": "B3H 1A1",
    "country_code": "CA",
    "email": "orders@occ.example",
}
HUB_SCOPES = ("write_products", "write_inventory", "write_publications")


def allow(owner: Person) -> None:
    """The owner opens the app in the hub's admin for the first time and allows what it asks for."""
    owner.store.do("/install", scopes=list(HUB_SCOPES))
    owner.open("/")
    soon("the hub is read", lambda: "Done Allow the app" in owner.read("/"))


def settle(owner: Person, **settings: str) -> None:
    """He says where partners ship to, and how the hub works."""
    owner.post("/settings", **{"daily_hour": "18", "payment_rule": "paid", **ADDRESS, **settings})


def invite(owner: Person, name: str) -> str:
    """He invites a roaster; answers the link he is shown."""
    link = re.search(r"http://[^\s\"<]*/invitations/[\w-]+", owner.post("/partners", name=name).text)
    assert link, "no link was shown"
    return link.group(0)


def connect(member: Person, link: str) -> None:
    """A roaster installs the app, enters the code of his link and is connected."""
    member.store.do("/install")
    assert "asks to connect" in member.open("/")
    member.post("/own/acceptance", code=link.rpartition("/")[2])
    soon("connected", lambda: "You are connected" in member.read("/"))


def page_of(owner: Person, name: str) -> str:
    """The path of a partner's page, by his name."""
    found = re.search(
        rf'href="(/partners/\d+)">{re.escape(name)}<', owner.fetch("/partners").text.replace("&amp;", "&")
    )
    assert found, f"{name} is not among the partners"
    return found.group(1)


def agree(owner: Person, partner: str, **terms: str) -> None:
    """The owner agrees on terms with the partner whose page this is; what is not named is as in the first story."""
    usual = {"discount": "30", "markup": "25", "rounding": ".95", "exchange_rate": "1", "safety_stock": "1"}
    rhythm = {"cadence": "weekly", "cutoff_weekday": "3", "cutoff_hour": "18", "publish_imports": "1"}
    owner.post(f"{partner}/terms", **{**usual, **rhythm, **terms})


def bring_in(owner: Person, partner: str, *titles: str) -> list[str]:
    """He looks these coffees up in the partner's range and imports them; answers the paths of the buttons."""
    paths = []
    for title in titles:
        paths.append(soon(f"{title} in the range", lambda title=title: _button(owner, partner, title), 60))
        owner.post(paths[-1], this_one="1")
    return paths


def on_sale(hub: Store) -> list[dict[str, Any]]:
    """The hub's products that customers can see."""
    return [product for product in hub.state()["products"] if product["status"] == "ACTIVE" and product["published"]]


def orders_of_ours(roaster: Store) -> list[dict[str, Any]]:
    """The hub's orders at a roaster, oldest first."""
    return [order for order in roaster.state()["orders"] if (order["po_number"] or "").startswith("HUB-")]


def units_of(order: dict[str, Any]) -> int:
    """How many bags are on an order or a draft."""
    return sum(line["quantity"] for line in order["lines"])


def _button(owner: Person, partner: str, title: str) -> str | None:
    """The path of the product's Import button, by its exact title."""
    page = owner.fetch(f"{partner}/products?{urlencode({'q': title})}").text
    for row in re.split(r"<tbody\b", page):
        button = re.search(r'hx-post="(/partners/\d+/products/\d+/import)"', row)
        if button and f">{title}<" in row:
            return button.group(1)
    return None
