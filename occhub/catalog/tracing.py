"""Where a coffee comes from, in one set of words: out of the partner's custom fields, else out of his tags.

Every roaster names these things in his own way; on the hub they stand under one name each, so that one theme shows all.
"""

import json
import re
from collections.abc import Iterable, Mapping

from occhub.shopify.listings import FACTS, TEXT
from occhub.shopify.types import Metafield, PartnerProduct

LONGEST = 255
# What it is called on the hub -> what roasters call it.
_NAMES = {
    "origin": "origin country country_of_origin origin_country",
    "region": "region growing_region",
    "producer": "producer farm farmer grower estate washing_station cooperative",
    "process": "process processing processing_method process_method",
    "variety": "variety varieties varietal varietals cultivar",
    "altitude": "altitude elevation masl",
    "roast": "roast roast_level roast_profile roast_style",
    "notes": "notes tasting_notes cup_notes cupping_notes flavor_notes flavour_notes flavors flavours flavor_profile",
    "harvest": "harvest harvest_year crop_year",
}
_OURS = {theirs: ours for ours, names in _NAMES.items() for theirs in names.split()}
_TEXTS = {TEXT, "multi_line_text_field", "number_integer", "number_decimal"}
_LISTS = {f"list.{kind}" for kind in (TEXT, "number_integer", "number_decimal")}
_TAG = re.compile(r"([A-Za-z][\w -]*?)\s*(:|__)\s*(\S.*)")
_SPACES = re.compile(r"\s+")


def trace(product: PartnerProduct) -> dict[str, str]:
    """What is known of the coffee's origin, e.g. {"origin": "Ethiopia", "process": "Washed"}, in a fixed order."""
    fields = [(field.key, value) for field in product.metafields for value in _values(field)]
    told = _gather([pair for tag in product.tags for pair in _tagged(tag)]) | _gather(fields)
    return {name: told[name] for name in _NAMES if name in told}


def origin_fields(facts: dict[str, str], shop: str) -> tuple[Metafield, ...]:
    """The custom fields of a product on the hub: from which store it comes, and what `trace` found."""
    own = Metafield("$app", "partner", TEXT, shop)
    return (own, *(Metafield(FACTS, name, TEXT, value) for name, value in facts.items()))


def known(facts: Mapping[str, str]) -> dict[str, str]:
    """Of a product's custom fields on the hub, those that go by our names."""
    return {name: facts[name] for name in _NAMES if name in facts}


def _gather(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    told: dict[str, dict[str, None]] = {}
    for name, value in pairs:
        ours, words = _OURS.get(_plain(name)), _SPACES.sub(" ", value).strip()
        if ours and words:
            told.setdefault(ours, {})[words] = None
    return {name: ", ".join(values)[:LONGEST] for name, values in told.items()}


def _values(field: Metafield) -> list[str]:
    if field.type in _TEXTS:
        return [field.value]
    if field.type not in _LISTS:
        return []  # a reference means nothing in another store
    try:
        values = json.loads(field.value)
    except ValueError:
        return []
    return [str(value) for value in values] if isinstance(values, list) else []


def _tagged(tag: str) -> list[tuple[str, str]]:
    """ "Process: Washed" and "origin__costa-rica" say what they are; a bare word does not."""
    found = _TAG.fullmatch(tag.strip())
    if found is None:
        return []
    name, sign, value = found.groups()
    return [(name, value.replace("-", " ").title() if sign == "__" else value)]


def _plain(name: str) -> str:
    return re.sub(r"\W+", "_", name.strip().lower()).removeprefix("coffee_")
