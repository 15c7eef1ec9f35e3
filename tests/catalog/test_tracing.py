"""The words roasters use for where a coffee comes from become one set of words."""

from datetime import UTC, datetime

import pytest

from occhub.catalog.tracing import LONGEST, trace
from occhub.shopify.types import Metafield, PartnerProduct

TEXT = "single_line_text_field"


def _product(*fields: tuple[str, str, str], tags: tuple[str, ...] = ()) -> PartnerProduct:
    return PartnerProduct(
        id="gid://shopify/Product/1",
        title="Sidamo",
        handle="sidamo",
        description_html="",
        vendor="",
        product_type="",
        status="ACTIVE",
        tags=tags,
        updated_at=datetime(2026, 11, 2, tzinfo=UTC),
        is_gift_card=False,
        needs_subscription=False,
        is_bundle=False,
        options=(),
        images=(),
        variants=(),
        metafields=tuple(Metafield("custom", *field) for field in fields),
    )


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("origin", "origin"),
        ("Country", "origin"),
        ("coffee_origin", "origin"),
        ("processing-method", "process"),
        ("varietal", "variety"),
        ("elevation", "altitude"),
        ("flavour_notes", "notes"),
        ("washing_station", "producer"),
    ],
)
def test_a_custom_field_is_known_by_what_roasters_call_it(key: str, name: str) -> None:
    assert trace(_product((key, TEXT, " Sidama,\n Ethiopia "))) == {name: "Sidama, Ethiopia"}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("metaobject_reference", "gid://shopify/Metaobject/1"),
        ("list.single_line_text_field", "no list"),
        ("list.single_line_text_field", "{}"),
        (TEXT, "  "),
    ],
)
def test_what_is_no_text_tells_nothing(kind: str, value: str) -> None:
    assert trace(_product(("process", kind, value))) == {}


def test_tags_tell_where_no_field_does() -> None:
    tags = ("Process: Washed", "Process: Anaerobic", "origin__costa-rica", "harvest__2026", "Ethiopia", "hidden: 1")
    found = trace(_product(("origin", TEXT, "Tarrazú"), tags=tags))
    assert found == {"origin": "Tarrazú", "process": "Washed, Anaerobic", "harvest": "2026"}


def test_a_list_becomes_words_and_a_novel_is_cut() -> None:
    found = trace(_product(("notes", "list.single_line_text_field", '["Plum", "Fig"]'), ("farm", TEXT, "x" * 999)))
    assert found["notes"] == "Plum, Fig"
    assert len(found["producer"]) == LONGEST
