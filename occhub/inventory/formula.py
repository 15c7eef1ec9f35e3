"""R3 and R5 in numbers: what counts as claimed, and how many the hub may sell."""

from occhub.orders.demand import Claims


def hub_stock(available: int, unclaimed: int, safety: int) -> int:
    """Units the hub may offer: the partner's, less what we sold and he does not hold for us yet, less the safety stock.

    A plain copy of `available` would put sold units back on sale at every sync.
    """
    return max(0, available - unclaimed - safety)


def seen_claims(claims: Claims, reserved: int, committed: int, *, partial: bool) -> int:
    """R3: what his shelves show of our claims, and what was shipped already.

    An order he cancelled a moment ago holds nothing, though nobody has told us yet. The draft was read in the same
    pass; only where some of his locations count (`partial`) may its reservation have fallen on one that is not ours.
    """
    on_draft = min(claims.on_draft, max(0, reserved)) if partial else claims.on_draft
    return claims.shipped + on_draft + min(claims.on_order, max(0, committed))


def shortfall(available: int, unclaimed: int, unserved: int) -> int:
    """Units promised to customers that nobody has: demand beyond the partner's stock, at most what is yet to be served.

    A claim beyond his stock drives `available` below zero, so both kinds of shortage show in A - U.
    """
    return min(max(0, unclaimed - available), unserved)
