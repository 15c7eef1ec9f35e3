"""The shell and a tiny app on free ports, and Chromium looking at them."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from standin.catalogues import demo_catalogue, stock
from standin.control import control_routes
from standin.delivery import Courier
from standin.shell import routes
from standin.world import Shop, World
from tests.standin.shell.tiny_app import TinyApp


@dataclass
class Desk:
    """A browser page before the stand-in's shell, and what is behind it."""

    page: Any
    shell: str
    tiny: TinyApp
    tiny_address: str
    world: World
    shop: Shop
    errors: list[str]

    @property
    def frame(self) -> Any:
        """The app inside the admin."""
        return self.page.frame_locator("#app-frame")

    @property
    def inside(self) -> Any:
        """The frame as something scripts can be run in."""
        return self.page.frame(name="app-iframe")

    def open(self, path: str = "") -> None:
        """Open the app in the store's admin."""
        self.page.goto(f"{self.shell}/store/{self.shop.handle}/apps/{self.world.app.api_key}{path}")

    def show(self, body: str) -> None:
        """Open the app with this body on its first page."""
        self.tiny.bodies["/"] = body
        self.open()
        self.frame.locator("s-page, form, s-modal, s-table").first.wait_for(state="attached")


@contextmanager
def served(app: Any) -> Iterator[str]:
    """An ASGI app on a free port of this machine; gives its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@pytest.fixture
def goods(world: World, shop: Shop) -> None:
    """A roaster's catalogue in the store."""
    stock(shop, demo_catalogue("milk-road-coffee.myshopify.com"), now=world.now(), address="http://127.0.0.1:1")


@pytest.fixture
def desk(chromium: Any, world: World, shop: Shop) -> Iterator[Desk]:
    local = Starlette(routes=[*routes, *control_routes(world, Courier(world))])
    local.state.world = world
    with served(local) as shell:
        tiny = TinyApp(world.app.api_key, world.app.api_secret, shell)
        with served(tiny.app) as address:
            world.app.url = address
            context = chromium.new_context(viewport={"width": 1200, "height": 800})
            page = context.new_page()
            page.set_default_timeout(5000)
            errors: list[str] = []
            page.on("pageerror", lambda error: errors.append(str(error)))
            yield Desk(page, shell, tiny, address, world, shop, errors)
            context.close()
    assert errors == []
