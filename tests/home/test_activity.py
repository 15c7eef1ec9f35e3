"""Activity: messages with replay, and the trail of what people changed."""

import csv
import io
import json

from occhub import audit, clock
from occhub.audit import AuditEntry
from occhub.inbox import FAILED, HANDLED, IGNORED, KEPT_FOR, PENDING, InboxEvent, forget_old
from occhub.partners.models import Partner
from tests.orders.conftest import Floor
from tests.people import Person


def message(floor: Floor, state: str = FAILED, topic: str = "orders/create") -> InboxEvent:
    now = clock.now()
    facts = {"shop": floor.hub.shop, "webhook_id": f"w-{state}", "received_at": now, "next_at": now}
    event: InboxEvent = InboxEvent.create(topic=topic, state=state, attempts=8, error="no answer", **facts)
    return event


def test_a_failed_message_is_shown_and_replayed(floor: Floor, owner: Person) -> None:
    event = message(floor)
    assert "no answer" in owner.see("/activity/messages?tab=failed")
    assert "Waiting" in owner.click(f"/activity/messages/{event.id}/replay")
    again = InboxEvent.get_by_id(event.id)
    assert (again.state, again.attempts, again.error) == (PENDING, 0, None)


def test_what_waits_or_is_not_ours_is_not_replayed(floor: Floor, owner: Person) -> None:
    for state in (PENDING, IGNORED):
        owner.click(f"/activity/messages/{message(floor, state).id}/replay", status=409)
    owner.click("/activity/messages/999/replay", status=404)


def test_old_messages_go_and_failed_ones_stay(floor: Floor) -> None:
    done, failed = message(floor, HANDLED), message(floor, FAILED)
    forget_old(as_of=clock.now() + KEPT_FOR * 2)
    assert [event.id for event in InboxEvent.select()] == [failed.id]
    assert done.id != failed.id


def test_a_change_is_kept_with_who_what_before_after_and_when(floor: Floor, owner: Person) -> None:
    before = clock.now()
    owner.click(f"/partners/{floor.partner.id}/pause")
    entry = AuditEntry.get()
    assert entry.user_id == "1"
    assert entry.shop == floor.hub.shop
    assert before <= entry.at <= clock.now()
    assert ("state", "connected", "paused") in entry.changes
    page = owner.see("/activity/changes")
    assert "Sell nothing more of a partner" in page
    assert "connected → paused" in page


def test_what_a_partner_changes_is_kept_too(floor: Floor, roaster: Person, owner: Person) -> None:
    roaster.click("/own/pause")
    assert AuditEntry.get().shop == floor.partner.domain
    assert floor.partner.name in owner.see("/activity/changes")


def test_rows_beside_the_subject_are_kept_with_before_and_after(floor: Floor, owner: Person) -> None:
    partner = f"/partners/{floor.partner.id}"
    owner.click(f"{partner}/order-terms", minimum_bags="12", below_minimum="ask", late_after_days="9")
    assert ("order late after days", "7", "9") in AuditEntry.get().changes
    owner.click("/settings/stock", unreachable_hours="3", keep_days="90")
    newest = AuditEntry.select().order_by(AuditEntry.id.desc())
    assert ("stock unreachable hours", "6", "3") in newest.get().changes
    owner.click(f"/products/{floor.coffee.listing_id}/stock", safety="4")
    assert (f"{floor.coffee.title} safety stock", "none", "4") in newest.get().changes
    order = floor.sell(3)
    captured = floor.captured(order)
    owner.click(f"/orders/{captured.id}/lines/{captured.lines.get().id}/choice", choice="held")
    assert ("line choice", "none", "held") in newest.get().changes
    assert newest.get().subject == order["name"]


def test_of_a_row_that_was_made_only_what_was_filled_in_is_told() -> None:
    made = {
        "import title": "Sidamo",
        "import linked": False,
        "import size_by": "",
        "import publish": True,
        "import partner": 3,
        "import product_remote_id": "gid://shopify/Product/1",
        "import image_url": "https://cdn.example/sidamo.png",
    }
    entry = AuditEntry(before="{}", after=json.dumps(made))
    assert entry.changes == [("import publish", "none", "yes"), ("import title", "none", "Sidamo")]
    emptied = AuditEntry(before=json.dumps({"minimum_bags": 6, "location_id": "gid://shopify/Location/1"}), after="{}")
    assert [name for name, _, _ in emptied.changes] == ["location id", "minimum bags"]
    switched = AuditEntry(before='{"publish": true}', after='{"publish": false}')
    assert switched.changes == [("publish", "yes", "no")]


def test_the_trail_is_filtered_by_whose_people_did_it(floor: Floor, owner: Person, roaster: Person) -> None:
    roaster.click("/own/pause")
    roaster.click("/own/resumption")
    owner.click(f"/partners/{floor.partner.id}/pause")
    assert "/own/pause" not in owner.see("/activity/changes?tab=hub")
    roasters = owner.see("/activity/changes?tab=roasters")
    assert "/own/pause" in roasters
    assert f"/partners/{floor.partner.id}/pause" not in roasters


def test_what_was_refused_leaves_no_line(floor: Floor, owner: Person) -> None:
    owner.click(f"/partners/{floor.partner.id}/resumption", status=409)
    owner.click(f"/partners/{floor.partner.id}/terms", status=422, discount="a lot")
    assert not AuditEntry.select().exists()


def test_an_invitations_code_is_never_kept(floor: Floor, roaster: Person, owner: Person) -> None:
    page = owner.click("/partners", name="Somebody")
    code = page.partition("/invitations/")[2].partition('"')[0]
    Partner.update(state="disconnected", approved_at=None).where(Partner.id == floor.partner.id).execute()
    roaster.click("/own/acceptance", code=code)
    kept = "".join(f"{entry.asked}{entry.before}{entry.after}" for entry in AuditEntry.select())
    assert AuditEntry.select().count() == 2
    assert code not in kept


def test_the_trail_is_exported_as_a_table_without_formulas(floor: Floor, owner: Person) -> None:
    AuditEntry.create(at=clock.now(), shop="a.myshopify.com", user_id="7", what="=1+1", path="/")
    rows = list(csv.reader(io.StringIO(owner.fetch("/activity/changes.csv"))))
    assert rows[0][0] == "when (UTC)"
    assert rows[1][3] == "'=1+1"


def test_older_changes_are_a_page_away(floor: Floor, owner: Person) -> None:
    for number in range(60):
        AuditEntry.create(at=clock.now(), shop=floor.hub.shop, user_id="7", what=f"change {number}", path="/")
    assert "Older" in owner.see("/activity/changes")
    assert len(audit.entries(before_id=11)) == 10
