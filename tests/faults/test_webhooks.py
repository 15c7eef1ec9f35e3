"""The whole app while its webhooks come doubled, late, out of order, or, one in five, not at all."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from occhub import clock
from occhub.catalog.models import LIVE, Import
from occhub.orders.models import PLACED, MasterOrder
from occhub.partners.models import Hub, Partner
from occhub.partners.subscribing import repair_subscriptions
from occhub.settings import Settings
from occhub.shopify import open_store
from tests import conftest
from tests.conftest import ROOT, SECRETS, Standin
from tests.faults.conftest import Stage

pytestmark = pytest.mark.slow

SPEED = 600
PATIENCE = 120  # real seconds


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def app_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def standin_process(app_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standin]:
    """A stand-in of our own, which knows where our app listens."""
    port, log = free_port(), tmp_path_factory.mktemp("standin") / "log"
    address = {"SHOPIFY_APP_URL": f"http://127.0.0.1:{app_port}"}
    command = [sys.executable, "-m", "standin", "--port", f"{port}", "--seed", "empty", "--app", "shopify.app.toml"]
    environ = {**os.environ, **SECRETS, **address, "CLOCK": "real", "HUB_SHOP": "seeded-hub.myshopify.com"}
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT)
    standin = Standin(f"http://127.0.0.1:{port}")
    try:
        conftest._wait(standin, process, log)
        yield standin
    finally:
        standin.http.close()
        process.terminate()
        process.wait(10)


@pytest.fixture
def settings(settings: Settings, app_port: int) -> Settings:
    return replace(settings, app_url=f"http://127.0.0.1:{app_port}")


@pytest.fixture
def app(stage: Stage, app_port: int, tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The app as it is served, its clock as fast as the stand-in's."""
    stage.speed = SPEED
    stage.pass_time(timedelta())
    where = {"SHOPIFY_APP_URL": f"http://127.0.0.1:{app_port}", "PORT": f"{app_port}", "CLOCK": stage.spec}
    with (tmp_path / "app.log").open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "occhub", "serve", "--host", "127.0.0.1"],
            cwd=ROOT,
            env={**os.environ, **stage.environ, **where},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    yield process
    process.terminate()
    process.wait(20)


def test_doubled_late_shuffled_and_lost_webhooks_change_nothing(stage: Stage, app: "subprocess.Popen[bytes]") -> None:
    floor = stage.floor
    stage.restock()
    repair_subscriptions(open_store(floor.hub.shop), hub=True)
    trouble = {"duplicate": 1, "delay": 1, "shuffle": True, "drop_every": 5, "paused": False}
    floor.standin.control("POST", "/deliveries", trouble)
    soon = clock.now().astimezone(Hub.get_hub().timezone) + timedelta(hours=4)
    Partner.update(cutoff_hour=soon.hour).execute()
    Import.update(state=LIVE).execute()

    for number in range(30):
        order = floor.buy((floor.coffee, 1 + number % 3), (floor.others_coffee, 1))
        if number % 7 == 3:
            floor.happen(order, "cancel")
        if number % 7 == 5:
            floor.refund(order, 1)
    placed = _wait_for_placing(app)
    sent = floor.standin.control("GET", "/deliveries")["deliveries"]

    assert placed == {floor.partner.id, floor.other.id}
    assert stage.troubles() == []
    assert {delivery["status"] for delivery in sent} >= {"delivered", "dropped"}
    assert all(len(orders) == 1 for orders in _orders(stage).values())


def _wait_for_placing(app: "subprocess.Popen[bytes]") -> set[int]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert app.poll() is None, "the app has ended"
        masters = list(MasterOrder.select())
        placed = {master.partner_id for master in masters if master.state == PLACED}
        if len(placed) == 2:
            return placed
        time.sleep(0.5)
    pytest.fail(f"not placed: {[(master.state, master.failure) for master in MasterOrder.select()]}")


def _orders(stage: Stage) -> dict[int, list[object]]:
    found = {}
    for partner in (stage.floor.partner, stage.floor.other):
        state = stage.floor.standin.state(partner.domain)["orders"]
        found[partner.id] = list(state.values() if isinstance(state, dict) else state)
    return found
