"""Access tokens of stores: exchanged when somebody opens the app, refreshed ahead of expiry, encrypted at rest."""

from datetime import datetime

from peewee import CharField, TextField

from occhub.database import BaseModel, MomentField

LIVE, ATTENTION = "live", "attention"


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
    used_at = MomentField(null=True)


def exchange(shop: str, id_token: str, as_of: datetime) -> None:
    """Turn a verified ID token into a fresh pair and keep it; raises Unauthorized, StoreClosed or Unavailable."""
    raise NotImplementedError


def access_token(shop: str, as_of: datetime, *, force: bool = False) -> str:
    """The store's access token, refreshed when it ends within five minutes or by `force`; raises Unauthorized."""
    raise NotImplementedError


def forget(shop: str) -> None:
    """Drop the store's tokens: it has uninstalled the app."""
    raise NotImplementedError


def has_token(shop: str) -> bool:
    """Whether the store has a pair that still works."""
    raise NotImplementedError


def scopes(shop: str) -> frozenset[str]:
    """The scopes the store granted when its token was minted."""
    raise NotImplementedError
