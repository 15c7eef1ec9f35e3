"""The owner's pages of stock, over HTTP with a real ID token; the queue's work is done by hand."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from occhub import queue, schedule
from occhub.app import create_app
from occhub.inventory import running
from occhub.inventory.models import StockRules
from occhub.partners.models import Partner
from occhub.settings import Settings
from occhub.synclog import SyncLog
from tests.inventory.conftest import STOCK, Counter

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


class Owner:
    """The hub's owner at his browser: `see` opens a page, `click` swaps a fragment."""

    def __init__(self, client: TestClient, token: str) -> None:
        self.client = client
        self.token = {"Authorization": f"Bearer {token}"}

    def see(self, path: str) -> str:
        answer = self.client.get(path, headers=self.token)
        assert answer.status_code == 200, answer.text
        return answer.text

    def click(self, path: str, status: int = 200, **form: Any) -> str:
        answer = self.client.post(path, data=form, headers=self.token | FRAGMENT)
        assert answer.status_code == status, answer.text
        return answer.text


@pytest.fixture
def owner(settings: Settings, counter: Counter) -> Owner:
    # Without `with`, the app's lifespan does not run: the test's own database and gateway stay in use.
    client = TestClient(create_app(settings, worker=False), base_url="https://app.example")
    queue.open_queue("memory://", schedule.NUDGES, lambda: None)
    return Owner(client, str(counter.standin.control("GET", f"/shops/{counter.hub_shop}/id_token")["id_token"]))


def test_sync_now_shows_how_far_it_is_and_its_outcome_in_place(owner: Owner, counter: Counter) -> None:
    counter.partner_sells(5)
    started = owner.click("/sync-runs")
    run = SyncLog.get()
    assert "Waits for its turn" in started
    assert f'hx-get="/sync-runs/{run.id}/progress"' in started
    running.work_off()
    done = owner.see(f"/sync-runs/{run.id}/progress")
    assert "1 changed" in done
    assert "hx-trigger" not in done
    assert 'hx-post="/sync-runs"' in done  # and once more, if he likes


def test_the_end_of_a_run_is_told_to_the_numbers_around_it(owner: Owner, counter: Counter) -> None:
    owner.click("/sync-runs")
    path = f"/sync-runs/{SyncLog.get().id}/progress"
    assert "HX-Trigger" not in owner.client.get(path, headers=owner.token).headers
    running.work_off()
    assert "synced" in owner.client.get(path, headers=owner.token).headers["HX-Trigger"]


@pytest.mark.parametrize("path", ["/partners/{partner}/sync-runs", "/products/{listing}/sync-runs"])
def test_one_partner_or_one_product_can_be_synced_now(owner: Owner, counter: Counter, path: str) -> None:
    owner.click(path.format(partner=counter.partner.id, listing=counter.coffee.listing_id))
    run = SyncLog.get()
    assert (run.partner_id or run.listing_id) is not None
    running.work_off()
    assert SyncLog.get().state == "done"


def test_runs_are_listed_with_filters(owner: Owner, counter: Counter) -> None:
    counter.pass_()
    counter.pass_(partner=counter.other)
    assert owner.see("/sync-runs").count("Stock compared</s-link></s-table-cell>") == 2
    assert owner.see(f"/sync-runs?partner={counter.other.id}").count("Stock compared</s-link></s-table-cell>") == 1
    assert "Nothing here" in owner.see("/sync-runs?tab=failed")
    assert "Nothing here" in owner.see("/sync-runs?tab=claim&page=9")


def test_a_run_tells_what_it_changed_and_why(owner: Owner, counter: Counter) -> None:
    counter.partner_sells(5)
    run = counter.pass_()
    page = owner.see(f"/sync-runs/{run.id}")
    assert f"{STOCK - 5} at the roaster, 0 sold and not yet held, 1 kept back" in page
    assert f'href="/stock/{counter.coffee.id}"' in page


def test_runs_and_changes_are_files_too(owner: Owner, counter: Counter) -> None:
    counter.partner_sells(5)
    run = counter.pass_()
    runs = owner.see("/sync-runs.csv").splitlines()
    assert runs[0].startswith("id,kind,trigger,state,started_at,finished_at,partner,read,changed")
    assert runs[1].startswith(f"{run.id},stock,person,done,")
    (_, change) = owner.see(f"/sync-runs/{run.id}/changes.csv").splitlines()
    assert change.endswith(f",{STOCK - 1},{STOCK - 6},{STOCK - 5},0,1")


def test_why_is_this_seven(owner: Owner, counter: Counter) -> None:
    order = counter.buy(3)
    counter.partner_sells(9)
    counter.pass_()
    page = owner.see(f"/stock/{counter.coffee.id}")
    assert "Why is this 7?" in page
    assert f"11 at {counter.partner.name}, less 3 sold and not yet held for you, less 1 kept back." in page
    assert order["name"] in page
    assert "<svg" in page


def test_what_we_hold_is_named_where_a_partner_has_promised_too_much(owner: Owner, counter: Counter) -> None:
    counter.partner_sells(STOCK)
    counter.partner_restocks(-2)
    counter.pass_()
    assert f"{counter.partner.name} has 2 fewer than they promised, so" in owner.see(f"/stock/{counter.coffee.id}")
    counter.partner_restocks(7)
    counter.pass_()
    counter.buy(4)
    counter.claim()
    counter.partner_restocks(-3)
    counter.pass_()
    assert "has 2 fewer than they promised, what they hold for you included, so" in owner.see(
        f"/stock/{counter.coffee.id}"
    )


def test_a_product_shows_each_variants_month(owner: Owner, counter: Counter) -> None:
    page = owner.see(f"/products/{counter.coffee.listing_id}/stock")
    assert page.count("<svg") == counter.coffee.listing.mappings.count()


def test_what_is_kept_back_of_a_product_can_be_chosen_and_taken_back(owner: Owner, counter: Counter) -> None:
    path = f"/products/{counter.coffee.listing_id}/stock"
    owner.click(path, safety="4")
    running.work_off()
    assert counter.hub_stock() == STOCK - 4
    owner.click(path, status=422, safety="many")
    owner.click(path, safety="")
    running.work_off()
    assert counter.hub_stock() == STOCK - 1


def test_whatever_page_the_owner_is_on_a_shortage_shows_on_it(owner: Owner, counter: Counter) -> None:
    assert 'hx-get="/alarm"' in owner.see("/settings/stock")
    assert "s-banner" not in owner.see("/alarm")
    order = counter.buy(STOCK - 1)
    counter.partner_sells(3)
    counter.round(counter.coffee)
    alarm = owner.see("/alarm")
    assert "2 of" in alarm
    assert order["name"] in alarm
    assert "every 20s" in alarm  # it goes on looking


def test_the_owner_chooses_which_places_count(owner: Owner, counter: Counter) -> None:
    cafe = counter.open_location("Café")
    counter.pass_()
    path = f"/partners/{counter.partner.id}/stock"
    assert 'label="Café"' in owner.see(path)
    saved = owner.click(path, place=[cafe])
    assert "at a place that is not ticked" in saved
    assert Partner.find(counter.partner.id).location_ids == [cafe]
    owner.click(path, status=422, place=["gid://shopify/Location/1"])
    owner.click(path, status=422)
    running.work_off()
    assert counter.hub_stock() == 0


def test_a_silent_partner_is_told(owner: Owner, counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("occhub.shopify.client.PAUSES", ())
    counter.standin.break_down("error_500", shop=counter.partner.shop, times=9)
    counter.pass_()
    assert "has not answered since" in owner.see(f"/partners/{counter.partner.id}/stock")


def test_the_rules_of_stock_can_be_changed(owner: Owner) -> None:
    owner.click("/settings/stock", unreachable_hours="2", keep_days="30")
    assert (StockRules.get_rules().unreachable_hours, StockRules.get_rules().keep_days) == (2, 30)
    for days in ("1", "9" * 5000):
        owner.click("/settings/stock", status=422, unreachable_hours="2", keep_days=days)
    assert 'value="30"' in owner.see("/settings/stock")


def test_the_owner_is_told_at_once_whose_order_is_short(owner: Owner, counter: Counter) -> None:
    first, last = counter.buy(10), counter.buy(9)
    counter.partner_sells(5)
    counter.round(counter.coffee)
    assert f"4 of {counter.coffee.title} were sold and nobody has them: {last['name']}." in owner.see("/").replace(
        "&#39;", "'"
    ).replace("&amp;", "&")
    page = owner.see("/shortages")
    assert last["name"] in page
    assert first["name"] not in page


def test_a_formula_in_a_title_stays_text(owner: Owner, counter: Counter) -> None:
    type(counter.coffee).update(title="=1+1").where(type(counter.coffee).id == counter.coffee.id).execute()
    counter.partner_sells(5)
    run = counter.pass_()
    assert ",'=1+1," in owner.see(f"/sync-runs/{run.id}/changes.csv")
