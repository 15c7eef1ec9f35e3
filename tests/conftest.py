"""What most tests stand on: settings, a fresh database, and a stand-in that plays Shopify over HTTP."""

import itertools
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from cryptography.fernet import Fernet

from occhub import clock, shopify
from occhub.database import migrate, open_database, session
from occhub.settings import Settings
from occhub.shopify import tokens
from occhub.shopify.scopes import HUB_SCOPES_OPTIONAL
from tests.postgres import programs, running_server

ROOT = Path(__file__).parent.parent
SECRETS = {
    "SHOPIFY_API_KEY": "00000000000000000000000000000001",
    "SHOPIFY_API_SECRET": "a secret of the tests, long enough for HS256",
    "SHOPIFY_APP_URL": "http://127.0.0.1:8999",
}
_numbers = itertools.count(1)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "expects_violations: breaks Shopify's rules on purpose")


class Standin:
    """A hand on the stand-in: opens stores, plays customers and merchants, breaks things, reads the stores' state."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, trust_env=False, timeout=30)

    def control(self, method: str, path: str, json: dict[str, Any] | None = None) -> Any:
        """Ask the control API, e.g. `control("POST", "/faults", {"kind": "error_500"})`; a refusal fails the test."""
        answer = self.http.request(method, f"/_control{path}", json=json)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def open_shop(self, domain: str | None = None, **facts: Any) -> str:
        """A new store, e.g. with `catalogue={"size": 5, "seed": 1}`; answers its domain."""
        domain = domain or f"roaster-{next(_numbers)}-{os.getpid()}.myshopify.com"
        # One name for all: a catalogue depends on it, and a test should meet the same goods each time.
        self.control("POST", "/shops", {"domain": domain, "name": "Kettle & Crow", **facts})
        return domain

    def install(self, shop: str, *scopes: str) -> str:
        """Let the app into the store, with these optional scopes, and answer an ID token of its owner."""
        self.control("POST", f"/shops/{shop}/install", {"scopes": list(scopes)})
        return str(self.control("GET", f"/shops/{shop}/id_token")["id_token"])

    def state(self, shop: str) -> Any:
        """Everything the store holds."""
        return self.control("GET", f"/shops/{shop}")

    def break_down(self, kind: str, **fault: Any) -> None:
        """The next request meets this fault."""
        self.control("POST", "/faults", {"kind": kind, **fault})

    def settle(self) -> dict[str, Any]:
        """Put every trouble away; answers the report so far and clears it."""
        report: dict[str, Any] = self.control("GET", "/report")
        self.control("DELETE", "/report")
        self.control("DELETE", "/faults")
        self.control("POST", "/latency", {"milliseconds": 0})
        self.control("POST", "/rules", {"nodes_per_id": False, "index_lag_seconds": 5, "draft_ready_seconds": 0})
        self.control("POST", "/clock", {"spec": "real"})
        return report


@dataclass(frozen=True)
class Cast:
    """Who plays: the hub and the partners, installed and with tokens."""

    hub: str
    partner: str
    other_partner: str


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium, or Playwright's own where there is none; one for all, as Playwright allows no second."""
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        yield browser
        browser.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of one test: its own data directory, its own hub, no gateway."""
    return Settings.read(
        {
            **SECRETS,
            "APP_ENV": "test",
            "HUB_SHOP": f"hub-{next(_numbers)}-{os.getpid()}.myshopify.com",
            "TOKEN_KEY": Fernet.generate_key().decode(),
            "DATA_DIR": str(tmp_path),
        }
    )


@pytest.fixture(autouse=True)
def real_time() -> Iterator[None]:
    """Whatever a test did to the clock ends with it."""
    yield
    clock.set_clock(clock.REAL)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with every table, made once."""
    path = tmp_path_factory.mktemp("database") / "occhub.db"
    opened = open_database(f"cysqlite:///{path}")
    with session():
        migrate()
        opened.execute_sql("pragma wal_checkpoint(truncate)")
    opened.close_all()
    return path


@pytest.fixture
def database(settings: Settings, empty_database: Path) -> Iterator[None]:
    """A fresh database with every table; this thread's session is open for the whole test."""
    shutil.copy(empty_database, settings.data_dir / "occhub.db")
    opened = open_database(settings.database_url)
    with session():
        yield
    opened.close_all()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server whose database `empty` has every table; `{name}` in the URL is open."""
    if programs() is None:
        pytest.skip("no PostgreSQL on this machine")
    with running_server() as url:
        _sql(url, "create database empty")
        opened = open_database(url.format(name="empty"))
        migrate()
        opened.close_all()
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either_database(request: pytest.FixtureRequest, settings: Settings) -> Iterator[str]:
    """The URL of a fresh database, of each kind in turn; this thread's session is open for the whole test."""
    if request.param == "sqlite":
        url = settings.database_url
        shutil.copy(request.getfixturevalue("empty_database"), settings.data_dir / "occhub.db")
    else:
        server, name = request.getfixturevalue("postgres_url"), f"test_{next(_numbers)}"
        _sql(server, f"create database {name} template empty")
        url = server.format(name=name)
    opened = open_database(url)
    with session():
        yield url
    opened.close_all()


def _sql(server: str, statement: str) -> None:
    with psycopg.connect(server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(scope="session")
def standin_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standin]:
    """One stand-in for the whole run; each test opens its own stores in it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("standin") / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "standin", "--port", str(port), "--seed", "empty", "--app", "shopify.app.toml"],
            cwd=ROOT,
            env={**os.environ, **SECRETS, "CLOCK": "real", "HUB_SHOP": "seeded-hub.myshopify.com"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    standin = Standin(f"http://127.0.0.1:{port}")
    try:
        _wait(standin, process, log)
        # Nobody listens at SHOPIFY_APP_URL; a test that wants webhooks delivered starts the app itself.
        standin.control("POST", "/deliveries", {"paused": True})
        yield standin
    finally:
        standin.http.close()
        process.terminate()
        process.wait(10)


def _wait(standin: Standin, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if standin.http.get("/_control/health").is_success:
                return
        except httpx.TransportError:
            pass
        assert process.poll() is None, f"the stand-in did not start:\n{log.read_text()}"
        time.sleep(0.05)
    pytest.fail(f"the stand-in does not answer:\n{log.read_text()}")


@pytest.fixture
def standin(standin_process: Standin, request: pytest.FixtureRequest) -> Iterator[Standin]:
    """The stand-in, without troubles; the test fails when the app has broken one of Shopify's rules."""
    standin_process.settle()
    yield standin_process
    report = standin_process.settle()
    if "expects_violations" not in request.keywords:
        assert report == {"violations": [], "unmodelled": []}


@pytest.fixture
def gateway(settings: Settings, standin: Standin) -> Iterator[None]:
    """The wall open towards the stand-in."""
    shopify.open_gateway(Settings(**{**vars(settings), "gateway_url": standin.url}))
    yield
    shopify.close_gateway()


@pytest.fixture
def cast(settings: Settings, standin: Standin, gateway: None, database: None) -> Cast:
    """The hub without goods and two partners with a few, all three installed and with tokens."""
    return open_stores(standin, settings)


def open_stores(standin: Standin, settings: Settings) -> Cast:
    """The stores of the cast, within an open session and gateway."""
    hub = standin.open_shop(settings.hub_shop)
    partner = standin.open_shop(catalogue={"size": 6, "seed": 1})
    other = standin.open_shop(catalogue={"size": 6, "seed": 2})
    tokens.exchange(hub, standin.install(hub, *HUB_SCOPES_OPTIONAL), clock.now())
    for shop in (partner, other):
        tokens.exchange(shop, standin.install(shop), clock.now())
    return Cast(hub, partner, other)
