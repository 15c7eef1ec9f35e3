"""The owner's pages of judgement: what a price is made of, which changes to follow, which product is which."""

from collections.abc import Callable
from datetime import datetime

from starlette.responses import Response

from occhub.catalog import agreeing, costing, deciding, linking, pricing
from occhub.catalog.foreseeing import foresee
from occhub.catalog.models import Change, Product, Variant
from occhub.catalog.opening import open_product
from occhub.catalog.terms import PriceList, TradeTerms
from occhub.errors import Invalid
from occhub.money import Money
from occhub.partners.models import Hub, Partner
from occhub.queue import nudge
from occhub.web import Visit, go, render, whole


def changes(visit: Visit) -> Response:
    """What did partners change, and shall we follow?"""
    return _changes(visit, visit.query)


def accept(visit: Visit) -> Response:
    """Follow one change, every one of a kind, or all."""
    chosen, unseen = _chosen(visit)
    touched = deciding.accept(chosen, as_of=visit.as_of)
    nudge("follow")
    return _changes(visit, visit.field, toast=f"{len(chosen)} accepted, on {len(touched)} products.{unseen}")


def dismiss(visit: Visit) -> Response:
    """Leave one thing, everything of a kind, or all as it is."""
    chosen, unseen = _chosen(visit)
    count = deciding.dismiss(chosen, as_of=visit.as_of)
    return _changes(visit, visit.field, toast=f"{count} left as it is.{unseen}")


def pricing_terms(visit: Visit) -> Response:
    """How are this partner's goods priced and followed?"""
    return _pricing(visit, Partner.find(visit.number("id")))


def save_pricing_terms(visit: Visit) -> Response:
    """Keep how they are priced and followed."""
    partner = Partner.find(visit.number("id"))
    agreeing.save_trade_terms(partner, visit.fields, as_of=visit.as_of)
    return _pricing(visit, partner, toast="Saved. What is on your store keeps its prices until you reprice.")


def take_price_list(visit: Visit) -> Response:
    """Keep a price list the partner gave: one of his store, or lines."""
    partner, remote_id = Partner.find(visit.number("id")), visit.field("remote_id")
    if remote_id:
        taken = costing.take_from_store(partner, remote_id, as_of=visit.as_of)
    else:
        taken = costing.take_typed(partner, visit.field("price_list"), visit.field("lines"), as_of=visit.as_of)
    return _pricing(visit, partner, toast=f"Costs are those of {taken.name} now. See below what repricing would do.")


def drop_price_list(visit: Visit) -> Response:
    """Go by the usual discount again."""
    partner = Partner.find(visit.number("id"))
    costing.drop(partner)
    return _pricing(visit, partner, toast="Costs are his price less the discount again.")


def show_price_lists(visit: Visit) -> Response:
    """Which price lists does the partner's store keep?"""
    partner = Partner.find(visit.number("id"))
    return render(visit, "catalog/_price_lists.html", partner=partner, offered=costing.offered(partner))


def reprice_all(visit: Visit) -> Response:
    """Work all prices of a partner's goods out anew; those the owner set on the hub are asked about."""
    partner = Partner.find(visit.number("id"))
    listings = deciding.sold_of(partner)
    count = len(deciding.ask_to_reprice(listings, as_of=visit.as_of, by_owner=False))
    nudge("follow")
    return _pricing(visit, partner, toast=f"{count} products are being repriced.")


def show_price(visit: Visit) -> Response:
    """The owner's own price of a product or a variant."""
    return _price_form(visit, visit.query("variant"))


def save_price(visit: Visit) -> Response:
    """Keep the owner's own price of a product or a variant."""
    partner = Partner.find(visit.number("id"))
    product = Product.find(partner, visit.number("product"))
    agreeing.save_rule(partner, product, _variant(product, visit.field("variant")), visit.fields)
    opened = open_product(partner, product)
    return render(visit, "catalog/_variants.html", partner=partner, product=product, variants=opened, toast="Saved.")


def show_links(visit: Visit) -> Response:
    """Which product of ours may be the same already? With one named: what linking would do."""
    partner = Partner.find(visit.number("id"))
    product = Product.find(partner, visit.number("product"))
    chosen = visit.query("hub_product")
    return render(
        visit,
        "catalog/_links.html",
        partner=partner,
        product=product,
        preview=linking.preview(product, chosen) if chosen else None,
        suggestions=() if chosen else linking.suggest(partner, product),
    )


def link(visit: Visit) -> Response:
    """Link a partner's product to one we have already."""
    partner = Partner.find(visit.number("id"))
    product = Product.find(partner, visit.number("product"))
    listing = linking.link(partner, product, visit.field("hub_product"), as_of=visit.as_of)
    nudge("stock")
    return go(f"/products/{listing.id}", toast="Linked. Its stock follows the partner from now on.")


def _chosen(visit: Visit) -> tuple[list[Change], str]:
    """What the owner decides about, and a sentence where something has come since he looked: that he has not seen."""
    one = "id" in visit.request.path_params
    chosen = [Change.find(visit.number("id"))] if one else deciding.all_of(visit.field("kind"))
    looked_at = _moment(visit.field("looked_at")) or visit.as_of
    seen = [change for change in chosen if change.noticed_at <= looked_at]
    unseen = len(chosen) - len(seen)
    return seen, f" {unseen} changed since you looked: look again." if unseen else ""


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        moment = None
    if text and (moment is None or moment.tzinfo is None):
        raise Invalid("looked_at", "Open the page again.")
    return moment


def _changes(visit: Visit, asked: Callable[[str], str], *, toast: str = "") -> Response:
    number = asked("page")
    review = deciding.list_changes(
        kind=asked("kind"), page=int(number) if number.isdecimal() and len(number) < 7 else 1
    )
    template, fragment = "catalog/changes.html", "catalog/_changes.html"
    foreseen = foresee(review.changes)
    return render(
        visit, template, fragment=fragment, toast=toast, review=review, kinds=deciding.KINDS, foreseen=foreseen
    )


def _pricing(visit: Visit, partner: Partner, *, toast: str = "") -> Response:
    hub, terms = Hub.get_hub(), TradeTerms.of(partner)
    return render(
        visit,
        "catalog/pricing.html",
        fragment="catalog/_pricing.html",
        toast=toast,
        partner=partner,
        hub=hub,
        terms=terms,
        ways=pricing.WAYS,
        follow=agreeing.choices_of(terms),
        kinds=deciding.KINDS,
        warning=agreeing.rate_warning(partner, hub, as_of=visit.as_of),
        repriced=agreeing.preview_repricing(partner),
        price_list=PriceList.of(partner),
        unlisted=costing.unlisted(partner),
    )


def _price_form(visit: Visit, variant_id: str) -> Response:
    partner = Partner.find(visit.number("id"))
    product = Product.find(partner, visit.number("product"))
    variant = _variant(product, variant_id)
    rule = agreeing.find_rule(product, variant)
    cost = "" if rule.cost_minor is None else Money(rule.cost_minor, partner.currency).amount
    return render(
        visit,
        "catalog/_price.html",
        partner=partner,
        product=product,
        variant=variant,
        rule=rule,
        cost=cost,
        ways=pricing.WAYS,
    )


def _variant(product: Product, number: str) -> Variant | None:
    return agreeing.find_variant(product, whole(number)) if number else None
