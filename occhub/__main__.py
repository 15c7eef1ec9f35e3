"""The operator's commands: serve, worker, migrate, sync, route, doctor, backup, restored, make-key, rotate-key."""

import argparse
import gc
import os
import signal
import sys
import threading
from pathlib import Path

import uvicorn
from cryptography.fernet import Fernet

from occhub import backup, clock, database, doctor, queue, schedule
from occhub.app import close_everything, create_app, open_everything
from occhub.errors import HubError, Misconfigured
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
    backup_parser = commands.add_parser("backup", help="a whole copy of the database, while the app runs")
    backup_parser.add_argument("file", nargs="?", type=Path, help="a new file; without it one in DATA_DIR/backups")
    for name, text in {
        "worker": "the queue's workers alone",
        "migrate": "bring the database up to date",
        "sync": "compare the stock of everything now",
        "route": "rebuild and check every open order now",
        "doctor": "say what is wrong and what to do; ends with 1 when something is",
        "restored": "say that this database was put back, by other means than a file of `backup`",
        "make-key": "print a new TOKEN_KEY",
        "rotate-key": "seal every token anew with the first key of TOKEN_KEY",
    }.items():
        commands.add_parser(name, help=text)
    arguments = parser.parse_args()
    level = os.environ.get("LOG_LEVEL", "INFO").upper()
    if level not in LEVELS:
        sys.exit(f"cannot start:\n  LOG_LEVEL {level!r} is none of {', '.join(LEVELS)}")
    configure_logging(level)
    # What was imported lives as long as the process; the collector, which stops all threads, need not look at it again.
    gc.freeze()
    try:
        run(arguments)
    except HubError as error:
        sys.exit(str(error))


def run(arguments: argparse.Namespace) -> None:
    """Dispatch; every command but `make-key` needs the settings."""
    if arguments.command == "make-key":
        print(Fernet.generate_key().decode())
        return
    if arguments.command == "doctor":
        sys.exit(not doctor.report(os.environ, print))
    settings = Settings.read(os.environ)
    if arguments.command == "serve":
        serve(settings, host=arguments.host, worker=not arguments.no_worker)
        return
    if arguments.command == "backup":
        save_copy(settings, arguments.file)
        return
    open_everything(settings)
    if arguments.command == "worker":
        work()
        return
    with database.session():
        if arguments.command == "sync":
            inventory.sync_now()
        elif arguments.command == "route":
            orders.check_daily()
        elif arguments.command == "restored":
            backup.mark_restored(schedule.last_tick() or clock.now())
            print("This database is known as restored: nothing is ordered until the stores were compared with it.")
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


def save_copy(settings: Settings, file: Path | None) -> None:
    """Copy the database into the file, or into one named after the moment."""
    source = database.file_of(settings.database_url)
    if source and not source.exists():
        raise Misconfigured(f"there is no database at {source}; DATA_DIR or DATABASE_URL name another place")
    database.open_database(settings.database_url)
    clock.set_clock(settings.clock)
    path = file or settings.data_dir / "backups" / f"occhub-{clock.now():%Y-%m-%d-%H%M%S}.db"
    with database.session():
        size = backup.copy_database(path)
    print(f"{path} is a whole copy ({size / 1e6:.1f} MB). TOKEN_KEY is not in it: keep that somewhere else too.")


def work() -> None:
    """Work through the queue until SIGTERM or SIGINT."""
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    consumer = queue.make_consumer()
    consumer.start()
    stop.wait()
    consumer.stop(graceful=True)
    close_everything()


if __name__ == "__main__":
    main()
