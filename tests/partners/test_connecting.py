"""How a store gets in: by an invitation, or by the owner; and how it stays out."""

from datetime import timedelta

import pytest

from occhub import clock
from occhub.errors import Conflict
from occhub.partners import accepting, admitting, inviting
from occhub.partners.models import ATTENTION, CONNECTED, DISCONNECTED, PAUSED, WAITING, Partner
from occhub.shopify import tokens
from tests.partners.conftest import Fair


def partner_of(shop: str) -> Partner:
    partner = Partner.at(shop)
    assert partner is not None
    return partner


def test_an_invited_store_is_connected_as_soon_as_it_shows_the_code(fair: Fair) -> None:
    code, roaster = fair.invite(), fair.roaster()
    assert "asks to connect" in roaster.see()
    roaster.click("/own/acceptance", code=code)
    assert "You are connected" in roaster.see()
    assert partner_of(roaster.shop).name == "Milk Road"
    assert tokens.has_token(roaster.shop)


def test_the_owner_is_told_and_says_that_it_is_right(fair: Fair) -> None:
    partner, roaster = fair.connected()
    assert f"{roaster.shop} has used your invitation" in fair.owner.see("/")
    fair.owner.click(f"/partners/{partner.id}/confirmation")
    assert "has used your invitation" not in fair.owner.see("/")
    assert "Is this the right store?" not in fair.owner.see(f"/partners/{partner.id}")


def test_a_stranger_waits_without_a_token_until_the_owner_lets_him_in(fair: Fair) -> None:
    roaster = fair.roaster()
    assert "asks to connect" in roaster.see()
    assert fair.standin.state(roaster.shop)["tokens"]["live"] == 0
    partner = partner_of(roaster.shop)
    assert "asks to connect" in fair.owner.see("/")
    fair.owner.click(f"/partners/{partner.id}/approval")
    roaster.see()
    assert partner_of(roaster.shop).state == CONNECTED


def test_a_stranger_who_is_not_let_in_is_forgotten(fair: Fair) -> None:
    roaster = fair.roaster()
    roaster.see()
    fair.owner.click(f"/partners/{partner_of(roaster.shop).id}/refusal")
    assert Partner.at(roaster.shop) is None


def test_a_store_that_asked_is_forgotten_after_fourteen_days(fair: Fair) -> None:
    roaster = fair.roaster()
    roaster.see()
    admitting.forget_askers(as_of=clock.now() + timedelta(days=13))
    assert Partner.at(roaster.shop) is not None
    admitting.forget_askers(as_of=clock.now() + timedelta(days=15))
    assert Partner.at(roaster.shop) is None


def test_who_was_let_in_is_not_forgotten_however_long_he_takes(fair: Fair) -> None:
    roaster, code = fair.roaster(), fair.invite()
    accepting.accept(roaster.shop, code, as_of=clock.now())
    admitting.forget_askers(as_of=clock.now() + timedelta(days=400))
    assert partner_of(roaster.shop).state == WAITING


def test_an_invitation_serves_one_store_only(fair: Fair) -> None:
    code, first, second = fair.invite(), fair.roaster(), fair.roaster()
    accepting.accept(first.shop, code, as_of=clock.now())
    with pytest.raises(Conflict, match="used"):
        accepting.accept(second.shop, code, as_of=clock.now())


def test_a_second_invitation_of_a_connected_store_stays_unused(fair: Fair) -> None:
    _, roaster = fair.connected()
    code = fair.invite("Another Name")
    with pytest.raises(Conflict, match="connected already"):
        accepting.accept(roaster.shop, code, as_of=clock.now())
    assert inviting.find_open(code, as_of=clock.now())


def test_the_hub_itself_is_the_wrong_store(fair: Fair) -> None:
    code = fair.invite()
    with pytest.raises(Conflict, match="hub's own store"):
        accepting.accept(fair.owner.shop, code, as_of=clock.now())
    fair.owner.click("/own/acceptance", status=403, code=code)


def test_after_five_wrong_codes_even_the_right_one_waits_an_hour(fair: Fair) -> None:
    code, roaster = fair.invite(), fair.roaster()
    roaster.see()
    now = clock.now()
    for _ in range(5):
        with pytest.raises(Conflict, match="don't know"):
            accepting.accept(roaster.shop, "nonsense", as_of=now)
    with pytest.raises(Conflict, match="in an hour"):
        accepting.accept(roaster.shop, code, as_of=now)
    accepting.accept(roaster.shop, code, as_of=now + timedelta(hours=1))


def test_an_expired_invitation_is_answered_clearly(fair: Fair) -> None:
    code, roaster = fair.invite(), fair.roaster()
    with pytest.raises(Conflict, match="expired"):
        accepting.accept(roaster.shop, code, as_of=clock.now() + timedelta(days=31))


def test_an_invitation_of_a_partner_who_left_is_for_his_store_only(fair: Fair) -> None:
    partner, _ = fair.connected()
    Partner.update(state=DISCONNECTED).execute()
    _, code = inviting.invite_again(Partner.find(partner.id), as_of=clock.now())
    with pytest.raises(Conflict, match="another store"):
        accepting.accept(fair.roaster().shop, code, as_of=clock.now())


def test_opening_the_app_mends_a_connection_that_needs_attention(fair: Fair) -> None:
    _, roaster = fair.connected()
    Partner.update(state=ATTENTION, attention="Our access has ended.").execute()
    tokens.StoreToken.update(state=tokens.ATTENTION).where(tokens.StoreToken.shop == roaster.shop).execute()
    assert "needs attention" in fair.owner.see("/")
    roaster.see()
    assert partner_of(roaster.shop).state == CONNECTED
    assert tokens.has_token(roaster.shop)


def test_a_paused_partner_whose_pair_died_stays_paused_when_it_is_renewed(fair: Fair) -> None:
    _, roaster = fair.connected()
    Partner.update(state=PAUSED, paused_by="partner").execute()
    tokens.forget(roaster.shop)
    assert "You have paused" in roaster.see()
    assert tokens.has_token(roaster.shop)
    assert partner_of(roaster.shop).state == PAUSED
