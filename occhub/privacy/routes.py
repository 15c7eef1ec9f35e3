"""The page of privacy requests and the report to download."""

from starlette.responses import Response

from occhub.errors import NotFound
from occhub.privacy.models import DATA_REQUEST, REDACT_CUSTOMER, REDACT_SHOP, PrivacyRequest
from occhub.web import Visit, render

WORDS = {
    DATA_REQUEST: "A customer asks what is held of him",
    REDACT_CUSTOMER: "A customer is to be forgotten",
    REDACT_SHOP: "A store that has left is to be erased",
}
_SHOWN = 200


def index(visit: Visit) -> Response:
    """What was asked, until when, and what came of it; what is open comes first, the most urgent on top."""
    is_open = PrivacyRequest.done_at.is_null()
    pressing = PrivacyRequest.select().where(is_open).order_by(PrivacyRequest.due_at)
    done = PrivacyRequest.select().where(~is_open).order_by(PrivacyRequest.done_at.desc()).limit(_SHOWN)
    return render(visit, "privacy/index.html", requests=[*pressing, *done], words=WORDS)


def report(visit: Visit) -> Response:
    """All that is held of a customer, as a file."""
    request = PrivacyRequest.find(visit.number("id"))
    if not request.report:
        raise NotFound("There is no report to this request.")
    name = f"data-request-{request.id}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(request.report, media_type="application/json", headers=headers)
