"""R5: how many the hub may sell."""


def hub_stock(available: int, unclaimed: int, safety: int) -> int:
    """Units the hub may offer: the partner's, less what we sold and he does not hold for us yet, less the safety stock.

    A plain copy of `available` would put sold units back on sale at every sync.
    """
    return max(0, available - unclaimed - safety)
