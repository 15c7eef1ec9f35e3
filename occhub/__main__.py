"""The operator's commands: serve, worker, migrate, sync, route, make-key, rotate-key."""

import argparse
import os
import signal
import sys
import threading

import uvicorn
from cryptography.fernet import Fernet

from occhub import database, queue
from occhub.app import create_app, open_everything
from occhub.errors import HubError
from occhub.inventory import tasks as inventory
from occhub.logs import LEVELS, configure_logging
from occhub.orders import tasks as orders
from occhub.settings import Settings
from occhub.shopify import tokens

# Real seconds for answers that are under way; with the queue's own it stays below the 3 s a platform allows.
DRAIN_SECONDS = 1


def main() -> None:
    """Run one command; a wrong setting ends it with a sentence instead of a traceback."""
    parser = argparse.ArgumentParser(prog="occhub", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve_parser = commands.add_parser("serve", help="the web process, with the queue's workers inside")
    serve_parser.add_argument("--host", default="0.0.0.0")
    serve_parser.add_argument("--no-worker", action="store_true", help="leave the queue to `worker` processes")
    for name, text in {
        "worker": "the queue's workers alone",
        "migrate": "bring the database up to date",
        "sync": "compare the stock of everything now",
        "route": "rebuild and check every open order now",
        "make-key": "print a new TOKEN_KEY",
        "rotate-key": "seal every token anew with the first key of TOKEN_KEY",
    }.items():
        commands.add_parser(name, help=text)
    arguments = parser.parse_args()
    level = os.environ.get("LOG_LEVEL", "INFO").upper()
    if level not in LEVELS:
        sys.exit(f"cannot start:\n  LOG_LEVEL {level!r} is none of {', '.join(LEVELS)}")
    configure_logging(level)
    try:
        run(arguments)
    except HubError as error:
        sys.exit(str(error))


def run(arguments: argparse.Namespace) -> None:
    """Dispatch; every command but `make-key` needs the settings."""
    if arguments.command == "make-key":
        print(Fernet.generate_key().decode())
        return
    settings = Settings.read(os.environ)
    if arguments.command == "serve":
        serve(settings, host=arguments.host, worker=not arguments.no_worker)
        return
    open_everything(settings)
    if arguments.command == "worker":
        work()
    with database.session():
        if arguments.command == "sync":
            inventory.sync_now()
        elif arguments.command == "route":
            orders.check_daily()
        elif arguments.command == "rotate-key":
            print(f"{tokens.reseal()} pairs of tokens are sealed with the new key; older keys may go from TOKEN_KEY.")


def serve(settings: Settings, *, host: str, worker: bool) -> None:
    """Answer people and Shopify until SIGTERM."""
    # A round of stock has many threads; the loop that acknowledges webhooks must get its turn between them.
    sys.setswitchinterval(0.0005)
    uvicorn.run(
        create_app(settings, worker=worker),
        host=host,
        port=settings.port,
        access_log=False,  # addresses carry ID tokens, and it costs a third of the throughput
        timeout_graceful_shutdown=DRAIN_SECONDS,
        log_config=None,
    )


def work() -> None:
    """Work through the queue until SIGTERM or SIGINT."""
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    consumer = queue.make_consumer()
    consumer.start()
    stop.wait()
    consumer.stop(graceful=True)


if __name__ == "__main__":
    main()
