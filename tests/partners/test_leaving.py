"""Pausing, parting, and the way back."""

from datetime import timedelta

import pytest

from occhub import clock
from occhub.errors import Conflict
from occhub.inbox import InboxEvent
from occhub.partners import accepting, admitting, inviting, leaving, tasks
from occhub.partners.models import CONNECTED, DISCONNECTED, PAUSED, Partner
from occhub.shopify import tokens
from tests.partners.conftest import Fair


def gone(shop: str, ago: timedelta = timedelta()) -> None:
    moment = clock.now() - ago
    event = InboxEvent(shop=shop, topic="app/uninstalled", triggered_at=moment, received_at=moment)
    tasks.uninstalled(shop, [event], clock.now())


def test_a_partner_pauses_and_goes_on_in_his_own_admin(fair: Fair) -> None:
    partner, roaster = fair.connected()
    roaster.click("/own/pause")
    assert Partner.find(partner.id).state == PAUSED
    assert "Paused by the roaster" in fair.owner.see("/partners")
    roaster.click("/own/resumption")
    assert Partner.find(partner.id).is_connected


def test_only_who_paused_may_go_on(fair: Fair) -> None:
    partner, roaster = fair.connected()
    fair.owner.click(f"/partners/{partner.id}/pause")
    roaster.click("/own/resumption", status=409)
    fair.owner.click(f"/partners/{partner.id}/resumption")
    roaster.click("/own/pause")
    fair.owner.click(f"/partners/{partner.id}/resumption", status=409)


def test_who_is_not_connected_cannot_pause(fair: Fair) -> None:
    partner, _ = fair.connected()
    leaving.uninstalled(partner, as_of=clock.now())
    with pytest.raises(Conflict):
        leaving.pause(Partner.find(partner.id), leaving.HUB)


def test_uninstalling_wipes_the_tokens_and_keeps_the_history(fair: Fair) -> None:
    partner, roaster = fair.connected()
    gone(roaster.shop)
    partner = Partner.find(partner.id)
    assert partner.state == DISCONNECTED
    assert not tokens.has_token(roaster.shop)
    assert "Disconnected" in fair.owner.see(f"/partners/{partner.id}")


def test_a_late_word_of_an_uninstallation_does_not_harm_who_has_come_back(fair: Fair) -> None:
    partner, roaster = fair.connected()
    gone(roaster.shop, ago=timedelta(hours=1))
    assert Partner.find(partner.id).is_connected


def test_a_stranger_who_uninstalls_leaves_nothing(fair: Fair) -> None:
    roaster = fair.roaster()
    roaster.see()
    gone(roaster.shop)
    assert Partner.at(roaster.shop) is None


def test_who_reinstalls_asks_to_come_back_and_sees_nothing_until_let_in(fair: Fair) -> None:
    partner, roaster = fair.connected()
    gone(roaster.shop)
    fair.standin.install(roaster.shop)
    assert "connected before" in roaster.see()
    assert not tokens.has_token(roaster.shop)
    assert "asks to come back" in fair.owner.see("/")
    fair.owner.click(f"/partners/{partner.id}/approval")
    assert "You are connected" in roaster.see()
    assert Partner.find(partner.id).state == CONNECTED


def test_a_new_invitation_brings_a_partner_back_to_his_own_row(fair: Fair) -> None:
    partner, roaster = fair.connected()
    gone(roaster.shop)
    _, code = inviting.invite_again(Partner.find(partner.id), as_of=clock.now())
    accepting.accept(roaster.shop, code, as_of=clock.now())
    fair.standin.install(roaster.shop)
    roaster.see()
    back = Partner.at(roaster.shop)
    assert back is not None
    assert (back.id, back.state) == (partner.id, CONNECTED)


def test_a_partner_who_waits_to_come_back_and_uninstalls_again_keeps_his_history(fair: Fair) -> None:
    partner, roaster = fair.connected()
    gone(roaster.shop)
    fair.standin.install(roaster.shop)
    roaster.see()
    admitting.approve(Partner.find(partner.id), as_of=clock.now())
    gone(roaster.shop)
    assert Partner.find(partner.id).state == DISCONNECTED


def test_the_hub_that_uninstalls_is_set_up_anew_when_opened_again(fair: Fair) -> None:
    gone(fair.owner.shop)
    assert not tokens.has_token(fair.owner.shop)
    fair.standin.install(fair.owner.shop)
    fair.owner.see("/")
    assert tokens.has_token(fair.owner.shop)
