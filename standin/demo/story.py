"""The whole story from nothing, step by step; each step checks what the stores themselves say happened."""

import re
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import httpx

from standin.demo import acts
from standin.demo.acts import ADDRESS, orders_of_ours, units_of
from standin.demo.people import Person, Store, soon
from standin.demo.programs import HUB, Programs

ROASTER = "milk-road-coffee.myshopify.com"
# Ten minutes a second. The story begins at noon on a Thursday in New York; the week's order closes at 18:00.
CLOCK = "2026-11-19T17:00:00Z@600"
SKU, OTHER_SKU = "MILK-DEMEKA-12OZ-WH", "MILK-DEMEKA-12OZ-FI"

T = TypeVar("T")
Step = Callable[["Story"], str]
STEPS: list[tuple[str, Step]] = []


def step(sentence: str) -> Callable[[Step], Step]:
    """The next step of the story; it answers its figures."""

    def keep(act: Step) -> Step:
        STEPS.append((sentence, act))
        return act

    return keep


class Story:
    """The stage: both programs, both stores, and the people in them."""

    def __init__(self, programs: Programs) -> None:
        self.programs = programs
        self.control = httpx.Client(base_url=f"{programs.standin_url}/_control", trust_env=False, timeout=30)
        self.hub = Store(programs.standin_url, HUB)
        self.roaster = Store(programs.standin_url, ROASTER)
        self.owner = Person(self.hub, programs.app_url)
        self.barista = Person(self.roaster, programs.app_url)
        self.invitation = ""
        self.first_order = 0

    def hub_stock(self, sku: str) -> int:
        """What customers can buy on the hub of the roaster's SKU."""
        return self.hub.stock()[f"PARTNER-milk-road-coffee-{sku}"]

    def line(self, sku: str, quantity: int) -> dict[str, object]:
        """A line of a customer's cart."""
        return {"sku": f"PARTNER-milk-road-coffee-{sku}", "quantity": quantity}


@step("The owner opens the app in the hub's admin and allows what it asks for")
def install_on_hub(story: Story) -> str:
    acts.allow(story.owner)
    assert "Set up your hub" in story.owner.read("/")
    topics = soon("the hub's webhooks", lambda: _of_length(7, story.hub.state()["subscriptions"]))
    return f"{len(topics)} webhook topics"


@step("He says where stock is kept and where partners ship to")
def settle(story: Story) -> str:
    acts.settle(story.owner)
    assert "Done Say where partners ship to" in story.owner.read("/")
    return f"{ADDRESS['company']}, {ADDRESS['city']}"


@step("He invites Milk Road Coffee; the link explains itself")
def invite(story: Story) -> str:
    story.invitation = acts.invite(story.owner, "Milk Road Coffee")
    page = httpx.get(story.invitation, trust_env=False)
    assert "would like to sell your coffee" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    return f"a code of {len(story.invitation.rpartition('/')[2])} letters"


@step("The roaster installs the app, shows the code and is connected")
def connect(story: Story) -> str:
    story.roaster.do("/install")
    assert "asks to connect" in story.barista.open("/")
    assert story.roaster.state()["tokens"]["live"] == 0, "a token was taken before the invitation"
    acts.connect(story.barista, story.invitation)
    topics = soon("the roaster's webhooks", lambda: _of_length(5, story.roaster.state()["subscriptions"]))
    return f"{len(topics)} webhook topics"


@step("The owner agrees on terms: 30 % off, 25 % markup, up to .95, weekly on Thursday at 18:00")
def agree(story: Story) -> str:
    acts.agree(story.owner, acts.page_of(story.owner, "Milk Road Coffee"))
    return "terms saved"


@step("He browses the range and imports two coffees")
def bring_in(story: Story) -> str:
    wanted = acts.bring_in(story.owner, acts.page_of(story.owner, "Milk Road Coffee"), "Demeka Becha", "Gatomboya")
    for path in wanted:
        story.owner.post(path)  # a double click
    products = soon("both on sale", lambda: _of_length(2, acts.on_sale(story.hub)))
    assert len(story.hub.state()["products"]) == 2, "a double click made a second product"
    prices = sorted({variant["price"] for product in products for variant in product["variants"]})
    return f"{sum(len(p['variants']) for p in products)} variants, {prices[0]} to {prices[-1]}"


@step("The hub's stock is the roaster's less the safety stock, for every variant")
def mirror(story: Story) -> str:
    theirs = story.roaster.stock()
    ours = {sku.removeprefix("PARTNER-milk-road-coffee-"): units for sku, units in story.hub.stock().items()}
    wrong = {sku: (theirs[sku], units) for sku, units in ours.items() if units != max(0, theirs[sku] - 1)}
    assert not wrong, f"wrong numbers: {wrong}"
    return f"{len(ours)} numbers right"


@step("The roaster sells 5 in his own shop: the hub follows")
def sell_there(story: Story) -> str:
    before, started = story.hub_stock(SKU), time.monotonic()
    story.roaster.do(f"/variants/{story.roaster.variant(SKU)['id']}/sell", quantity=5)
    soon("the hub follows", lambda: story.hub_stock(SKU) == before - 5)
    return f"{before} -> {before - 5} in {time.monotonic() - started:.1f} s"


@step("A customer buys 3 and 2 on the hub: captured, pending")
def buy(story: Story) -> str:
    order = story.hub.do("/orders", lines=[story.line(SKU, 3), story.line(OTHER_SKU, 2)])
    story.first_order = order["id"]
    soon("captured", lambda: order["name"] in story.owner.read("/orders"))
    return f"{order['name']}, 5 bags"


@step("The roaster holds them on one draft order, at the agreed cost; hub stock stays right")
def hold(story: Story) -> str:
    draft = soon("the draft", lambda: next((d for d in story.roaster.state()["drafts"] if units_of(d) == 5), None))
    soon("held", lambda: sum(level["reserved"] for level in story.roaster.variant(SKU)["stock"].values()) == 3)
    retail = float(story.roaster.variant(SKU)["price"])
    unit = float(next(line for line in draft["lines"] if line["quantity"] == 3)["unit_price"])
    assert abs(unit - retail * 0.7) < 0.006, f"cost {unit} is not 70 % of {retail}"
    available = story.roaster.stock()[SKU]
    soon("hub stock", lambda: story.hub_stock(SKU) == available - 1)
    return f"{draft['name']}: 5 bags held at {unit:.2f}, hub shows {available - 1}"


@step("Another customer buys 4, the first returns 1, Shopify sends everything twice: the draft follows")
def change(story: Story) -> str:
    story.control.post("/deliveries", json={"duplicate": 1, "shuffle": True})
    story.hub.do("/orders", lines=[story.line(SKU, 4)])
    first = next(order for order in story.hub.state()["orders"] if order["id"] == story.first_order)
    line = next(line for line in first["lines"] if line["quantity"] == 3)
    story.hub.do(f"/orders/{first['id']}/refund", lines=[{"line_id": line["id"], "quantity": 1}], restock_type="CANCEL")
    soon("the draft follows", lambda: [units_of(d) for d in story.roaster.state()["drafts"]] == [8])
    available = story.roaster.stock()[SKU]
    soon("hub stock", lambda: story.hub_stock(SKU) == available - 1)
    return "5 + 4 - 1 = 8 bags on one draft"


@step("At the cutoff it becomes one order, to be paid, shipped to the hub")
def place(story: Story) -> str:
    orders = soon("placed", lambda: orders_of_ours(story.roaster), 45)
    assert len(orders) == 1, f"{len(orders)} orders were placed"
    order = orders[0]
    assert units_of(order) == 8, f"{units_of(order)} bags on the order"
    assert order["financial_status"] == "PENDING"
    assert order["shipping_address"]["company"] == ADDRESS["company"]
    soon("the page says so", lambda: order["name"] in story.owner.read("/orders"))
    return f"{order['name']}, 8 bags, total {order['totals']['total']}"


@step("The run is in the log, and nothing was placed twice")
def logged(story: Story) -> str:
    soon("the log says so", lambda: "Order placed" in story.owner.read("/activity"))
    assert len(orders_of_ours(story.roaster)) == 1
    states = [draft["status"] for draft in story.roaster.state()["drafts"]]
    assert states == ["COMPLETED"], f"drafts: {states}"
    return f"1 order, drafts {', '.join(states)}"


@step("The roaster ships with a tracking number; the owner sees it")
def ship(story: Story) -> str:
    order = orders_of_ours(story.roaster)[0]
    tracking = {"company": "Canada Post", "number": "CP123456789CA", "url": "https://track.example/CP123456789CA"}
    story.roaster.do(f"/orders/{order['id']}/fulfil", tracking=tracking)
    window = re.search(r'href="(/windows/\d+)"', story.owner.fetch("/windows").text)
    assert window, "the order has no page"
    soon("tracking", lambda: "CP123456789CA" in story.owner.read(window.group(1)))
    return "CP123456789CA"


@step("No customer's name, address or e-mail is in the app's database or logs, and no token or secret in the logs")
def private(story: Story) -> str:
    folder = story.programs.folder
    files = [path for path in (folder / "data").iterdir() if path.is_file()]
    personal = _customers(story)
    for path in (*files, folder / "app.log"):
        content = path.read_bytes()
        found = [word for word in personal if word.encode() in content]
        assert not found, f"{path.name} holds {found}"
    log = (folder / "app.log").read_text()
    assert not re.search(r"eyJ[\w-]+\.[\w-]+\.|shp[a-z]{2}_|id_token=(?!\[redacted)", log), "a token is in the log"
    kept_secret = (*story.programs.secrets, story.invitation.rpartition("/")[2])
    assert not any(secret in log for secret in kept_secret), "a secret is in the log"
    return f"{len(personal)} words looked for in {len(files) + 1} files, {len(kept_secret)} secrets in the log"


@step("The roaster uninstalls: his goods go out of stock at once")
def leave(story: Story) -> str:
    story.roaster.do("/uninstall")
    soon("out of stock", lambda: not any(story.hub.stock().values()))
    soon("the list says so", lambda: "Disconnected" in story.owner.read("/partners"))
    return f"{len(story.hub.stock())} numbers at 0"


@step("The stand-in has no broken rule to report")
def report(story: Story) -> str:
    found = story.control.get("/report").json()
    assert not found["violations"], f"rules broken: {found['violations'][:3]}"
    return f"0 violations, {len(found['unmodelled'])} unmodelled fields"


def play() -> int:
    """Play every step on fresh programs; answers how many failed, 0 for a story that holds."""
    with tempfile.TemporaryDirectory(prefix="occhub-story-") as folder:
        start, _, speed = CLOCK.partition("@")
        anchor = datetime.now(UTC).isoformat()
        programs = Programs(Path(folder), clock=f"{start}@{speed}@{anchor}", seed="demo")
        began = time.monotonic()
        try:
            programs.start_standin()
            programs.start_app()
            held = _play(Story(programs))
        finally:
            programs.stop()
        print(f"story: {held} of {len(STEPS)} steps ({time.monotonic() - began:.0f} s)")
        if held < len(STEPS):
            print("\nthe app's log ends:\n" + programs.log("app")[-6000:])
        return len(STEPS) - held


def _play(story: Story) -> int:
    for number, (sentence, act) in enumerate(STEPS, 1):
        began = time.monotonic()
        try:
            figures = act(story)
        except AssertionError as error:
            print(f"{number:2} FAILED {sentence}\n   {error}")
            return number - 1
        print(f"{number:2} {sentence}: {figures} ({time.monotonic() - began:.1f} s)", flush=True)
    return len(STEPS)


def _customers(story: Story) -> list[str]:
    """Everything by which a customer of the hub could be known."""
    words: set[str] = set()
    for order in story.hub.state()["orders"]:
        address = order["shipping_address"] or {}
        words |= {str(address.get(name) or "") for name in ("first_name", "last_name", "address1", "phone")}
        words |= {str(order["email"] or ""), str(order["phone"] or "")}
    words.discard("")
    assert len(words) > 3, "the hub's customers have no names to look for"
    return sorted(words)


def _of_length(count: int, things: list[T]) -> list[T] | None:
    return things if len(things) == count else None
