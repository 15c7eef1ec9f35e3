"""What we ask every store for, what we ask only the hub for, and of which API version."""

API_VERSION = "2026-10"

# Everything a partner grants; the hub grants it too. Kept equal to shopify.app.toml by a test.
REQUIRED_SCOPES = ("read_products", "read_inventory", "read_locations", "write_draft_orders", "read_orders")
HUB_SCOPES_OPTIONAL = ("write_products", "write_inventory", "write_publications")


def missing_scopes(granted: frozenset[str], *, hub: bool) -> list[str]:
    """Which scopes a store of this role has not granted; a write scope stands for its read scope."""
    wanted = REQUIRED_SCOPES + (HUB_SCOPES_OPTIONAL if hub else ())
    implied = granted | {scope.replace("write_", "read_", 1) for scope in granted}
    return [scope for scope in wanted if scope not in implied]
