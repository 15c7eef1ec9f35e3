"""Change -> hub correct: partners' stock moves many times a second; when does the hub show it?"""

import os
import random
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks.sync.probing import probed
from benchmarks.sync.stores import HUB, ROOT, Stores, wait_for

SAFETY = 2  # one, and one more by the pass in which every number was wrong
PATIENCE = 20.0
QUIET = 3.0
LOOKED_AT = 500  # numbers at a time, those that wait longest


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
        with _cpu_a_second({"app": app.pid, "stand-in": stores.pid}) as cpu, probed(address, stores) as answers:
            seen = _Watch(stores, links).run(per_second, seconds)
        seen.cpu, seen.answers = cpu, answers
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
    def __init__(self, stores: Stores, links: dict[str, list[dict[str, str]]]) -> None:
        self.stores = stores
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
        looking = threading.Thread(target=self._look, daemon=True)
        looking.start()
        started = time.perf_counter()
        for number in range(int(per_second * seconds)):
            time.sleep(max(0.0, started + number / per_second - time.perf_counter()))
            shop, pair = self.goods[number % len(self.goods)]
            self._change(shop, pair, available)
        deadline = time.perf_counter() + PATIENCE
        while self.expected and time.perf_counter() < deadline:
            time.sleep(0.1)
        self.ended.set()
        looking.join(5)
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
            with self.lock:
                waiting = ",".join(variant.rpartition("/")[2] for variant in list(self.expected)[:LOOKED_AT])
            answer = http.get(f"/_control/shops/{HUB}/levels", params={"variants": waiting})
            now = time.perf_counter()
            with self.lock:
                for row in answer.json()["levels"]:
                    number, since = self.expected[row["variant"]]
                    if row["available"] == number:
                        self.seen.delays.append(now - since)
                        del self.expected[row["variant"]]


def median(values: list[float]) -> float:
    """The middle one."""
    return statistics.median(values) if values else float("nan")
