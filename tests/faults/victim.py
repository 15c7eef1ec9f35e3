"""Runs acts in processes that die or meet a trouble at a chosen step: each act in a fork of this one, a line a case.

A step is a write to our database or a request to Shopify, in the order in which the act comes to them, and its end. To
be killed before a step is to be killed after the one before. Everything is put in from outside; the product knows
nothing of it.
"""

import json
import os
import signal
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from peewee import DatabaseProxy

from occhub import clock, database, shopify
from occhub.catalog import applying, following, importing, publishing, withdrawing
from occhub.catalog.models import Import
from occhub.database import session
from occhub.orders import capturing, claiming, placing, planning, reconciling, tracking
from occhub.orders.models import MasterOrder
from occhub.partners.models import Hub, Partner
from occhub.settings import Settings
from occhub.shopify import open_store
from occhub.shopify.client import Store
from occhub.shopify.gateway import gateway
from occhub.shopify.operations import read_operation

KILL, TIMEOUT = "kill", "timeout"
# Real seconds: we wait for the first, the store answers after the second, and has done what was asked.
WE_WAIT, THE_STORE_TAKES = 0.25, 0.5
OURS, WALL = str(Path(database.__file__).parent), str(Path(shopify.__file__).parent)


def _capture() -> None:
    capturing.walk(open_store(Hub.get_hub().shop), as_of=clock.now())


def _claim() -> None:
    claiming.claim(Partner.select().order_by(Partner.id).first(), as_of=clock.now())


def _place() -> None:
    master = MasterOrder.select().order_by(MasterOrder.id.desc()).first()
    placing.place(master, as_of=clock.now())


def _track() -> None:
    tracking.track(Partner.select().order_by(Partner.id).first(), as_of=clock.now())


def _sweep() -> None:
    reconciling.sweep_strays(Partner.select().order_by(Partner.id).first(), clock.now() + timedelta(seconds=1))


def _import() -> None:
    for listing in importing.unfinished():
        importing.import_product(listing, as_of=clock.now())


def _publish() -> None:
    publishing.publish_stocked(as_of=clock.now())


def _follow() -> None:
    for partner in Partner.select():
        sold = Import.select().where(Import.partner == partner)
        following.look_again(partner.domain, [each.product_remote_id for each in sold], as_of=clock.now())
    for listing in applying.unapplied():
        applying.apply_changes(listing, as_of=clock.now())


def _withdraw() -> None:
    for listing in withdrawing.leaving():
        withdrawing.withdraw(listing, as_of=clock.now())


ACTS: dict[str, Callable[[], None]] = {
    "capture": _capture,
    "claim": _claim,
    "place": _place,
    "track": _track,
    "sweep": _sweep,
    "import": _import,
    "publish": _publish,
    "follow": _follow,
    "withdraw": _withdraw,
}


class Trap:
    """Counts the steps, tells each through a pipe before it is taken, and springs at the chosen one."""

    def __init__(self, tell: int, trouble: str, at: int, standin: str) -> None:
        self.tell, self.trouble, self.at, self.standin = tell, trouble, at, standin
        self.steps = 0

    def step(self, kind: str, name: str) -> bool:
        """Tell the step; answers whether this is the one in trouble."""
        here = self.steps == self.at
        if here and self.trouble == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        self.steps += 1
        os.write(self.tell, f"{kind} {name}\n".encode())
        return here

    def lay(self) -> None:
        """Stand in the way of every write and every request."""
        atomic, send = DatabaseProxy.atomic, Store._send

        @contextmanager
        def watched(database: DatabaseProxy) -> Iterator[None]:
            self.step("write", _ours())
            with atomic(database):
                yield

        def sent(store: Store, operation: Any, variables: Any, token: str) -> Any:
            if self.step("call", f"{operation.name} by {_ours()}") and self.trouble:
                with self._trouble(store.shop, operation.name, operation.is_mutation):
                    return send(store, operation, variables, token)
            return send(store, operation, variables, token)

        DatabaseProxy.atomic, Store._send = watched, sent

    @contextmanager
    def _trouble(self, shop: str, document: str, once: bool) -> Iterator[None]:
        name = read_operation(document).text.split("(")[0].split()[1]
        fault = {"kind": self.trouble, "shop": shop, "operation": name, "times": 1 if once else 3}
        if self.trouble == TIMEOUT:
            fault |= {"kind": "slow", "seconds": THE_STORE_TAKES, "times": 1}
            gateway().http.timeout = httpx.Timeout(WE_WAIT)
        _post(f"{self.standin}/_control/faults", fault)
        try:
            yield
        finally:
            gateway().http.timeout = httpx.Timeout(30.0)


def _ours() -> str:
    """The function of ours that is at work, such as "planning.plan"; not of the wall, nor a comprehension."""
    frame = sys._getframe(2)
    while (
        not frame.f_code.co_filename.startswith(OURS)
        or frame.f_code.co_filename.startswith(WALL)
        or frame.f_code.co_name == "write"
        or frame.f_code.co_name.startswith("<")
    ):
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}"


def _post(url: str, fault: dict[str, Any]) -> None:
    body = json.dumps(fault).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method="POST")
    urllib.request.urlopen(request, timeout=10).close()


def _live(case: dict[str, Any], tell: int) -> str:
    """One short life; answers what ended it, "" when the act was done."""
    clock.set_clock(case["clock"])
    planning.LINES = case["lines"]
    settings = Settings.read(case["environ"])
    database.open_database(settings.database_url)
    shopify.open_gateway(settings)
    with session():
        trap = Trap(tell, case["trouble"], case["at"], settings.gateway_url or "")
        trap.lay()
        try:
            ACTS[case["act"]]()
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        trap.step("end", case["act"])
    return ""


def main() -> None:
    """A case a line comes in as JSON, its outcome goes out as JSON."""
    for line in sys.stdin:
        case = json.loads(line)
        hear, tell = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(hear)
            error = _live(case, tell)
            os.write(tell, f"end {error}".encode())
            os._exit(0)
        os.close(tell)
        with os.fdopen(hear) as pipe:
            told = pipe.read().split("\n", maxsplit=10_000)
        _, status = os.waitpid(child, 0)
        ended = told[-1].startswith("end ")
        outcome = {
            "steps": [step for step in told[:-1] if step],
            "error": told[-1].removeprefix("end ") if ended else "",
            "killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL,
        }
        print(json.dumps(outcome), flush=True)


if __name__ == "__main__":
    main()
