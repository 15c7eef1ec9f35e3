"""Starts one of the three servers, each in a process and a directory of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.fernet import Fernet

from benchmarks.webhooks.order import SECRET, SHOP

ROOT = Path(__file__).parents[2]
BARE, POOLED, PRODUCT, WHOLE = "bare", "pooled", "product", "whole"


@contextmanager
def running(kind: str, directory: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """The server's port and process; it is ended with the block, if it still lives."""
    port = _free_port()
    with (directory / f"{kind}.log").open("ab") as log:
        process = subprocess.Popen(
            _command(kind, port, directory), cwd=ROOT, env=_environment(port, directory), stdout=log, stderr=log
        )
        try:
            _wait(port, process)
            yield port, process
        finally:
            process.terminate()
            process.wait(10)


def _command(kind: str, port: int, directory: Path) -> list[str]:
    if kind in (PRODUCT, WHOLE):
        alone = ["--no-worker"] if kind == PRODUCT else []
        return [sys.executable, "-m", "occhub", "serve", "--host", "127.0.0.1", *alone]
    return [sys.executable, "-m", f"benchmarks.webhooks.{kind}", str(port), str(directory)]


def _environment(port: int, directory: Path) -> dict[str, str]:
    return {
        **os.environ,
        "APP_ENV": "development",
        "SHOPIFY_API_KEY": "00000000000000000000000000000001",
        "SHOPIFY_API_SECRET": SECRET,
        "SHOPIFY_APP_URL": f"http://127.0.0.1:{port}",
        "HUB_SHOP": SHOP,
        "TOKEN_KEY": Fernet.generate_key().decode(),
        "DATA_DIR": str(directory),
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
        # Nobody is there: an act that asks a store is told so at once.
        "SHOPIFY_GATEWAY_URL": "http://127.0.0.1:9",
    }


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"the server did not start: {process.args}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
