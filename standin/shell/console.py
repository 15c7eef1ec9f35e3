"""The console: one page from which a person makes things happen in the world, through the control API."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from standin.commerce.totals import current_totals
from standin.shell.pages import is_hub, shipped
from standin.shell.rendering import render, world_of

SHOWN = 12
FAULTS = {
    "error_500": "Answers 500",
    "error_502": "Answers 502",
    "lost": "Does it, but the answer is lost",
    "slow": "Slow (seconds)",
    "throttle": "Throttled",
    "unauthorized": "401 token not accepted",
    "frozen_402": "402 store frozen",
    "locked_423": "423 store locked",
    "too_many_429": "429 too many requests",
    "malformed": "Answers nonsense",
}


async def console(request: Request) -> Response:
    """The console for one store (`?shop=`), the hub unless said otherwise."""
    world = world_of(request)
    shops = sorted(world.shops.values(), key=lambda shop: (not is_hub(shop), shop.name))
    asked = request.query_params.get("shop", "")
    if asked and asked not in world.shops:
        raise HTTPException(404, "There is no store of that name here.")
    shop = world.shops.get(asked) or next(iter(shops), None)
    newest = sorted(shop.orders.values(), key=lambda order: order.id, reverse=True)[:SHOWN] if shop else []
    return render(
        request,
        "console.html",
        shops=shops,
        shop=shop,
        newest=newest,
        faults=FAULTS,
        totals=current_totals,
        shipped=shipped,
        deliveries=list(world.delivery_log)[::-1][:SHOWN],
    )


routes = [Route("/console", console)]
