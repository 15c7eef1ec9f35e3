"""What a new world holds: nothing but the hub, or the hub and three roasters with their catalogues."""

from standin.catalogues import DEMO_ROASTERS, demo_catalogue, stock
from standin.clock import Clock
from standin.world import App, World

HUB = "hub.myshopify.com"


def seeded(kind: str, clock: Clock, app: App | None = None, *, hub: str | None = None, address: str) -> World:
    """A world of this kind (`empty` or `demo`). `address` is where the stand-in answers, for the pictures."""
    world = World(clock=clock, app=app or App())
    world.add_shop(hub or HUB, "OCC Coffee", partner_development=True)
    if kind == "demo":
        for roaster in DEMO_ROASTERS:
            shop = world.add_shop(roaster.domain, roaster.name, currency=roaster.currency)
            stock(shop, demo_catalogue(roaster.domain), now=world.now(), address=address)
    return world
