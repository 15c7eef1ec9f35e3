"""Rules of drafts that an app breaks: too many lines, scopes it was not granted."""

import pytest

CREATE = """mutation Open($input: DraftOrderInput!) {
  draftOrderCreate(input: $input) { draftOrder { id } userErrors { field message } } }"""
COMPLETE = "mutation Complete($id: ID!) { draftOrderComplete(id: $id) { draftOrder { id } } }"


def row(roaster):
    return {"variantId": roaster.bag.gid, "quantity": 1}


@pytest.mark.parametrize(("lines", "accepted"), [(499, True), (500, False)])
def test_a_draft_has_at_most_499_lines(roaster, lines, accepted):
    answer = roaster.ask(CREATE, input={"lineItems": [row(roaster)] * lines})
    assert ("errors" not in answer) is accepted
    if not accepted:
        assert answer["errors"][0]["extensions"]["code"] == "MAX_INPUT_SIZE_EXCEEDED"
        assert roaster.shop.drafts == {}
        assert roaster.world.report.violations


def test_payment_terms_need_a_scope_of_their_own_and_make_the_order_pending(roaster):
    terms = {
        "lineItems": [row(roaster)],
        "paymentTerms": {"paymentTermsTemplateId": "gid://shopify/PaymentTermsTemplate/4"},
    }
    refused = roaster.ask(CREATE, input=terms)
    assert refused["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    scopes = ("write_draft_orders", "write_payment_terms", "read_orders")
    draft = roaster.ask(CREATE, scopes=scopes, input=terms)["data"]["draftOrderCreate"]["draftOrder"]["id"]
    roaster.ask(COMPLETE, scopes=scopes, id=draft)
    assert [order.financial_status for order in roaster.shop.orders.values()] == ["PENDING"]


def test_fields_of_a_draft_that_are_not_modelled_are_listed(roaster):
    roaster.ask(CREATE, input={"lineItems": [row(roaster)], "visibleToCustomer": True})
    [missing] = roaster.world.report.unmodelled.values()
    assert (missing.type, missing.field) == ("DraftOrderInput", "visibleToCustomer")
