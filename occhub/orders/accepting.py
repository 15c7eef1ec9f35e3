"""The owner keeps a draft as the partner has changed it: from then on nothing of ours is written over it (R13)."""

from datetime import datetime

from occhub import leases
from occhub.catalog.models import ProductMapping
from occhub.database import write
from occhub.errors import Conflict
from occhub.leases import Held
from occhub.orders import statuses
from occhub.orders.claiming import PATIENCE
from occhub.orders.comparing import digest, on_draft
from occhub.orders.demand import claims_lease
from occhub.orders.drafting import unplaced_parts
from occhub.orders.history import tell
from occhub.orders.models import CHANGED, MasterLine, MasterOrder, MasterPart
from occhub.orders.promising import trim
from occhub.orders.standing import reread
from occhub.shopify import open_store
from occhub.shopify.drafts import DraftState

KEPT = "You kept the draft order as the partner wrote it; what is sold from now on goes into the next one."
FOREIGN = "{count} of its lines are no coffee you sell: they come with it and are not in these sums."


def accept(master: MasterOrder, *, as_of: datetime) -> MasterOrder:
    """Agree to quantities and prices as they stand on the partner's store; customers' units that found no room wait.

    Raises Conflict when there is nothing to decide any more, a StoreError when the store can't be asked.
    """
    store = open_store(master.partner.domain)
    with leases.hold(claims_lease(master.partner_id), patience=PATIENCE) as held:
        master = MasterOrder.find(master.id)
        if master.question != CHANGED:
            raise Conflict("There is nothing to decide any more.")
        for part in unplaced_parts(master):
            state = reread(store, part, as_of=as_of, held=held, overwrite=True) if part.draft_id else None
            if state is not None:
                _agree(part, state, held, as_of)
    return MasterOrder.find(master.id)


def is_kept(master: MasterOrder) -> bool:
    """Whether the owner keeps a draft of this window as the partner wrote it; then nothing of ours goes onto it."""
    return any(part.accepted for part in unplaced_parts(master))


def _agree(part: MasterPart, state: DraftState, held: Held, as_of: datetime) -> None:
    quantities, prices = on_draft(state)
    sold = (ProductMapping.partner == part.master.partner_id) & ProductMapping.partner_variant_id.in_(
        [variant for variant in quantities if variant]
    )
    mappings = {mapping.partner_variant_id: mapping for mapping in ProductMapping.select().where(sold)}
    with write():
        held.confirm()
        orders = statuses.orders_on_parts([part.id])
        MasterLine.update(wanted=0).where(MasterLine.part == part).execute()
        for variant, mapping in mappings.items():
            facts = {"wanted": quantities[variant], "confirmed": quantities[variant]}
            facts |= {"price_minor": prices[variant], "cost_minor": prices[variant]}
            MasterLine.insert(part=part, mapping=mapping, **facts).on_conflict(
                conflict_target=[MasterLine.part, MasterLine.mapping], update=facts
            ).execute()
        for line in MasterLine.select().where(MasterLine.part == part):
            trim(line, line.confirmed)
        MasterPart.update(accepted=digest(state)).where(MasterPart.id == part.id).execute()
        answered = MasterOrder.update(question="", failure="", failing_since=None, next_try_at=None, tries=0)
        answered.where(MasterOrder.id == part.master_id).execute()
        tell(part.master_id, KEPT, as_of=as_of)
        if foreign := len(quantities.keys() - mappings.keys()):
            tell(part.master_id, FOREIGN.format(count=foreign), as_of=as_of)
        statuses.refresh(orders)
