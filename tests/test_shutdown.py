"""SIGTERM: the process ends within what a platform allows, whatever it is doing, and what was cut short goes on."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from occhub import clock, leases
from occhub.database import write
from occhub.leases import Lease
from occhub.partners.models import Hub, Partner
from occhub.settings import Settings
from occhub.shopify import open_store
from occhub.shopify.shops import list_locations
from occhub.synclog import DONE, RUNNING, SyncLog
from tests.conftest import ROOT, SECRETS
from tests.orders.conftest import Floor, floor

__all__ = ["floor"]

pytestmark = pytest.mark.slow

ALLOWED = 3.0
PATIENCE = 60


@dataclass
class App:
    """The app as its own process, as `python -m occhub serve` starts it."""

    environment: dict[str, str]
    folder: Path
    url: str
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self) -> "subprocess.Popen[bytes]":
        with (self.folder / "log").open("ab") as log:
            command = [sys.executable, "-m", "occhub", "serve", "--host", "127.0.0.1"]
            process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT)
        self.running.append(process)
        self.until(lambda: self.answers() or process.poll() is not None)
        assert process.poll() is None, self.log()
        return process

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", trust_env=False, timeout=5).status_code in (200, 503)
        except httpx.TransportError:
            return False

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def until(self, holds: Callable[[], Any]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)

    def end(self, process: "subprocess.Popen[bytes]") -> float:
        """Send SIGTERM; answers how many seconds the process took to be gone."""
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)
        return time.monotonic() - began


@pytest.fixture
def app(floor: Floor, settings: Settings) -> Iterator[App]:
    """The app on the floor's database, its hub ready to be synced, its stand-in never more than slow."""
    (place,) = list_locations(open_store(floor.hub.shop))
    Hub.update(location_id=place.id, location_name=place.name, welcomed_at=clock.now()).execute()
    Partner.update(welcomed_at=clock.now()).execute()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        **SECRETS,
        "APP_ENV": "test",
        "SHOPIFY_GATEWAY_URL": floor.standin.url,
        "HUB_SHOP": floor.hub.shop,
        "TOKEN_KEY": settings.token_keys[0],
        "DATA_DIR": str(settings.data_dir),
        "PORT": str(port),
    }
    app = App(environment, settings.data_dir, f"http://127.0.0.1:{port}")
    yield app
    for process in app.running:
        if process.poll() is None:
            process.kill()
            process.wait()


def a_sync_is_under_way() -> bool:
    """Whether a worker holds the stock's lease and waits for Shopify."""
    running = SyncLog.select().where((SyncLog.kind == "stock") & (SyncLog.state == RUNNING)).exists()
    return bool(running) and leases.is_held("stock")


def test_an_idle_process_ends_at_once(app: App) -> None:
    process = app.start()
    assert app.end(process) < ALLOWED
    assert process.returncode in (0, -signal.SIGTERM)


def test_a_busy_process_ends_in_time_and_its_work_goes_on_after_a_restart(app: App, floor: Floor) -> None:
    floor.standin.control("POST", "/latency", {"milliseconds": 6000})
    process = app.start()
    app.until(a_sync_is_under_way)
    with socket.create_connection(("127.0.0.1", int(app.environment["PORT"]))) as visitor:
        # An open stream: a request whose body never ends.
        visitor.sendall(b"POST /webhooks HTTP/1.1\r\nHost: app\r\nContent-Length: 1000\r\n\r\nhalf")
        assert app.end(process) < ALLOWED, app.log()
    floor.standin.control("POST", "/latency", {"milliseconds": 0})
    assert SyncLog.select().where((SyncLog.kind == "stock") & (SyncLog.state == RUNNING)).exists(), "a promise"
    assert [lease.name for lease in Lease.select()] == [], "what it held is free at once"
    app.start()
    app.until(lambda: not SyncLog.select().where(SyncLog.state == RUNNING).exists())
    run = SyncLog.select().where(SyncLog.kind == "stock").order_by(SyncLog.id).first()
    assert (run.state, run.read) == (DONE, 6)
    assert app.end(app.running[-1]) < ALLOWED


def test_a_process_killed_at_its_work_leaves_it_to_the_next(app: App, floor: Floor) -> None:
    floor.standin.control("POST", "/latency", {"milliseconds": 6000})
    process = app.start()
    app.until(a_sync_is_under_way)
    process.kill()
    process.wait()
    floor.standin.control("POST", "/latency", {"milliseconds": 0})
    a_minute_passes()
    app.start()
    app.until(lambda: not SyncLog.select().where(SyncLog.state == RUNNING).exists())
    assert SyncLog.select().where(SyncLog.kind == "stock").order_by(SyncLog.id).first().state == DONE


def a_minute_passes() -> None:
    """The leases of a dead process end by themselves after a minute; tests need not sit it out."""
    with write():
        Lease.update(until=datetime.now(UTC) - timedelta(seconds=1)).execute()
