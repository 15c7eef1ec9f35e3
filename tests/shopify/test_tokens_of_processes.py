"""One pair of tokens, several processes: one of them renews it, and one that dies with it in hand loses nothing."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest

from occhub import clock
from occhub.leases import Lease
from occhub.settings import Settings
from occhub.shopify import open_store, shops, tokens
from tests.conftest import ROOT, SECRETS, Standin

# Opens what a worker opens, says so, waits for the word, and prints the token it was given.
WORKER = """
import os, sys
from occhub import clock, database, shopify
from occhub.settings import Settings
from occhub.shopify import tokens
clock.set_clock(os.environ["MOVED"])
settings = Settings.read(os.environ)
database.open_database(settings.database_url)
shopify.open_gateway(settings)
if os.environ.get("DIES"):
    tokens._keep = lambda *_: os.kill(os.getpid(), 9)
print("ready", flush=True)
sys.stdin.readline()
print(tokens.access_token(os.environ["SHOP"], clock.now()), flush=True)
"""


class Office:
    """A store whose token is about to end, and the means to start workers that will want it."""

    def __init__(self, shop: str, settings: Settings, standin: Standin) -> None:
        self.shop, self.standin = shop, standin
        self.moved = f"{(clock.now() + timedelta(minutes=58)).isoformat()}@1"
        standin.control("POST", "/clock", {"spec": self.moved})
        clock.set_clock(self.moved)
        self.environment = {
            **os.environ,
            **SECRETS,
            "APP_ENV": "test",
            "HUB_SHOP": settings.hub_shop,
            "TOKEN_KEY": ",".join(settings.token_keys),
            "DATA_DIR": str(settings.data_dir),
            "SHOPIFY_GATEWAY_URL": standin.url,
            "SHOP": shop,
            "MOVED": self.moved,
        }

    def worker(self, **more: str) -> "subprocess.Popen[str]":
        """A process that stands ready."""
        command, pipe = [sys.executable, "-c", WORKER], subprocess.PIPE
        worker = subprocess.Popen(
            command, cwd=ROOT, env=self.environment | more, stdin=pipe, stdout=pipe, stderr=pipe, text=True
        )
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n", worker.communicate()[1]
        return worker


@pytest.fixture
def office(settings: Settings, standin: Standin, gateway: None, database: None) -> Office:
    shop = standin.open_shop()
    tokens.exchange(shop, standin.install(shop), clock.now())
    return Office(shop, settings, standin)


def test_many_processes_refresh_once(office: Office) -> None:
    # Slow, so that all of them stand before the same renewal.
    office.standin.break_down("slow", shop=office.shop, operation="oauth/access_token", seconds=1)
    workers = [office.worker() for _ in range(3)]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    told = [worker.communicate(timeout=60) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0, 0], told
    assert len({token for token, _ in told}) == 1
    assert (
        office.standin.state(office.shop)["tokens"]["live"] == 2
    )  # the first, which ends by itself, and its successor


def test_a_process_that_dies_between_the_answer_and_the_row_leaves_a_pair_that_lives(office: Office) -> None:
    before = tokens.StoreToken.get_by_id(office.shop).access
    worker = office.worker(DIES="yes")
    worker.communicate("go\n", timeout=60)
    assert worker.returncode == -9
    assert tokens.StoreToken.get_by_id(office.shop).access == before
    Lease.delete().execute()  # the dead one's lease runs out by itself
    assert shops.read_shop(open_store(office.shop)).domain == office.shop
    assert tokens.StoreToken.get_by_id(office.shop).access != before
