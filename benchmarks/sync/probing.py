"""A process of its own that sends the app signed webhooks by the clock: nothing but the app delays an answer."""

import base64
import hashlib
import hmac
import http.client
import json
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from benchmarks.sync.stores import ROOT, SECRETS, Stores

PER_SECOND = 10
BODY = b'{"inventory_item_id":1,"location_id":1,"updated_at":"2026-11-01T00:00:00Z"}'


@contextmanager
def probed(address: str, stores: Stores) -> Iterator[list[float]]:
    """Send webhooks during the block; afterwards the list has the milliseconds until each was answered."""
    command = [sys.executable, "-m", "benchmarks.sync.probing", address, stores.partners[0]]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    answers: list[float] = []
    yield answers
    told, _ = process.communicate("")
    if process.returncode:
        raise SystemExit("a webhook was not answered")
    answers += json.loads(told)


def main() -> None:
    """Send until nobody holds our standard input any more, then print what was measured."""
    address, shop = sys.argv[1:]
    ended, answers = threading.Event(), []
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    digest = hmac.new(SECRETS["SHOPIFY_API_SECRET"].encode(), BODY, hashlib.sha256).digest()
    headers = {
        "Content-Type": "application/json",
        "X-Shopify-Topic": "inventory_levels/update",
        "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
        "X-Shopify-Shop-Domain": shop,
        "X-Shopify-API-Version": "2026-10",
    }
    while not ended.wait(1 / PER_SECOND):
        started = time.perf_counter()
        connection.request("POST", "/webhooks", BODY, {**headers, "X-Shopify-Webhook-Id": str(uuid.uuid4())})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            sys.exit(1)
        answers.append((time.perf_counter() - started) * 1000)
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
