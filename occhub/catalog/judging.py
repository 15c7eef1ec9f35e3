"""What we make of a partner's product before anybody asks: importable or not, wholesale, a twin, sellable."""

import re
import unicodedata
from decimal import Decimal

from occhub.catalog.sizing import without_sizes
from occhub.shopify.types import PartnerProduct, PartnerVariant

_STATUS = {
    "DRAFT": "a draft at the partner",
    "ARCHIVED": "archived at the partner",
    "UNLISTED": "unlisted at the partner",
}
_NO_WORD = re.compile(r"\W+")
_WHOLESALE = re.compile(r"\bwholesale\b", re.IGNORECASE)
_MOST_WORDS = 12
# What listings of one coffee are told apart by, beside a size: to whom, how much, how it is ground.
_ASIDE = re.compile(r"\b(wholesale|retail|samples?|bulk|case( pack)?|whole beans?|(pre-?)?ground)\b")


def obstacle(product: PartnerProduct) -> str:
    """Why the product can't be imported, as a phrase ("gift card"); empty when it can.

    The stock of a bundle cannot be set (admin-api.md 3), and a variant without a price would be given away.
    """
    if product.is_gift_card:
        return "gift card"
    if product.needs_subscription:
        return "sold by subscription only"
    if product.is_bundle:
        return "bundle"
    if product.status != "ACTIVE":
        return _STATUS.get(product.status, "not on sale at the partner")
    if not product.variants or any(Decimal(variant.price) <= 0 for variant in product.variants):
        return "has no price"
    return ""


def is_wholesale(product: PartnerProduct) -> bool:
    """Whether it is marked as meant for resellers: real stores say so in the title, the vendor or a tag."""
    return any(_WHOLESALE.search(words) for words in (product.title, product.vendor, *product.tags))


def is_always_in_stock(variant: PartnerVariant) -> bool:
    """Whether the partner sells it without counting (R7)."""
    return not variant.tracked or variant.policy == "CONTINUE"


def twin_key(title: str) -> str:
    """The same for listings of one coffee; empty where nothing of the title remains.

    Case, accents, punctuation, sizes, grinds and words such as wholesale and sample make no difference.
    """
    return _NO_WORD.sub(" ", _ASIDE.sub(" ", without_sizes(fold(title)))).strip()[:255]


def search_words(product: PartnerProduct) -> str:
    """What a search for the product looks through."""
    skus = " ".join(variant.sku for variant in product.variants if variant.sku)
    return fold(" ".join((product.title, product.vendor, product.product_type, *product.tags, skus)))


def words_of(search: str) -> list[str]:
    """What a search looks for: every one of its first dozen words."""
    return fold(search).split()[:_MOST_WORDS]


def fold(text: str) -> str:
    """Lower case without accents, so that "san agustin" finds "San Agustín"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
