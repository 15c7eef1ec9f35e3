"""How many units of a customer's line we must have (R1), and which may be ordered already (R2): pure arithmetic."""

# What counts as paid under each payment rule. A refund of money alone takes no goods back: units speak through R1.
PAID = frozenset({"PAID", "PARTIALLY_REFUNDED", "REFUNDED"})
# An order unpaid for so many days is shown as a warning (R2).
PATIENT_DAYS = 3
AUTHORIZED = PAID | {"AUTHORIZED"}


def wanted(
    *,
    cancelled: bool,
    gone: bool,
    test: bool,
    current_quantity: int,
    fulfilled: int,
    returned: int,
    left_out: bool = False,
    quantity: int = 0,
    waived: int = 0,
    route_test_orders: bool = False,
) -> int:
    """R1: units of the line that the customer has or shall get.

    `fulfilled` counts units shipped by the hub, `returned` those of them restocked as RETURN. What was refunded after
    delivery stays wanted: the customer drank it, and calling it surplus would order too little next time.
    `left_out` is served from the owner's shelf: no partner's stock will ever be asked for it. Nor for the
    units `waived` of the `quantity` bought, which fell short: refunding these as well takes none of the others away.
    """
    if cancelled or gone or left_out or (test and not route_test_orders):
        return 0
    units = max(current_quantity, fulfilled - returned, 0)
    return min(units, max(quantity - waived, 0)) if waived else units


def is_paid_enough(financial_status: str, rule: str) -> bool:
    """R2: whether an order in this financial status may be ordered from the partner; `rule` is the hub's setting."""
    statuses = payable_statuses(rule)
    return statuses is None or financial_status in statuses


def payable_statuses(rule: str) -> frozenset[str] | None:
    """R2 as a set for a query; None means that any will do. Raises ValueError for an unknown rule."""
    rules = {"paid": PAID, "authorized": AUTHORIZED, "all": None}
    if rule not in rules:
        raise ValueError(f"{rule!r} is not a payment rule")
    return rules[rule]
