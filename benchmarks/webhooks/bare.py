"""Baseline (a): a Starlette handler that checks the signature and keeps nothing."""

import base64
import hashlib
import hmac
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from benchmarks.webhooks.order import SECRET


async def receive(request: Request) -> Response:
    """200 when signed, 401 else."""
    raw = await request.body()
    wanted = base64.b64encode(hmac.digest(SECRET.encode(), raw, hashlib.sha256)).decode()
    good = hmac.compare_digest(wanted, request.headers.get("X-Shopify-Hmac-SHA256", ""))
    return PlainTextResponse("ok" if good else "no", status_code=200 if good else 401)


if __name__ == "__main__":
    app = Starlette(routes=[Route("/webhooks", receive, methods=["POST"])])
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=False, log_level="warning")
