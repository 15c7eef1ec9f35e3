"""A store has uninstalled the app: its tokens are dead, its goods may not be sold, its history stays."""

from occhub.database import write
from occhub.partners.models import DISCONNECTED, WAITING, Partner
from occhub.shopify import tokens


def leave(partner: Partner) -> None:
    """Forget the tokens and stop everything for this partner; the stock sync takes his goods to 0."""
    tokens.forget(partner.domain)
    with write():
        if partner.state == WAITING:
            partner.delete_instance()
            return
        facts = {"state": DISCONNECTED, "approved_at": None, "attention": "The app was uninstalled from the store."}
        Partner.update(facts).where(Partner.id == partner.id).execute()
