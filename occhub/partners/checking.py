"""Ask a partner's store, live, whether all is well, and keep the answer."""

from dataclasses import dataclass
from datetime import datetime

from occhub.database import write
from occhub.partners.models import ATTENTION, CONNECTED, PAUSED, Partner
from occhub.shopify import open_store, shops
from occhub.shopify.errors import StoreClosed, StoreError, Unauthorized
from occhub.shopify.scopes import missing_scopes


@dataclass(frozen=True)
class Check:
    """How the store answered: a sentence for the owner."""

    well: bool
    sentence: str


def check_connection(partner: Partner, *, as_of: datetime) -> Check:
    """One live call; a refusal is remembered as "needs attention", a fault of the moment is only told."""
    try:
        info = shops.read_shop(open_store(partner.domain))
    except (Unauthorized, StoreClosed) as error:
        need_attention(partner, str(error))
        return Check(False, str(error))
    except StoreError as error:
        return Check(False, str(error))
    missing = missing_scopes(info.scopes, hub=False)
    if missing:
        sentence = f"{partner.name} has not granted {', '.join(missing)}. Ask them to open the app once."
        need_attention(partner, sentence)
        return Check(False, sentence)
    with write():
        Partner.update(last_contact_at=as_of).where(Partner.id == partner.id).execute()
        this = Partner.id == partner.id
        Partner.update(state=CONNECTED, attention="").where(this & (Partner.state == ATTENTION)).execute()
        Partner.update(attention="").where(this & (Partner.state == PAUSED)).execute()
    return Check(True, f"{info.name} answers, and everything we need is granted.")


def need_attention(partner: Partner, sentence: str) -> None:
    """Remember that only a person can mend this connection."""
    with write():
        this = Partner.id == partner.id
        Partner.update(attention=sentence).where(this & Partner.state.in_((CONNECTED, ATTENTION, PAUSED))).execute()
        Partner.update(state=ATTENTION).where(this & (Partner.state == CONNECTED)).execute()
