"""Baseline (b): the signature, then one row inserted and committed durably by a thread of a pool."""

import base64
import hashlib
import hmac
import sys

import uvicorn
from anyio import to_thread
from peewee import CharField, Model, TextField
from playhouse.cysqlite_ext import PooledCySqliteDatabase
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from benchmarks.webhooks.order import SECRET

db = PooledCySqliteDatabase(
    f"{sys.argv[2]}/pooled.db",
    max_connections=50,
    timeout=30,
    pragmas={"journal_mode": "wal", "synchronous": "full", "busy_timeout": 10_000},
)


class Delivery(Model):
    """A delivery, unique as Shopify's are."""

    shop = CharField()
    topic = CharField()
    webhook_id = CharField()
    subject = TextField()

    class Meta:
        database = db
        indexes = ((("shop", "topic", "webhook_id"), True),)


def keep(shop: str, topic: str, webhook_id: str) -> None:
    """One row, one commit."""
    with db.connection_context(), db.atomic("IMMEDIATE"):
        Delivery.insert(shop=shop, topic=topic, webhook_id=webhook_id, subject="").on_conflict_ignore().execute()


async def receive(request: Request) -> Response:
    """200 once the row is committed, 401 when not signed."""
    raw = await request.body()
    wanted = base64.b64encode(hmac.digest(SECRET.encode(), raw, hashlib.sha256)).decode()
    sent = request.headers
    if not hmac.compare_digest(wanted, sent.get("X-Shopify-Hmac-SHA256", "")):
        return PlainTextResponse("no", status_code=401)
    await to_thread.run_sync(keep, sent["X-Shopify-Shop-Domain"], sent["X-Shopify-Topic"], sent["X-Shopify-Webhook-Id"])
    return PlainTextResponse("ok")


if __name__ == "__main__":
    with db.connection_context():
        db.create_tables([Delivery])
    app = Starlette(routes=[Route("/webhooks", receive, methods=["POST"])])
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=False, log_level="warning")
