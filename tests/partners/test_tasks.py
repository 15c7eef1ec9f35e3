"""What the clock does for partners each day."""

from typing import Any

from occhub.partners import tasks
from occhub.partners.models import ATTENTION, PAUSED, Partner
from occhub.shopify.subscriptions import PARTNER_TOPICS
from tests.partners.conftest import Fair


def topics(fair: Fair, shop: str) -> list[Any]:
    return sorted(subscription["topic"] for subscription in fair.standin.state(shop)["subscriptions"])


def test_subscriptions_that_shopify_has_deleted_are_made_again(fair: Fair) -> None:
    partner, roaster = fair.connected()
    before = topics(fair, roaster.shop)
    assert len(before) == len(PARTNER_TOPICS)
    fair.standin.control("POST", f"/shops/{roaster.shop}/uninstall")
    fair.standin.install(roaster.shop)
    Partner.update(state=ATTENTION).where(Partner.id == partner.id).execute()
    roaster.see()
    assert topics(fair, roaster.shop) == []
    tasks.keep_warm()
    assert topics(fair, roaster.shop) == before


def test_a_paused_partner_is_kept_warm_and_stays_paused(fair: Fair) -> None:
    partner, _ = fair.connected()
    Partner.update(state=PAUSED, last_contact_at=None).where(Partner.id == partner.id).execute()
    tasks.keep_warm()
    warm = Partner.find(partner.id)
    assert warm.state == PAUSED
    assert warm.last_contact_at is not None


def test_a_partner_whose_pair_has_died_needs_attention_from_then_on(fair: Fair) -> None:
    partner, roaster = fair.connected()
    fair.standin.control("POST", f"/shops/{roaster.shop}/uninstall")
    tasks.keep_warm()
    assert Partner.find(partner.id).state == ATTENTION
    assert "open the app" in fair.owner.see(f"/partners/{partner.id}")


def test_a_paused_partner_who_answers_again_needs_nobodys_attention_any_more(fair: Fair) -> None:
    partner, _ = fair.connected()
    Partner.update(state=PAUSED, paused_by="hub", attention="The store is frozen.").execute()
    tasks.keep_warm()
    found = Partner.find(partner.id)
    assert (found.state, found.attention) == (PAUSED, "")
