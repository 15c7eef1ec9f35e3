"""Change -> hub correct: partners' stock moves many times a second; when does the hub show it?"""

import base64
import hashlib
import hmac
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks.sync.stores import HUB, ROOT, SECRETS, Stores, wait_for

SAFETY = 2  # one, and one more by the pass in which every number was wrong
PROBES_PER_SECOND = 10
PATIENCE = 20.0
QUIET = 3.0


@dataclass
class Seen:
    """Seconds until each change was right on the hub, milliseconds until each probe was answered, CPU meanwhile."""

    delays: list[float] = field(default_factory=list)
    lost: int = 0
    answers: list[float] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=dict)  # of each program, seconds a second

    def quantile(self, values: list[float], share: float) -> float:
        """The value below which this share lies."""
        ordered = sorted(values)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def follow(stores: Stores, links: dict[str, list[dict[str, str]]], per_second: float, seconds: float) -> Seen:
    """Let the whole app run while stock moves."""
    with (stores.folder / "app.log").open("ab") as log:
        command = [sys.executable, "-m", "occhub", "serve", "--host", "127.0.0.1"]
        app = subprocess.Popen(command, cwd=ROOT, env=stores.environment(), stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{stores.app_port}"
        wait_for(httpx.Client(base_url=address, trust_env=False, timeout=5), "/healthz", app)
        _wait_until_quiet(stores)
        stores.control("POST", "/deliveries", {"paused": False})
        with _cpu_a_second({"app": app.pid, "stand-in": stores.pid}) as cpu:
            seen = _Watch(stores, links, address).run(per_second, seconds)
        seen.cpu = cpu
        return seen
    finally:
        app.terminate()
        app.wait(15)


@contextmanager
def _cpu_a_second(programs: dict[str, int]) -> Iterator[dict[str, float]]:
    """How much of a core each of these programs takes during the block."""
    before, started = {name: _cpu_seconds(pid) for name, pid in programs.items()}, time.monotonic()
    used: dict[str, float] = {}
    yield used
    seconds = time.monotonic() - started
    used.update((name, (_cpu_seconds(pid) - before[name]) / seconds) for name, pid in programs.items())


def _cpu_seconds(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _wait_until_quiet(stores: Stores) -> None:
    """At its start the app reads every range and compares everything; what is measured is the day after that."""
    database = sqlite3.connect(f"file:{stores.folder}/occhub.db?mode=ro", uri=True, timeout=10)
    quiet_since, deadline = time.monotonic(), time.monotonic() + 180
    while time.monotonic() < min(quiet_since + QUIET, deadline):
        time.sleep(0.25)
        ((busy,),) = database.execute("select count(*) from sync_log where state = 'running'").fetchall()
        ((held,),) = database.execute("select count(*) from lease").fetchall()
        if busy or held:
            quiet_since = time.monotonic()
    database.close()


class _Watch:
    def __init__(self, stores: Stores, links: dict[str, list[dict[str, str]]], address: str) -> None:
        self.stores = stores
        self.address = address
        self.goods = [(shop, pair) for shop, pairs in links.items() for pair in pairs]
        random.Random(5).shuffle(self.goods)
        self.expected: dict[str, tuple[int, float]] = {}
        self.lock = threading.Lock()
        self.seen = Seen()
        self.ended = threading.Event()

    def run(self, per_second: float, seconds: float) -> Seen:
        available = {
            row["variant"]: row["available"] for shop in self.stores.partners for row in self.stores.levels(shop)
        }
        threads = [threading.Thread(target=target, daemon=True) for target in (self._look, self._probe)]
        for thread in threads:
            thread.start()
        started = time.perf_counter()
        for number in range(int(per_second * seconds)):
            time.sleep(max(0.0, started + number / per_second - time.perf_counter()))
            shop, pair = self.goods[number % len(self.goods)]
            self._change(shop, pair, available)
        deadline = time.perf_counter() + PATIENCE
        while self.expected and time.perf_counter() < deadline:
            time.sleep(0.1)
        self.ended.set()
        for thread in threads:
            thread.join(5)
        self.seen.lost = len(self.expected)
        return self.seen

    def _change(self, shop: str, pair: dict[str, str], available: dict[str, int]) -> None:
        variant = pair["partner_variant_id"]
        step = random.choice((-3, -2, 2, 3, 4)) if available[variant] > 5 else 5
        path = f"/shops/{shop}/variants/{variant.rpartition('/')[2]}/restock"
        available[variant] += step
        with self.lock:
            self.expected[pair["hub_variant_id"]] = (max(0, available[variant] - SAFETY), time.perf_counter())
        self.stores.control("POST", path, {"quantity": step})

    def _look(self) -> None:
        http = httpx.Client(base_url=self.stores.url, trust_env=False, timeout=30)
        while not self.ended.wait(0.15):
            shown = {
                row["variant"]: row["available"] for row in http.get(f"/_control/shops/{HUB}/levels").json()["levels"]
            }
            now = time.perf_counter()
            with self.lock:
                for variant, (number, since) in list(self.expected.items()):
                    if shown[variant] == number:
                        self.seen.delays.append(now - since)
                        del self.expected[variant]

    def _probe(self) -> None:
        http = httpx.Client(base_url=self.address, trust_env=False, timeout=30)
        body = b'{"inventory_item_id":1,"location_id":1,"updated_at":"2026-11-01T00:00:00Z"}'
        digest = hmac.new(SECRETS["SHOPIFY_API_SECRET"].encode(), body, hashlib.sha256).digest()
        while not self.ended.wait(1 / PROBES_PER_SECOND):
            headers = {
                "Content-Type": "application/json",
                "X-Shopify-Topic": "inventory_levels/update",
                "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
                "X-Shopify-Shop-Domain": self.stores.partners[0],
                "X-Shopify-Webhook-Id": str(uuid.uuid4()),
                "X-Shopify-API-Version": "2026-10",
            }
            started = time.perf_counter()
            answer = http.post("/webhooks", content=body, headers=headers)
            answer.raise_for_status()
            self.seen.answers.append((time.perf_counter() - started) * 1000)


def median(values: list[float]) -> float:
    """The middle one."""
    return statistics.median(values) if values else float("nan")
