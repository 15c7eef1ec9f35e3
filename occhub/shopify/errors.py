"""What can go wrong with a store. `retryable` says whether the same call may succeed a little later, `remedy` what is
safe and what a person can do.

StoreError
├── Throttled      the store's budget of points is used up, even after waiting            retryable
├── Unavailable    no answer, or the platform failed; `outcome_unknown` after a mutation  retryable
│   └── FailedInside   it says so itself, in a proper answer, perhaps only of single objects
├── Unauthorized   the token is dead for good: somebody must open the app in that store
├── StoreClosed    the store is frozen, locked, forbidden or gone (402, 403, 404, 423, 430)
├── AccessDenied   the token lacks a scope
├── Rejected       Shopify understood and said no: `user_errors`
└── BadAnswer      the answer is not what the API promises, or our document is wrong
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from occhub.errors import HubError


@dataclass(frozen=True)
class UserError:
    """One reason of a refusal; `path` leads to the input it is about, e.g. ("input", "quantities", "3")."""

    path: tuple[str, ...]
    message: str
    code: str


class StoreError(HubError):
    """The root; `shop` is the store's domain."""

    retryable = False
    remedy = "Nothing was lost. If it stays so, whoever runs the app finds more in its log."

    def __init__(self, shop: str, message: str) -> None:
        super().__init__(f"{shop}: {message}")
        self.shop = shop


class Throttled(StoreError):
    """The store's budget stayed empty through every try."""

    retryable = True
    remedy = "Nothing is lost: Shopify lets us ask only so much at a time. Try again in a minute."


class Unavailable(StoreError):
    """No answer, or the platform's own failure; after a mutation `outcome_unknown` says that it may have happened."""

    retryable = True
    remedy = (
        "Nothing is lost, and nothing is done twice: the app goes on by itself when the store answers. Or try again."
    )

    def __init__(
        self, shop: str, message: str, *, outcome_unknown: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(shop, message)
        self.outcome_unknown = outcome_unknown
        self.retry_after = retry_after  # seconds, when Shopify named them


class FailedInside(Unavailable):
    """The platform failed at our document; where only some nodes of a list are to blame, `rest` has them all.

    `spoilt` are the places of those that failed; they are None in `rest`.
    """

    def __init__(
        self, shop: str, *, outcome_unknown: bool, rest: list[Any] | None = None, spoilt: Collection[int] = ()
    ) -> None:
        super().__init__(shop, "Shopify failed inside", outcome_unknown=outcome_unknown)
        self.rest = rest
        self.spoilt = spoilt


class Unauthorized(StoreError):
    """No usable token, and refreshing cannot bring one: opening the app in that store's admin does."""

    remedy = "Nothing is lost. Somebody of that store opens the app once in its Shopify admin, and all goes on."


class StoreClosed(StoreError):
    """The store does not serve us: unpaid (402), forbidden (403), gone (404), locked (423) or wary of us (430)."""

    remedy = (
        "Nothing is lost, and nothing of it is sold meanwhile. Ask its owner; the app goes on when the store is open."
    )

    def __init__(self, shop: str, message: str, *, status: int) -> None:
        super().__init__(shop, message)
        self.status = status


class AccessDenied(StoreError):
    """The store has not granted a scope this needs."""

    remedy = "Nothing was changed. Open the app in that store's admin and allow what it asks for."


class Rejected(StoreError):
    """Shopify refused the input."""

    remedy = "Nothing was changed."

    def __init__(self, shop: str, user_errors: list[UserError]) -> None:
        super().__init__(shop, "; ".join(error.message for error in user_errors))
        self.user_errors = user_errors


class BadAnswer(StoreError):
    """The answer is not what the API promises, or our document is wrong; `codes` are Shopify's."""

    def __init__(self, shop: str, message: str, *, codes: frozenset[str] = frozenset()) -> None:
        super().__init__(shop, message)
        self.codes = codes
