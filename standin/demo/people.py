"""Who plays: people in their stores' admin, and the stores with everything that happens in them."""

import html
import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

T = TypeVar("T")


class Refused(AssertionError):
    """A store says no to what a customer or its staff wanted, e.g. for want of stock."""


class Store:
    """A store in the stand-in: what is in it, and what customers and staff do there."""

    def __init__(self, standin_url: str, domain: str) -> None:
        self.domain = domain
        self.http = httpx.Client(base_url=f"{standin_url}/_control", trust_env=False, timeout=30)

    def state(self) -> dict[str, Any]:
        """Everything the store holds now."""
        return self._ask("GET", "")

    def do(self, path: str, **facts: Any) -> dict[str, Any]:
        """Something happens, e.g. `do("/orders", lines=[...])`."""
        return self._ask("POST", path, facts)

    def stock(self) -> dict[str, int]:
        """Available units by SKU, over all places."""
        return {v["sku"]: sum(level["available"] for level in v["stock"].values()) for v in self.variants()}

    def variants(self) -> list[dict[str, Any]]:
        """Every variant of the store."""
        return [variant for product in self.state()["products"] for variant in product["variants"]]

    def variant(self, sku: str) -> dict[str, Any]:
        """The variant with this SKU."""
        return next(variant for variant in self.variants() if variant["sku"] == sku)

    def _ask(self, method: str, path: str, facts: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self.http.request(method, f"/shops/{self.domain}{path}", json=facts)
        if not answer.is_success:
            kind = Refused if answer.status_code == 409 else AssertionError
            raise kind(f"{method} {self.domain}{path}: {answer.status_code} {answer.text}")
        found: dict[str, Any] = answer.json()
        return found


class Person:
    """Somebody in a store's admin who uses the app: documents carry an ID token, fetches a bearer token."""

    def __init__(self, store: Store, app_url: str) -> None:
        self.store = store
        self.http = httpx.Client(base_url=app_url, trust_env=False, timeout=30, follow_redirects=False)

    def open(self, path: str = "/") -> str:
        """Open a page of the app as Shopify's admin does; answers its text."""
        url = self.store.http.get(f"/shops/{self.store.domain}/open", params={"path": path}).json()["url"]
        return text_of(self._checked(self.http.get(url)))

    def fetch(self, path: str) -> httpx.Response:
        """Ask for a page as App Bridge and htmx do."""
        return self._checked(self.http.get(path, headers=self._headers(whole=True)))

    def read(self, path: str) -> str:
        """The text of a page."""
        return text_of(self.fetch(path))

    def post(self, path: str, **fields: Any) -> httpx.Response:
        """Press a button, send a form."""
        return self._checked(self.http.post(path, data=fields, headers=self._headers()))

    def _headers(self, *, whole: bool = False) -> dict[str, str]:
        token = self.store.http.get(f"/shops/{self.store.domain}/id_token").json()["id_token"]
        return {
            "Authorization": f"Bearer {token}",
            "HX-Request": "true",
            "HX-Request-Type": "full" if whole else "partial",
            "Sec-Fetch-Dest": "empty",
        }

    def _checked(self, answer: httpx.Response) -> httpx.Response:
        if not answer.is_success:
            path = answer.request.url.path
            raise AssertionError(f"{answer.request.method} {path}: {answer.status_code} {text_of(answer)[:300]}")
        return answer


def text_of(answer: httpx.Response) -> str:
    """What a reader sees of a page, in one line: its text, headings in attributes included."""
    headed = re.sub(r'<[^>]*\bheading="([^"]*)"[^>]*>', r" \1 ", answer.text)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", headed))).strip()


def soon(what: str, look: Callable[[], T | None], seconds: float = 20.0) -> T:
    """What `look` answers once it answers something; AssertionError after so many real seconds."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.05)
