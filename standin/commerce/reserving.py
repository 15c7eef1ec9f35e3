"""What open drafts hold back: at the default location only, and whether it is there or not."""

from standin.commerce import shelves
from standin.world import DraftOrder, Shop, World


def reserve(world: World, shop: Shop, draft: DraftOrder) -> None:
    """Make what a draft holds equal to what it should hold now: its lines until its time is up, else nothing."""
    here = shop.primary_location.id
    if draft.reserved_at != here:
        _hold(world, shop, draft, {})
        draft.reserved_at = here
    until = draft.reserve_inventory_until
    held = draft.status != "COMPLETED" and until is not None and until > world.now()
    _hold(world, shop, draft, _asked(shop, draft) if held else {})


def let_go(world: World, shop: Shop, draft: DraftOrder) -> None:
    """Give everything a draft holds back to available."""
    _hold(world, shop, draft, {})


def release_expired(world: World) -> None:
    """End the reservations whose time is up; to be called whenever stock is looked at after time went by."""
    now = world.now()
    for shop in world.shops.values():
        for draft in shop.drafts.values():
            until = draft.reserve_inventory_until
            if draft.reserved and until is not None and until <= now:
                let_go(world, shop, draft)


def _asked(shop: Shop, draft: DraftOrder) -> dict[int, int]:
    units: dict[int, int] = {}
    for line in draft.lines:
        if item := shelves.tracked_item(shop, line.variant_id):
            units[item.id] = units.get(item.id, 0) + line.quantity
    return units


def _hold(world: World, shop: Shop, draft: DraftOrder, wanted: dict[int, int]) -> None:
    for item_id in {**draft.reserved, **wanted}:
        more = wanted.get(item_id, 0) - draft.reserved.get(item_id, 0)
        item = shop.inventory_items.get(item_id)
        if more and item and draft.reserved_at:
            world.move_stock(shop, item, draft.reserved_at, available=-more, reserved=more)
    draft.reserved = dict(wanted)
