"""Chromium in the stand-in's admin: a hub on its first morning, and one that sells already."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, Request

from standin.demo import acts
from standin.demo.people import Person, Store, soon
from standin.demo.programs import HUB, Programs

ROASTER = "milk-road-coffee"


@dataclass
class World:
    """The two programs and everybody who plays."""

    programs: Programs

    def store(self, handle: str) -> Store:
        return Store(self.programs.standin_url, f"{handle}.myshopify.com")

    def person(self, handle: str) -> Person:
        return Person(self.store(handle), self.programs.app_url)

    @property
    def hub(self) -> Store:
        return Store(self.programs.standin_url, HUB)

    @property
    def owner(self) -> Person:
        return Person(self.hub, self.programs.app_url)


@dataclass
class Admin:
    """Somebody at his browser in a store's admin."""

    page: Page
    world: World
    troubles: list[str] = field(default_factory=list)

    def open(self, path: str = "/", store: str = "hub") -> FrameLocator:
        """Open a page of the app in a store's admin and wait until it stands."""
        programs = self.world.programs
        self.page.goto(f"{programs.standin_url}/store/{store}/apps/{programs.api_key}{path}")
        self.app.locator("s-page").wait_for()
        return self.app

    @property
    def app(self) -> FrameLocator:
        """The app's frame."""
        return self.page.frame_locator("#app-frame")

    def heading(self, words: str) -> None:
        """Wait for the page of this title."""
        self.app.locator(f'#page[data-title="{words}"]').wait_for()

    def overflow(self) -> int:
        """By how many pixels the app's page is wider than its frame."""
        frame = next(frame for frame in self.page.frames if frame.name == "app-iframe")
        wide: int = frame.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return wide


@pytest.fixture(scope="module")
def first_morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The programs before anything was done: the app is not even installed."""
    yield from _stage(tmp_path_factory.mktemp("first"), "demo")


@pytest.fixture(scope="session")
def trading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A hub that sells, for all tests that leave its order open."""
    yield from trade(tmp_path_factory.mktemp("trading"))


def trade(folder: Path) -> Iterator[World]:
    """A hub that sells two coffees of one roaster, with an order of a customer."""
    stage = _stage(folder, "demo")
    world = next(stage)
    acts.allow(world.owner)
    acts.settle(world.owner)
    acts.connect(world.person(ROASTER), acts.invite(world.owner, "Milk Road Coffee"))
    partner = acts.page_of(world.owner, "Milk Road Coffee")
    acts.agree(world.owner, partner)
    acts.bring_in(world.owner, partner, "Demeka Becha", "San Agustín")
    soon("both on sale", lambda: len(acts.on_sale(world.hub)) == 2, 60)
    world.hub.do("/orders", lines=[{"sku": "PARTNER-milk-road-coffee-MILK-DEMEKA-12OZ-WH", "quantity": 3}])
    soon("a draft", lambda: world.store(ROASTER).state()["drafts"], 60)
    yield world
    yield from stage


def _stage(folder: Path, seed: str) -> Iterator[World]:
    programs = Programs(folder, clock="real", seed=seed)
    try:
        programs.start_standin()
        programs.start_app()
        yield World(programs)
    finally:
        programs.stop()
        print(f"the app's log ends:\n{programs.log('app')[-6000:]}")


@pytest.fixture
def width() -> int:
    """How wide the window is; a test of a phone says otherwise."""
    return 1280


def seat(chromium: Browser, world: World, width: int) -> Iterator[Admin]:
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.set_default_timeout(15_000)
    admin = Admin(page, world)

    def answered(request: Request) -> None:
        answer = request.response()
        if answer and answer.status >= 400 and answer.status != 422:
            admin.troubles.append(f"{request.method} {request.url}: {answer.status}")

    page.on("requestfinished", answered)
    page.on("pageerror", lambda error: admin.troubles.append(f"thrown: {error}"))
    # Chromium reports a refused form as an error too; what was answered is looked at above.
    page.on(
        "console",
        lambda said: (
            admin.troubles.append(f"console: {said.text}")
            if said.type in ("error", "warning") and "Failed to load resource" not in said.text
            else None
        ),
    )
    yield admin
    page.close()
    assert admin.troubles == []


@pytest.fixture
def newcomer(chromium: Browser, first_morning: World, width: int) -> Iterator[Admin]:
    """The owner on his first morning; nothing may be thrown, refused by the CSP or answered with an error."""
    yield from seat(chromium, first_morning, width)


@pytest.fixture
def admin(chromium: Browser, trading: World, width: int) -> Iterator[Admin]:
    """The owner of a hub that sells; nothing may be thrown, refused by the CSP or answered with an error."""
    yield from seat(chromium, trading, width)
