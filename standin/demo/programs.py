"""The two programs of the demonstration, started and stopped as an operator would."""

import base64
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
HUB = "hub.myshopify.com"
STANDIN, APP = "stand-in", "app"
_PATIENCE = 60.0


@dataclass
class Programs:
    """Stand-in and app, with their logs and data in one folder."""

    folder: Path
    clock: str
    seed: str = "empty"
    standin_port: int = field(default_factory=lambda: free_port())
    app_port: int = field(default_factory=lambda: free_port())
    state: Path | None = None
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _secrets: dict[str, str] = field(default_factory=dict)

    @property
    def standin_url(self) -> str:
        """Where the stand-in answers: admin shell, console, control API."""
        return f"http://127.0.0.1:{self.standin_port}"

    @property
    def app_url(self) -> str:
        """Where the app answers."""
        return f"http://127.0.0.1:{self.app_port}"

    @property
    def api_key(self) -> str:
        """The app's client id, which its address in an admin ends with."""
        return self._keys()["SHOPIFY_API_KEY"]

    @property
    def secrets(self) -> tuple[str, str]:
        """The app's client secret and the key that seals its tokens, for whoever looks where they must not be."""
        keys = self._keys()
        return keys["SHOPIFY_API_SECRET"], keys["TOKEN_KEY"]

    def start_standin(self) -> None:
        """Start the stand-in and wait until it answers."""
        state = ["--state", str(self.state)] if self.state else []
        command = ["-m", "standin", "--port", str(self.standin_port), "--seed", self.seed, "--app", "shopify.app.toml"]
        self._start(STANDIN, [*command, *state], f"{self.standin_url}/_control/health")

    def start_app(self) -> None:
        """Start the app and wait until it is well."""
        self._start(APP, ["-m", "occhub", "serve", "--host", "127.0.0.1"], f"{self.app_url}/healthz")

    def stop(self, *names: str) -> None:
        """Stop these programs, or all, as a platform does: SIGTERM."""
        for name in names or tuple(reversed(self._running)):
            process = self._running.pop(name)
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()

    def kill(self, name: str) -> None:
        """End this program as a power cut does: SIGKILL."""
        self._running[name].kill()

    def revive(self) -> list[str]:
        """Start again what has ended by itself, or was killed; answers the names."""
        ended = [name for name, process in self._running.items() if process.poll() is not None]
        for name in ended:
            self.start_standin() if name == STANDIN else self.start_app()
        return ended

    def log(self, name: str) -> str:
        """Everything the program has said."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def _start(self, name: str, arguments: list[str], address: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is ours alone: we stop them one after the other
            )
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if self._running[name].poll() is not None:
                break
            try:
                if httpx.get(address, trust_env=False, timeout=2).is_success:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise SystemExit(f"the {name} did not start; its log ends:\n{self.log(name)[-3000:]}")

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SHOPIFY_", "DATABASE_", "QUEUE_"))
        }
        return (
            kept
            | self._keys()
            | {
                "APP_ENV": "development",
                "CLOCK": self.clock,
                "HUB_SHOP": HUB,
                "DATA_DIR": str(self.folder / "data"),
                "PORT": str(self.app_port),
                "SHOPIFY_APP_URL": self.app_url,
                "SHOPIFY_GATEWAY_URL": self.standin_url,
                "APP_BRIDGE_URL": f"{self.standin_url}/shopifycloud/app-bridge.js",
                "POLARIS_URL": f"{self.standin_url}/shopifycloud/polaris-1.js",
            }
        )

    def _keys(self) -> dict[str, str]:
        """Made at random and kept beside the data, so that a second start can read what the first one encrypted."""
        if not self._secrets:
            kept = self.folder / "keys"
            if not kept.exists():
                self.folder.mkdir(parents=True, exist_ok=True)
                token_key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
                kept.write_text(f"{secrets.token_hex(16)} {secrets.token_hex(32)} {token_key}")
            api_key, secret, token_key = kept.read_text().split()
            self._secrets = {"SHOPIFY_API_KEY": api_key, "SHOPIFY_API_SECRET": secret, "TOKEN_KEY": token_key}
        return self._secrets


def free_port(wanted: int = 0) -> int:
    """A port nobody listens on: this one or one of the next twenty, or any."""
    for port in range(wanted, wanted + 21) if wanted else (0,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise SystemExit(f"the ports from {wanted} to {wanted + 20} are all taken")
