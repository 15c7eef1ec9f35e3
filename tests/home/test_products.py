"""What we sell of everybody's goods: sorted by sales and by margins, at each partner's exchange rate."""

from occhub import clock
from occhub.catalog.models import Import, Product, ProductMapping
from occhub.catalog.selling import SORTS, browse_sold
from occhub.home.tallying import LATELY, sold_by_product
from occhub.partners.models import Hub, Partner
from tests.orders.conftest import Floor
from tests.people import Person


def partners_of(**asked: object) -> list[str]:
    now = clock.now()
    rows = browse_sold(sold_by_product(now), as_of=now, **asked).rows
    return list(dict.fromkeys(row.listing.partner.name for row in rows))


def test_products_are_sorted_by_bags_sold_lately(floor: Floor, owner: Person) -> None:
    floor.sell(2, floor.coffee)
    floor.sell(5, floor.others_coffee)
    now = clock.now()
    assert [row.bags for row in browse_sold(sold_by_product(now), sort="sold", as_of=now).rows][:2] == [5, 2]
    assert partners_of(sort="sold")[0] == "Onda"
    later = browse_sold(sold_by_product(now + LATELY * 1.1), as_of=now).rows
    assert {row.bags for row in later} == {0}
    assert "Sold in 30 days" in owner.see("/products?sort=sold")


def test_products_are_found_by_what_is_known_of_them_at_their_partner(floor: Floor) -> None:
    now, listing = clock.now(), floor.coffee.listing
    facts = {"title": listing.title, "status": "ACTIVE", "words": "san agustin huila ws-12"}
    times = {"remote_updated_at": now, "first_seen_at": now, "refreshed_at": now}
    # A product of the same number at another store is another one.
    for partner in (floor.partner, floor.other):
        Product.create(partner=partner, remote_id=listing.product_remote_id, **facts, **times)

    def found(search: str) -> list[int]:
        return [row.listing.id for row in browse_sold(sold_by_product(now), search=search, as_of=now).rows]

    for search in ("Agustín", "ws-12 huila", listing.title):
        assert listing.id in found(search)
        assert floor.others_coffee.listing_id not in found(search)
    assert found("agustin nothing") == []
    assert len(found(" ")) > 1


def test_margins_are_compared_in_the_hubs_currency(floor: Floor) -> None:
    ProductMapping.update(price_minor=2000, cost_minor=1000).execute()
    Partner.update(exchange_rate="1.7").where(Partner.id == floor.other.id).execute()
    assert partners_of(sort="margin")[0] == "Milk Road"
    assert partners_of(sort="thin")[0] == "Onda"
    assert partners_of(tab="low") == ["Onda"]
    # 1,000 yen are 8.50 dollars, of a price of 20.00.
    Partner.update(currency="JPY", exchange_rate="0.0085").where(Partner.id == floor.other.id).execute()
    assert Hub.get_hub().currency == "USD"
    assert partners_of(sort="thin")[0] == "Milk Road"
    assert partners_of(tab="low") == []


def test_what_is_not_on_the_hub_yet_stands_last_however_it_is_sorted(floor: Floor) -> None:
    now = clock.now()
    facts = {"state": "planned", "markup_bp": 0, "created_at": now, "planned_at": now, "changed_at": now}
    Import.create(partner=floor.partner, product_remote_id="new", title="Zz", **facts)
    for sort in SORTS:
        titles = [row.listing.title for row in browse_sold(sold_by_product(now), sort=sort, as_of=now).rows]
        assert titles[0 if sort == "touched" else -1] == "Zz"
