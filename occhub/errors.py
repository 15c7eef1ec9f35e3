"""What can go wrong, as a small tree. Nothing here knows HTTP; `app.py` translates once.

HubError
├── Invalid        a person's input is wrong: field and sentence, nothing was changed
├── NotFound       there is no such thing, or it is not yours to see
├── Forbidden      you are known, but this is not for you
├── Conflict       the thing is in a state that does not allow this
├── Misconfigured  the operator must change a setting before this can work
└── LeaseLost      another worker has taken over what we were doing
(the wall adds StoreError and its children in `shopify/errors.py`)
"""


class HubError(Exception):
    """The root: `str(error)` is a sentence a shop owner can read."""


class Invalid(HubError):
    """A field of a form or request is wrong; `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class NotFound(HubError):
    """No such thing for this visitor."""


class Forbidden(HubError):
    """The visitor is known, but may not do or see this."""


class Conflict(HubError):
    """The state of the thing does not allow the act."""


class Misconfigured(HubError):
    """A setting is missing or wrong; the message names it and says what to do."""


class LeaseLost(HubError):
    """The lease expired while we worked, so the work belongs to somebody else now."""
