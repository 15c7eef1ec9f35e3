"""A shop floor whose time can pass, and the processes that die on it."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from occhub import clock, queue, schedule
from occhub.catalog.models import ProductMapping
from occhub.database import rows
from occhub.inventory import running
from occhub.leases import Lease
from occhub.orders import planning, reconciling, tasks
from occhub.orders.models import UNPLACED, Allocation, MasterOrder, PartnerOrderLine
from occhub.orders.statuses import placed_units
from occhub.partners.models import Hub, Partner
from occhub.settings import Settings
from occhub.shopify import tokens
from tests.conftest import ROOT, SECRETS
from tests.orders.conftest import Floor, floor

__all__ = ["floor"]

# The clocks of all programs run so much faster, that pauses between tries are short.
SPEED = 20


@dataclass
class Outcome:
    """How a short life went: the steps it told, what ended it, whether it was killed."""

    steps: list[str]
    error: str
    killed: bool


@dataclass
class Ledger:
    """What was tried: by scene and step, the troubles it has met."""

    tried: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def add(self, scene: str, step: str, trouble: str) -> None:
        """This trouble was met at this step, and all was right afterwards."""
        self.tried[scene, step, trouble] += 1


_ledger = Ledger()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not _ledger.tried:
        return
    terminalreporter.section("steps x faults")
    for scene in dict.fromkeys(scene for scene, _, _ in _ledger.tried):
        mine = {(step, trouble): n for (name, step, trouble), n in _ledger.tried.items() if name == scene}
        steps = Counter(step for step, _ in mine)
        counts = Counter[str]()
        for (_, trouble), times in mine.items():
            counts[trouble] += times
        figures = ", ".join(f"{trouble} {times}" for trouble, times in sorted(counts.items()))
        terminalreporter.line(f"{scene}: {len(steps)} steps; {figures}")
        for step in steps if terminalreporter.verbosity > 0 else ():
            met = [f"{trouble} {mine[step, trouble]}" for name, trouble in mine if name == step]
            terminalreporter.line(f"    {step}: {', '.join(met)}")
    terminalreporter.line(f"in all {sum(_ledger.tried.values())} cases")


class Stage:
    """The floor, with time that passes for all programs at once, and truth told by the stores alone."""

    def __init__(
        self, floor: Floor, settings: Settings, process: "subprocess.Popen[str]", patch: pytest.MonkeyPatch
    ) -> None:
        self.floor, self.process, self.patch = floor, process, patch
        self.environ = {
            **SECRETS,
            "APP_ENV": "test",
            "HUB_SHOP": settings.hub_shop,
            "TOKEN_KEY": settings.token_keys[0],
            "DATA_DIR": str(settings.data_dir),
            "SHOPIFY_GATEWAY_URL": floor.standin.url,
        }
        self.spec, self.speed = "", SPEED
        self.pass_time(timedelta())

    def live(self, act: str, trouble: str = "", at: int = -1) -> Outcome:
        """Let the act run in a process of its own, with this trouble at its step number `at`; answers how it went."""
        self.start(act, trouble, at)
        return self.hear()

    def start(self, act: str, trouble: str = "", at: int = -1) -> None:
        """Let the act begin."""
        case = {"act": act, "trouble": trouble, "at": at, "clock": self.spec, "environ": self.environ}
        case["lines"] = planning.LINES
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(case) + "\n")
        self.process.stdin.flush()

    def hear(self) -> Outcome:
        """Wait until the act has ended."""
        assert self.process.stdout is not None
        return Outcome(**json.loads(self.process.stdout.readline()))

    def steps(self, act: str, prepare: "Callable[[Stage], None]") -> list[str]:
        """The steps of the act on the floor so prepared."""
        self.restock()
        self.recover()
        prepare(self)
        told = self.live(act).steps
        self.recover()
        assert self.troubles() == []
        return told

    def pass_time(self, span: timedelta, *, warm: bool = True) -> None:
        """So much time passes, for us and for Shopify; what dead processes had taken is free again.

        `warm`: tokens have been renewed meanwhile.
        """
        start = clock.now() + span
        self.spec = f"{start.isoformat()}@{self.speed}@{datetime.now(UTC).isoformat()}"
        self.floor.standin.control("POST", "/clock", {"spec": self.spec})
        clock.set_clock(self.spec)
        Lease.update(until=datetime.now(UTC) - timedelta(seconds=1)).execute()
        for shop in (self.floor.hub.shop, self.floor.partner.domain, self.floor.other.domain) if warm else ():
            tokens.access_token(shop, clock.now())

    def until_cutoff(self) -> None:
        """Time passes until the newest window is due."""
        self.pass_time(self.floor.window().cutoff_at - clock.now() + timedelta(minutes=1), warm=False)

    def tick(self) -> None:
        """What the clock starts in the orders room."""
        for work in (tasks.walk, tasks.claim_due, tasks.place_due):
            work()

    def recover(self) -> None:
        """Days pass, and the clock does its work, until nothing is left to do."""
        self.floor.standin.control("DELETE", "/faults")
        self.pass_time(timedelta(minutes=31))
        tasks.track_all()
        for _ in range(8):
            self.tick()
            tasks.claim_due()
            unplaced = MasterOrder.select().where(MasterOrder.state.in_(UNPLACED)).order_by(MasterOrder.cutoff_at)
            master = unplaced.first()
            if master is None:
                break
            self.pass_time(max(timedelta(minutes=31), master.cutoff_at - clock.now() + timedelta(minutes=1)))
        tasks.sweep()
        # A sweep that could not be done is done by the next, a quarter of an hour later; here it would say why not.
        for partner in Partner.select():
            reconciling.sweep_strays(partner, clock.now())

    def most_lines(self, lines: int) -> None:
        """No draft takes more lines than these, for us and for the processes that die."""
        self.patch.setattr(planning, "LINES", lines)

    def compare_stock(self) -> None:
        """A whole pass over stock."""
        running.carry_out(running.start_run("person", as_of=clock.now()))

    def restock(self) -> None:
        """Both sides have plenty again."""
        for mapping in (self.floor.coffee, self.floor.second_coffee, self.floor.others_coffee):
            for shop, variant in (
                (self.floor.hub.shop, mapping.hub_variant_id),
                (mapping.partner.shop, mapping.partner_variant_id),
            ):
                number = variant.rpartition("/")[2]
                self.floor.standin.control("POST", f"/shops/{shop}/variants/{number}/restock", {"quantity": 300})

    def troubles(self) -> list[str]:
        """What is wrong with the promise of once, told by the partners' stores; empty when all is right."""
        return [trouble for partner in Partner.select() for trouble in self._troubles_of(partner)]

    def _troubles_of(self, partner: Partner) -> list[str]:
        state, found = self.floor.standin.state(partner.domain), []
        if drafts := [draft["name"] for draft in _values(state["drafts"]) if draft["status"] != "COMPLETED"]:
            found.append(f"{partner.name}: drafts are left: {drafts}")
        ordered: dict[str, int] = {}
        for order in _values(state["orders"]):
            for line in order["lines"] if not order["cancelled_at"] else ():
                variant = f"gid://shopify/ProductVariant/{line['variant_id']}"
                ordered[variant] = ordered.get(variant, 0) + line["current_quantity"]
        for mapping in ProductMapping.select().where(ProductMapping.partner == partner):
            lines = (PartnerOrderLine.mapping == mapping) & (PartnerOrderLine.failure == "")
            wanted = {line.id: line.wanted for line in PartnerOrderLine.select().where(lines) if line.wanted}
            there = ordered.get(mapping.partner_variant_id, 0)
            if sum(wanted.values()) != there:
                found.append(f"{mapping.title}: {sum(wanted.values())} wanted, {there} on orders")
            traced = {
                line: int(units) for line, units in rows(placed_units().where(Allocation.order_line << list(wanted)))
            }
            if traced != wanted:
                found.append(f"{mapping.title}: wanted {wanted}, traced to orders {traced}")
        return found

    def stock_troubles(self) -> list[str]:
        """What is wrong with the hub's numbers, told by the stores alone: nothing sold may be for sale again (R5)."""
        self.compare_stock()
        on_hub = self._available(self.floor.hub.shop)
        found = []
        for partner in Partner.select():
            theirs = self._available(partner.domain)
            for mapping in ProductMapping.select().where(ProductMapping.partner == partner):
                if mapping.partner_variant_id in theirs:
                    right = max(0, theirs[mapping.partner_variant_id] - self._owed(mapping) - partner.safety_stock)
                    if on_hub[mapping.hub_variant_id] != right:
                        found.append(
                            f"{mapping.title}: {on_hub[mapping.hub_variant_id]} for sale, {right} would be right"
                        )
        return found

    def _available(self, shop: str) -> dict[str, int]:
        products = _values(self.floor.standin.state(shop)["products"])
        return {
            variant["gid"]: sum(level["available"] for level in variant["stock"].values())
            for product in products
            for variant in product["variants"]
        }

    def _owed(self, mapping: ProductMapping) -> int:
        """Sold on the hub, but on no order or draft of the partner's, told by both stores."""
        hub_orders = _values(self.floor.standin.state(self.floor.hub.shop)["orders"])
        theirs = self.floor.standin.state(mapping.partner.domain)
        drafts = [draft for draft in _values(theirs["drafts"]) if draft["status"] != "COMPLETED"]
        sold = _units(hub_orders, mapping.hub_variant_id)
        sold -= _units(_values(theirs["orders"]), mapping.partner_variant_id)
        sold -= _units(drafts, mapping.partner_variant_id)
        return max(0, sold)


def _units(orders: list[dict[str, Any]], variant: str) -> int:
    return sum(
        line.get("current_quantity", line["quantity"])
        for order in orders
        for line in (() if order.get("cancelled_at") else order["lines"])
        if variant.endswith(f"/{line['variant_id']}")
    )


@pytest.fixture(scope="session")
def victims() -> Iterator["subprocess.Popen[str]"]:
    """The process whose forks do the dying."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.victim"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    assert process.stdin
    process.stdin.close()
    process.wait(10)


@pytest.fixture
def ledger() -> Ledger:
    return _ledger


@pytest.fixture
def stage(floor: Floor, settings: Settings, victims: "subprocess.Popen[str]", monkeypatch: pytest.MonkeyPatch) -> Stage:
    queue.open_queue("memory:", schedule.NUDGES, schedule.tick)
    location = _values(floor.standin.state(floor.hub.shop)["locations"])[0]["gid"]
    Hub.update(location_id=location).execute()
    Partner.update(cadence="daily").execute()
    return Stage(floor, settings, victims, monkeypatch)


def _values(things: Any) -> list[Any]:
    return list(things.values()) if isinstance(things, dict) else list(things)
