"""A partner parts with us: his open order is placed or given back, then his store is left clean (R14)."""

import logging
from datetime import datetime, timedelta

from occhub.errors import Conflict, Invalid
from occhub.orders import placing, reconciling
from occhub.orders.models import MasterOrder
from occhub.orders.pooling import unplaced
from occhub.partners import leaving
from occhub.partners.models import DISCONNECTED, Partner
from occhub.shopify.errors import StoreClosed, StoreError, Unauthorized

log = logging.getLogger(__name__)

PLACE, DELETE = "place", "delete"
# A store that can't be reached for so long keeps our draft; its tokens are wiped all the same.
PATIENCE = timedelta(days=3)


def disconnect(partner: Partner, by: str, *, as_of: datetime, draft: str = DELETE, hide: bool = False) -> None:
    """End the connection. The open order is placed first, or its draft deleted; then tokens and subscriptions go.

    Raises Conflict or StoreError when the order can't be placed: then the partner is connected as before.
    """
    if draft not in (PLACE, DELETE):
        raise Invalid("draft", "Choose what becomes of the open order.")
    if draft == PLACE and (master := unplaced(partner)) is not None:
        placing.ask_now(master, as_of=as_of)
        placing.place(MasterOrder.find(master.id), as_of=as_of, trigger="person")
    leaving.disconnect(partner, by, as_of=as_of, hide=hide)
    finish(Partner.find(partner.id), as_of=as_of)


def finish(partner: Partner, *, as_of: datetime) -> None:
    """Do what is left of a parting; what his store does not let us do now is tried again by the clock."""
    try:
        reconciling.release_left(partner)
        reconciling.sweep_strays(partner, as_of)
        leaving.let_go(partner)
    except (Unauthorized, StoreClosed):
        leaving.forget(partner)
    except (Conflict, StoreError) as error:
        log.info("%s can't be cleared yet: %s", partner.shop, error)
        if partner.parting_since is None or as_of - partner.parting_since > PATIENCE:
            leaving.forget(partner)


def unfinished() -> list[Partner]:
    """Partners who have left and whose stores still hold something of ours."""
    parting = (Partner.state == DISCONNECTED) & Partner.parting_since.is_null(False)
    return list(Partner.select().where(parting).order_by(Partner.id))
