"""Sends deliveries: by wrk for the numbers, by our own threads where each acknowledgement must be known."""

import http.client
import re
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from benchmarks.webhooks.order import body, headers

CONNECTIONS = 32


@dataclass(frozen=True)
class Rate:
    """What wrk has measured."""

    per_second: float
    p50_ms: float
    p99_ms: float
    refused: int


def measure(port: int, seconds: int, directory: Path, run: str) -> Rate:
    """Keep 32 connections busy for so long; every delivery has a webhook id of its own."""
    script = directory / f"{run}.lua"
    script.write_text(_script(run))
    command = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "-s",
        str(script),
        f"http://127.0.0.1:{port}/webhooks",
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    figures = re.search(r"FIGURES (\S+) (\S+) (\S+) (\S+)", said)
    if figures is None:
        raise SystemExit(f"wrk said nothing to read:\n{said}")
    rate, p50, p99, refused = (float(figure) for figure in figures.groups())
    return Rate(rate, p50 / 1000, p99 / 1000, int(refused))


def send_until_it_breaks(port: int, run: str, acknowledged: set[str]) -> list[threading.Thread]:
    """Threads that send and note each acknowledged webhook id, until the server is gone."""

    def send(sender: int) -> None:
        raw, fixed, count = body(), headers(body()), 0
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        while True:
            count += 1
            webhook_id = f"{run}-{sender}-{count}"
            try:
                connection.request("POST", "/webhooks", raw, {**fixed, "X-Shopify-Webhook-Id": webhook_id})
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                return
            if answer.status == 200:
                acknowledged.add(webhook_id)

    threads = [threading.Thread(target=send, args=(number,), daemon=True) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    return threads


def _script(run: str) -> str:
    raw = body()
    lines = [f'wrk.headers["{name}"] = "{value}"' for name, value in headers(raw).items()]
    return "\n".join(
        [
            'wrk.method = "POST"',
            f"wrk.body = [==[{raw.decode()}]==]",
            *lines,
            "local n = 0",
            "request = function()",
            "  n = n + 1",
            f'  wrk.headers["X-Shopify-Webhook-Id"] = "{run}-" .. n',
            "  return wrk.format()",
            "end",
            "done = function(summary, latency)",
            "  local refused = summary.errors.status + summary.errors.connect + summary.errors.read"
            " + summary.errors.write + summary.errors.timeout",
            '  io.write(string.format("FIGURES %f %f %f %d\\n", summary.requests / (summary.duration / 1e6),'
            " latency:percentile(50), latency:percentile(99), refused))",
            "end",
        ]
    )
