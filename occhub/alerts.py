"""Tells the owner at once, where the operator wants him told: a sentence posted to `ALERT_URL`, a chat's webhook."""

import logging
from urllib.parse import urlsplit

import httpx

from occhub.errors import HubError
from occhub.settings import Settings

log = logging.getLogger(__name__)

_TIMEOUT = httpx.Timeout(10.0)
_url: str | None = None


class Unsent(HubError):
    """The alert did not arrive; it may be sent again."""


def open_alerts(settings: Settings) -> None:
    """From now on alerts go where these settings say; call once, when the process starts."""
    global _url
    _url = settings.alert_url


def is_wanted() -> bool:
    """Whether the operator named an address."""
    return _url is not None


def host() -> str | None:
    """Where alerts go, as far as it may be shown: the rest of the address is a secret. None without one."""
    return urlsplit(_url).hostname if _url else None


def send(sentence: str) -> None:
    """Post `{"text": sentence}`, which Slack, Mattermost, Google Chat and most others take; raises Unsent.

    The address is the operator's alone, is asked directly and follows nobody elsewhere; its answer is not read.
    """
    if _url is None:
        raise Unsent("No ALERT_URL is set.")
    try:
        with httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=False) as http:
            status = http.post(_url, json={"text": sentence}).status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unsent(f"The alert was not delivered ({type(error).__name__}).") from error
    if not 200 <= status < 300:
        raise Unsent(f"The alert was answered with {status}.")
    log.info("told the owner: %s", sentence)
