"""A partner pauses or leaves: his goods may not be sold, his history stays, and the way back is open."""

from datetime import datetime

from occhub.database import write
from occhub.errors import Conflict
from occhub.partners.connecting import name_of
from occhub.partners.models import (
    ATTENTION,
    CONNECTED,
    CONTACT,
    DISCONNECTED,
    PAUSED,
    WAITING,
    Hub,
    Invitation,
    Partner,
)
from occhub.shopify import tokens
from occhub.shopify.client import Store
from occhub.shopify.subscriptions import list_subscriptions, unsubscribe

HUB, PARTNER = "hub", "partner"  # who paused
UNINSTALLED = "The app was uninstalled from the store."
DISCONNECTED_BY = {HUB: "You have disconnected this store.", PARTNER: "The roaster has disconnected."}


def pause(partner: Partner, by: str) -> None:
    """Sell nothing more of his for a while; what is sold already is still ordered. Raises Conflict."""
    with write():
        connected = (Partner.id == partner.id) & (Partner.state == CONNECTED)
        if not Partner.update(state=PAUSED, paused_by=by).where(connected).execute():
            raise Conflict(f"{partner.name} is not connected, so there is nothing to pause.")


def resume(partner: Partner, by: str) -> None:
    """Go on selling; only who paused may say so. Raises Conflict."""
    if partner.state == PAUSED and partner.paused_by != by:
        raise Conflict("The roaster has paused; only he can go on." if by == HUB else "The hub has paused; ask there.")
    with write():
        paused = (Partner.id == partner.id) & (Partner.state == PAUSED)
        back = ATTENTION if partner.attention else CONNECTED
        if not Partner.update(state=back, paused_by="").where(paused).execute():
            raise Conflict(f"{partner.name} is not paused.")


def uninstalled(partner: Partner, *, as_of: datetime) -> None:
    """The app is gone from the store: its tokens are dead; the stock sync takes his goods to 0."""
    tokens.forget(partner.domain)
    if partner.connected_at is None and partner.state == WAITING:
        with write():
            partner.delete_instance()
        return
    _part(partner, UNINSTALLED, as_of=as_of, hide=False, parting=False)


def uninstalled_hub(hub: Hub) -> None:
    """The hub's own store has uninstalled the app: it is set up anew when somebody opens it there again."""
    tokens.forget(hub.shop)
    with write():
        Hub.update(welcomed_at=None).where(Hub.shop == hub.shop).execute()


def disconnect(partner: Partner, by: str, *, as_of: datetime, hide: bool = False) -> None:
    """Nothing of his is sold or asked for any more. His tokens live until his store is cleared of our draft.

    Raises Conflict when there is no connection.
    """
    if partner.state not in (CONNECTED, PAUSED, ATTENTION):
        raise Conflict(f"{partner.name} is not connected.")
    _part(partner, DISCONNECTED_BY[by], as_of=as_of, hide=hide, parting=True)


def hide(partner: Partner, *, hidden: bool) -> None:
    """Take the goods of one who has left off sale, or let them stand there as sold out again. Raises Conflict."""
    left = (Partner.id == partner.id) & (Partner.state == DISCONNECTED) & Partner.undone_at.is_null()
    with write():
        if not Partner.update(hides_goods=hidden).where(left).execute():
            raise Conflict(f"{partner.name} has not left, so there is nothing to hide.")


def let_go(partner: Partner) -> None:
    """The store is cleared: end what it tells us and wipe its tokens. Raises StoreError."""
    store = Store(partner.domain)
    for subscription in list_subscriptions(store):
        unsubscribe(store, subscription.id)
    forget(partner)


def forget(partner: Partner) -> None:
    """Wipe the tokens; the parting is over. One who has come back meanwhile keeps his."""
    with write():
        parting = (Partner.id == partner.id) & (Partner.state == DISCONNECTED)
        over = Partner.update(parting_since=None).where(parting).execute()
    if over:
        tokens.forget(partner.domain)


def disown(partner: Partner, reason: str, *, as_of: datetime) -> None:
    """Inside a write: the row keeps its history under the store's own name; the roaster's name is free again."""
    facts = {"name": name_of(partner.domain), "undone_at": as_of, "attention": reason, "accepted_at": None}
    contact = dict.fromkeys(CONTACT, "")
    gone = {"state": DISCONNECTED, "approved_at": None, "asked_at": None, "catalog_refreshed_at": None}
    Partner.update(facts | contact | gone).where(Partner.id == partner.id).execute()


def wipe(partner: Partner) -> None:
    """Wipe the tokens, unless they still clear his store."""
    row = Partner.get_or_none(Partner.id == partner.id)
    if row is None or row.parting_since is None:
        tokens.forget(partner.domain)


def _part(partner: Partner, reason: str, *, as_of: datetime, hide: bool, parting: bool) -> None:
    facts = {
        "state": DISCONNECTED,
        "attention": reason,
        "approved_at": None,
        "asked_at": None,
        "accepted_at": None,
        "paused_by": "",
        "left_at": as_of,
        "parting_since": as_of if parting else None,
        "hides_goods": hide,
    }
    with write():
        Partner.update(facts).where(Partner.id == partner.id).execute()
        Invitation.update(revoked_at=as_of).where(
            (Invitation.partner == partner) & Invitation.used_at.is_null() & Invitation.revoked_at.is_null()
        ).execute()
