"""The demonstration's week: a hub set up with three roasters, then what customers and roasters do day by day."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from standin.demo import acts
from standin.demo.people import Person, Refused, Store, soon
from standin.demo.programs import HUB, Programs


@dataclass(frozen=True)
class Roaster:
    """A roaster of the demonstration: his store, what was agreed with him, what the hub sells of his."""

    name: str
    shop: str
    terms: dict[str, str]
    coffees: tuple[str, ...]


ROASTERS = (
    Roaster(
        "Milk Road Coffee",
        "milk-road-coffee",
        {"discount": "30", "markup": "25", "rounding": ".95", "cadence": "weekly", "cutoff_weekday": "3"},
        ("Demeka Becha", "San Agustín", "Gatomboya", "El Injerto"),
    ),
    Roaster(
        "Onda Roasters",
        "onda-roasters",
        {"discount": "35", "markup": "40", "rounding": ".50", "cadence": "weekly", "cutoff_weekday": "0"},
        ("Sidamo", "Tarrazú Las Lajas", "Fazenda Rainha", "Gitesi"),
    ),
    Roaster(
        "Kestrel & Co",
        "kestrel-and-co",
        {"discount": "25", "markup": "30", "rounding": ".99", "cadence": "daily", "safety_stock": "3"},
        ("Kainamui", "Buesaco", "Worka Sakaro", "Los Pirineos"),
    ),
)
CARRIERS = (("Canada Post", "CP{}CA"), ("UPS", "1Z{}"), ("FedEx", "7{}"))


@dataclass
class Day:
    """What happened on a day, for its line."""

    orders: int = 0
    bags: int = 0
    sold: int = 0
    roasted: int = 0
    told: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The day in one line."""
        roasted = f", roasted {self.roasted}" if self.roasted else ""
        trade = f"{self.orders} customer orders, {self.bags} bags; roasters sold {self.sold}{roasted}"
        return "; ".join([trade, *self.told])


class Week:
    """The stage of the demonstration; always the same dice, so that two first starts look alike."""

    def __init__(self, programs: Programs) -> None:
        self.dice = Random(20261)
        self.hub = Store(programs.standin_url, HUB)
        self.owner = Person(self.hub, programs.app_url)
        self.programs = programs
        self.stores = {roaster.name: self.store(roaster.shop) for roaster in ROASTERS}

    def store(self, handle: str) -> Store:
        """A store by the first part of its domain."""
        return Store(self.programs.standin_url, f"{handle}.myshopify.com")

    def now(self) -> datetime:
        """What the stand-in's clock shows."""
        return datetime.fromisoformat(self.hub.http.get("/clock").json()["now"])

    def begin(self) -> str:
        """The first hours: the hub is set up, the roasters come in, their coffees go on sale."""
        acts.allow(self.owner)
        acts.settle(self.owner)
        for roaster in ROASTERS:
            acts.connect(
                Person(self.stores[roaster.name], self.programs.app_url), acts.invite(self.owner, roaster.name)
            )
        for roaster in ROASTERS:
            page = acts.page_of(self.owner, roaster.name)
            acts.agree(self.owner, page, **roaster.terms)
            acts.bring_in(self.owner, page, *roaster.coffees)
        wanted = sum(len(roaster.coffees) for roaster in ROASTERS)
        soon("everything on sale", lambda: len(acts.on_sale(self.hub)) == wanted, 180)
        return f"{len(ROASTERS)} roasters connected, {wanted} coffees on sale"

    def trade(self, day: Day) -> None:
        """Some hours of a day: customers come and change their minds, roasters sell, roast and ship."""
        self.customers(day, self.dice.randint(2, 4))
        self.afterthoughts(day)
        self.shops(day)
        self.shipping(day)

    def customers(self, day: Day, count: int, of: Roaster | None = None) -> None:
        """So many customers buy on the hub, one in eight without paying yet."""
        shelf = [variant for variant in self.hub.variants() if of is None or of.shop in variant["sku"]]
        for _ in range(count):
            picked = self.dice.sample(shelf, self.dice.choice((1, 1, 2, 2, 3)))
            lines = [{"sku": variant["sku"], "quantity": self.dice.choice((1, 1, 1, 2, 2, 3))} for variant in picked]
            status = "PENDING" if self.dice.random() < 0.12 else "PAID"
            try:
                order = self.hub.do("/orders", lines=lines, financial_status=status)
            except Refused:
                continue  # sold out in the meantime: this customer leaves
            day.orders, day.bags = day.orders + 1, day.bags + acts.units_of(order)

    def afterthoughts(self, day: Day) -> None:
        """Now and then a customer cancels, sends a bag back, or pays at last."""
        orders = [order for order in self.hub.state()["orders"] if order["cancelled_at"] is None]
        for order in orders[-12:]:
            if order["financial_status"] == "PENDING" and self.dice.random() < 0.15:
                self.hub.do(f"/orders/{order['id']}/pay")
                day.told.append(f"{order['name']} paid")
            elif self.dice.random() < 0.02:
                self.hub.do(f"/orders/{order['id']}/cancel", restock=True)
                day.told.append(f"{order['name']} cancelled")
            elif self.dice.random() < 0.02 and order["lines"][0]["current_quantity"]:
                line = {"line_id": order["lines"][0]["id"], "quantity": 1}
                self.hub.do(f"/orders/{order['id']}/refund", lines=[line], restock_type="CANCEL")
                day.told.append(f"a bag of {order['name']} refunded")

    def shops(self, day: Day) -> None:
        """The roasters sell in their own shops, and roast again what runs low."""
        for roaster in ROASTERS:
            store = self.stores[roaster.name]
            for variant in self.dice.sample(_known(store, roaster), 2):
                units = self.dice.randint(1, 5)
                left = sum(level["available"] for level in variant["stock"].values())
                if left < 15:
                    store.do(f"/variants/{variant['id']}/restock", quantity=40)
                    day.roasted += 40
                elif units <= left:
                    store.do(f"/variants/{variant['id']}/sell", quantity=units)
                    day.sold += units

    def shipping(self, day: Day) -> None:
        """Each roaster ships the orders of ours that he has had for most of a day."""
        for number, (name, store) in enumerate(self.stores.items()):
            for order in acts.orders_of_ours(store):
                if order["fulfillment_status"] != "UNFULFILLED" or order["cancelled_at"] or not self._is_old(order):
                    continue
                company, form = CARRIERS[number]
                parcel = form.format(self.dice.randint(10**8, 10**9))
                tracking = {"company": company, "number": parcel, "url": f"https://track.example/{parcel}"}
                store.do(f"/orders/{order['id']}/fulfil", tracking=tracking)
                day.told.append(f"{name} ships {order['name']}")

    def _is_old(self, order: dict[str, Any]) -> bool:
        return (self.now() - datetime.fromisoformat(order["created_at"])).total_seconds() > 20 * 3600

    def today(self) -> str:
        """What is waiting for the owner when he comes in: fresh orders, a store that asks, an unused invitation."""
        day = Day()
        for roaster in ROASTERS:
            self.customers(day, 2, of=roaster)
        newcomer = self.store("harbour-lane-coffee")
        facts = {"domain": newcomer.domain, "name": "Harbour Lane Coffee", "catalogue": {"size": 18, "seed": 7}}
        newcomer.http.post("/shops", json=facts).raise_for_status()
        newcomer.do("/install")
        Person(newcomer, self.programs.app_url).open("/")
        day.told += [
            "Harbour Lane Coffee asks to connect",
            f"Fjord & Sons invited: {acts.invite(self.owner, 'Fjord & Sons')}",
        ]
        return day.line()


def _known(store: Store, roaster: Roaster) -> list[dict[str, Any]]:
    return [
        variant
        for product in store.state()["products"]
        if product["title"] in roaster.coffees
        for variant in product["variants"]
    ]
