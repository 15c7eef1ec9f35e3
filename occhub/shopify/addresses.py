"""Our own addresses, as Shopify and roasters need them."""

from occhub.shopify.gateway import gateway


def webhook_address() -> str:
    """Where stores send their webhooks."""
    return f"{gateway().settings.app_url}/webhooks"


def invitation_url(code: str) -> str:
    """The link a roaster is sent."""
    return f"{gateway().settings.app_url}/invitations/{code}"
