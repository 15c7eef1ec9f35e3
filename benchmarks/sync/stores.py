"""The stand-in with a hub and partners of a given size, and the environment of a product that talks to it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from cryptography.fernet import Fernet

ROOT = Path(__file__).parents[2]
HUB = "hub.myshopify.com"
SECRETS = {"SHOPIFY_API_KEY": "00000000000000000000000000000001", "SHOPIFY_API_SECRET": "a secret for measuring only"}
# A generated coffee has four variants on average, some of them not counted.
PRODUCTS_FOR = 2.0


@dataclass
class Stores:
    """The stand-in, and what it takes to start products beside it."""

    url: str
    http: httpx.Client
    partners: list[str]
    folder: Path
    pid: int  # of the stand-in
    app_port: int
    key: str

    def control(self, method: str, path: str, json: dict[str, Any] | None = None) -> Any:
        """Ask the control API; a refusal ends the benchmark."""
        answer = self.http.request(method, f"/_control{path}", json=json)
        answer.raise_for_status()
        return answer.json()

    def levels(self, shop: str) -> list[dict[str, Any]]:
        """Every variant of a store with what is available of it."""
        rows: list[dict[str, Any]] = self.control("GET", f"/shops/{shop}/levels")["levels"]
        return rows

    def environment(self) -> dict[str, str]:
        """The product's settings; one data directory for all its processes."""
        return {
            **os.environ,
            **SECRETS,
            "APP_ENV": "development",
            "SHOPIFY_APP_URL": f"http://127.0.0.1:{self.app_port}",
            "HUB_SHOP": HUB,
            "TOKEN_KEY": self.key,
            "DATA_DIR": str(self.folder),
            "PORT": str(self.app_port),
            "LOG_LEVEL": "WARNING",
            "SHOPIFY_GATEWAY_URL": self.url,
        }


@contextmanager
def open_stores(folder: Path, partners: int, variants: int) -> Iterator[Stores]:
    """A stand-in with a hub and so many partners, each with at least so many variants that are counted."""
    port, app_port = free_port(), free_port()
    command = [sys.executable, "-m", "standin", "--port", str(port), "--seed", "empty", "--app", "shopify.app.toml"]
    environment = {
        **os.environ,
        **SECRETS,
        "SHOPIFY_APP_URL": f"http://127.0.0.1:{app_port}",
        "HUB_SHOP": "seeded.myshopify.com",
    }
    with (folder / "standin.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        http = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=120)
        stores = Stores(str(http.base_url), http, [], folder, process.pid, app_port, Fernet.generate_key().decode())
        wait_for(http, "/_control/health", process)
        stores.control("POST", "/deliveries", {"paused": True})
        size = int(variants / PRODUCTS_FOR) + 5
        for number in range(partners):
            shop = f"roaster-{number}.myshopify.com"
            _open(stores, shop, f"Roaster {number}", size, number + 1)
            stores.partners.append(shop)
        _open(stores, HUB, "Hub", int(partners * variants / PRODUCTS_FOR) + 5, 777)
        yield stores
    finally:
        process.terminate()
        process.wait(20)


def wait_for(http: httpx.Client, path: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait until a program answers."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if http.get(path).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit(f"it did not start: {process.args}")


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _open(stores: Stores, domain: str, name: str, size: int, seed: int) -> None:
    facts = {"domain": domain, "name": name, "catalogue": {"size": size, "seed": seed}}
    stores.control("POST", "/shops", facts)
    scopes = ["write_products", "write_inventory", "write_publications"] if domain == HUB else []
    stores.control("POST", f"/shops/{domain}/install", {"scopes": scopes})
