"""Access tokens of stores: exchanged when somebody opens the app, refreshed ahead of expiry, encrypted at rest."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from peewee import CharField, TextField

from occhub import clock
from occhub.database import BaseModel, MomentField, session, write
from occhub.errors import Conflict, HubError
from occhub.leases import hold
from occhub.shopify import grants
from occhub.shopify.errors import Unauthorized, Unavailable
from occhub.shopify.gateway import gateway

log = logging.getLogger(__name__)

LIVE, ATTENTION = "live", "attention"
AHEAD = timedelta(minutes=5)
OLD = timedelta(hours=20)  # a pair this old is renewed by the daily job
PATIENCE = 10.0  # real seconds to wait for another worker that renews the same pair


class StoreToken(BaseModel):
    """A store's pair of tokens, encrypted; `attention` means that somebody must open the app in that store."""

    shop = CharField(primary_key=True)
    access = TextField()
    refresh = TextField()
    expires_at = MomentField()
    refresh_expires_at = MomentField()
    scopes = TextField(default="")
    state = CharField(default=LIVE)
    minted_at = MomentField()

    def is_fresh(self, as_of: datetime) -> bool:
        """Whether the access token can still be used: five minutes ahead, or more where the clock runs fast."""
        ahead = min(max(AHEAD, clock.span(5.0)), (self.expires_at - self.minted_at) / 2)
        return bool(self.expires_at - as_of > ahead)


def exchange(shop: str, id_token: str, as_of: datetime) -> None:
    """Turn a verified ID token into a fresh pair and keep it.

    Raises BadIdToken when the token has gone stale meanwhile, StoreClosed, Unavailable or Misconfigured.
    """
    with _alone(shop):
        _keep(shop, grants.exchange_id_token(shop, id_token), as_of)


def access_token(shop: str, as_of: datetime, *, force: bool = False) -> str:
    """The store's access token, refreshed when it ends within five minutes or by `force`.

    Raises Unauthorized when there is no living pair, StoreClosed, Unavailable or Misconfigured.
    """
    row = _living(shop)
    if row.is_fresh(as_of) and not force:
        return _open(shop, row.access)
    with _alone(shop):
        current = _living(shop)
        # Another thread may have refreshed while we waited; each refresh retires the pair before it.
        if current.minted_at != row.minted_at:
            return _open(shop, current.access)
        return _refresh(current, as_of)


def forget(shop: str) -> None:
    """Drop the store's tokens: it has uninstalled the app."""
    with session(), write():
        StoreToken.delete().where(StoreToken.shop == shop).execute()


def has_token(shop: str) -> bool:
    """Whether the store has a pair that still works."""
    with session():
        return bool(StoreToken.select().where((StoreToken.shop == shop) & (StoreToken.state == LIVE)).exists())


def minted_at(shop: str) -> datetime | None:
    """When Shopify last gave us a pair for the store: until then at least it had the app installed."""
    with session():
        row = StoreToken.get_or_none(StoreToken.shop == shop)
    return row.minted_at if row else None


def ends() -> dict[str, datetime]:
    """By store, until when its living pair can be renewed."""
    with session():
        return {row.shop: row.refresh_expires_at for row in StoreToken.select().where(StoreToken.state == LIVE)}


def ending(as_of: datetime, *, within: timedelta) -> dict[str, datetime]:
    """Stores whose living pair dies so soon, though it is renewed each day where that can be, and when."""
    return {shop: end for shop, end in ends().items() if end < as_of + within}


def keep_warm(as_of: datetime) -> dict[str, HubError]:
    """Renew every pair older than a day's work needs, so that no refresh token ever dies of idleness.

    Answers what failed, by store; a dead pair is marked, whoever owns the store reads it there.
    """
    stale = (StoreToken.state == LIVE) & (StoreToken.minted_at < as_of - OLD)
    with session():
        shops = [row.shop for row in StoreToken.select().where(stale).order_by(StoreToken.shop)]
    failed: dict[str, HubError] = {}
    for shop in shops:
        try:
            access_token(shop, as_of, force=True)
        except HubError as error:
            failed[shop] = error
    return failed


def reseal() -> int:
    """Seal every pair anew with the first of the keys; answers how many. What no key opens is left as it is."""
    resealed = 0
    with session():
        shops = [row.shop for row in StoreToken.select().order_by(StoreToken.shop)]
    for shop in shops:
        # Under the same lease as a renewal, or the pair of before would be written over a newer one.
        with _alone(shop), session(), write():
            row = StoreToken.get_or_none(StoreToken.shop == shop)
            if row is None:
                continue
            try:
                facts = {"access": _box().rotate(row.access).decode(), "refresh": _box().rotate(row.refresh).decode()}
            except InvalidToken:
                log.warning("the tokens of %s are sealed with a key that is not in TOKEN_KEY any more", shop)
                continue
            resealed += StoreToken.update(facts).where(StoreToken.shop == shop).execute()
    return resealed


def unopened() -> list[str]:
    """The stores whose pair none of our keys opens."""

    def is_closed(row: StoreToken) -> bool:
        try:
            _box().decrypt(row.refresh)
        except InvalidToken:
            return True
        return False

    with session():
        return [row.shop for row in StoreToken.select().order_by(StoreToken.shop) if is_closed(row)]


def scopes(shop: str) -> frozenset[str]:
    """The scopes the store granted when its token was minted; none when there is no token."""
    with session():
        row = StoreToken.get_or_none(StoreToken.shop == shop)
    return frozenset(row.scopes.split(",")) - {""} if row else frozenset()


@contextmanager
def _alone(shop: str) -> Iterator[None]:
    # An exchange and a refresh at once would each retire the other's pair.
    try:
        with hold(f"token:{shop}", patience=PATIENCE):
            yield
    except Conflict as error:
        raise Unavailable(shop, "another worker is renewing the token") from error


def _living(shop: str) -> StoreToken:
    with session():
        row: StoreToken | None = StoreToken.get_or_none(StoreToken.shop == shop)
    if row is None:
        raise Unauthorized(shop, "nobody has opened the app in that store yet")
    if row.state == ATTENTION:
        raise Unauthorized(shop, "our access has ended; open the app in that store to renew it")
    return row


def _refresh(row: StoreToken, as_of: datetime) -> str:
    try:
        grant = grants.refresh(row.shop, _open(row.shop, row.refresh))
    except Unauthorized:
        with session(), write():
            StoreToken.update(state=ATTENTION).where(StoreToken.shop == row.shop).execute()
        raise
    _keep(row.shop, grant, as_of)
    return grant.access


def _keep(shop: str, grant: grants.Grant, as_of: datetime) -> None:
    """Store the pair before anybody uses it: a used replacement is the end of the old pair."""
    row = {
        "shop": shop,
        "access": _seal(grant.access),
        "refresh": _seal(grant.refresh),
        "expires_at": as_of + grant.lifetime,
        "refresh_expires_at": as_of + grant.refresh_lifetime,
        "scopes": ",".join(grant.scopes),
        "state": LIVE,
        "minted_at": as_of,
    }
    with session(), write():
        StoreToken.insert(row).on_conflict(
            conflict_target=[StoreToken.shop], update={name: value for name, value in row.items() if name != "shop"}
        ).execute()


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in gateway().settings.token_keys])


def _seal(token: str) -> str:
    return _box().encrypt(token.encode()).decode()


def _open(shop: str, sealed: str) -> str:
    try:
        return _box().decrypt(sealed).decode()
    except InvalidToken:
        raise Unauthorized(shop, "its token was sealed with another TOKEN_KEY; open the app in that store") from None
