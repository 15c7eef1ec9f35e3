"""Links for roasters: made, listed, renewed, revoked; only the hash is kept."""

from datetime import timedelta

import pytest

from occhub.errors import Conflict, Invalid
from occhub.partners import inviting
from occhub.partners.models import CONNECTED, Invitation, Partner
from occhub.shopify.scopes import REQUIRED_SCOPES
from tests.partners.conftest import NOW, Fair


def test_a_code_has_128_bits_and_only_its_hash_is_kept(database: None) -> None:
    invitation, code = inviting.invite("Milk Road", as_of=NOW)
    assert len(code) == 22
    assert code not in str(Invitation.select().dicts().get())
    assert inviting.find_open(code, as_of=NOW).id == invitation.id


def test_the_whole_link_will_do_in_place_of_the_code(database: None) -> None:
    invitation, code = inviting.invite("Milk Road", as_of=NOW)
    assert inviting.find_open(f" https://hub.example/invitations/{code} ", as_of=NOW).id == invitation.id


def test_a_second_link_for_the_same_roaster_ends_the_first(database: None) -> None:
    _, first = inviting.invite("Milk Road", as_of=NOW)
    _, second = inviting.invite("Milk  Road", as_of=NOW)
    with pytest.raises(Conflict, match="don't know"):
        inviting.find_open(first, as_of=NOW)
    assert inviting.find_open(second, as_of=NOW)
    assert Partner.select().count() == 1


def test_a_partner_is_not_invited_under_his_name_again(database: None) -> None:
    Partner.create(name="Milk Road", shop="milk.myshopify.com", state=CONNECTED, created_at=NOW)
    with pytest.raises(Invalid, match="already"):
        inviting.invite("Milk Road", as_of=NOW)
    with pytest.raises(Conflict, match="needs no invitation"):
        inviting.invite_again(Partner.get(), as_of=NOW)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_name_must_be_a_name(database: None, name: str) -> None:
    with pytest.raises(Invalid):
        inviting.invite(name, as_of=NOW)


def test_only_the_offered_spans_are_taken(database: None) -> None:
    with pytest.raises(Invalid):
        inviting.invite("Milk Road", as_of=NOW, days=3650)


def test_a_link_expires(database: None) -> None:
    _, code = inviting.invite("Milk Road", as_of=NOW, days=7)
    assert inviting.find_open(code, as_of=NOW + timedelta(days=6))
    with pytest.raises(Conflict, match="expired"):
        inviting.find_open(code, as_of=NOW + timedelta(days=7))


def test_a_revoked_link_is_unknown_and_its_roaster_forgotten(database: None) -> None:
    invitation, code = inviting.invite("Milk Road", as_of=NOW)
    inviting.revoke(invitation.id, as_of=NOW)
    with pytest.raises(Conflict, match="don't know"):
        inviting.find_open(code, as_of=NOW)
    assert not Partner.select().exists()
    with pytest.raises(Conflict):
        inviting.revoke(invitation.id, as_of=NOW)


def test_the_owner_sees_open_links_with_a_message_to_copy_and_revokes_one(fair: Fair) -> None:
    page = fair.owner.click("/partners", name="Milk Road", days="14")
    assert "Message to copy" in page
    assert "/invitations/" in page
    assert "Invitations not used yet" in fair.owner.see("/partners")
    fair.owner.click(f"/invitations/{Invitation.get().id}/revocation")
    assert "Invitations not used yet" not in fair.owner.see("/partners")


def test_the_page_behind_the_link_explains_itself_and_leaks_no_referrer(fair: Fair) -> None:
    code = fair.invite()
    answer = fair.client.get(f"/invitations/{code}")
    assert "What the app reads" in answer.text
    assert "/oauth/install" in answer.text
    for scope in REQUIRED_SCOPES:
        assert scope.partition("_")[2].replace("_", " ") in answer.text.lower()
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_link_that_does_not_work_says_why_and_runs_no_script(fair: Fair) -> None:
    code = fair.invite()
    Invitation.update(expires_at=NOW - timedelta(days=9)).execute()
    for wrong, words in ((code, "has expired"), ("nonsense", "know this invitation")):
        answer = fair.client.get(f"/invitations/{wrong}")
        assert answer.status_code == 404
        assert words in answer.text
        assert "<script" not in answer.text
