"""`python -m standin`: start the stand-in on this machine."""

import argparse
import os
import pickle
import sys
from pathlib import Path

import uvicorn

from standin.app import create_app
from standin.app_config import read_app, take_credentials
from standin.clock import Clock
from standin.seeding import seeded
from standin.world import World

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def main() -> None:
    """Read the arguments and the environment, make or load the world, serve it until stopped."""
    options = _options()
    if options.host not in LOOPBACK:
        sys.exit(f"the stand-in serves this machine only, not {options.host}")
    world = _world(options)
    app = create_app(world, at_end=lambda: _keep(world, options.state))
    print(f"stand-in on http://{options.host}:{options.port} with {', '.join(world.shops)}", flush=True)
    uvicorn.run(app, host=options.host, port=options.port, log_level="warning")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m standin", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=4000)
    parser.add_argument("--seed", choices=("demo", "empty"), default="empty", help="what a new world holds")
    parser.add_argument("--state", type=Path, help="file the world is kept in between runs")
    parser.add_argument("--app", type=Path, help="the app's configuration, shopify.app.toml")
    return parser.parse_args()


def _world(options: argparse.Namespace) -> World:
    app = read_app(options.app, os.environ) if options.app else None
    if options.state and options.state.exists():
        world: World = pickle.loads(options.state.read_bytes())
        world.app = app or world.app
        take_credentials(world.app, os.environ)
        if spec := os.environ.get("CLOCK"):
            world.clock = Clock.parse(spec)
        return world
    clock = Clock.parse(os.environ.get("CLOCK", "real"))
    address = f"http://{options.host}:{options.port}"
    world = seeded(options.seed, clock, app, hub=os.environ.get("HUB_SHOP"), address=address)
    take_credentials(world.app, os.environ)
    return world


def _keep(world: World, place: Path | None) -> None:
    if place is None:
        return
    written = place.with_suffix(".writing")
    written.write_bytes(pickle.dumps(world))
    written.replace(place)


if __name__ == "__main__":
    main()
