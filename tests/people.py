"""People at their browsers, without a server: real ID tokens, real pages; the queue's work is done by hand."""

import json
from typing import Any

from starlette.testclient import TestClient

from occhub import queue, schedule, webhooks
from occhub.app import create_app
from occhub.settings import Settings
from tests.conftest import Standin

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def open_app(settings: Settings) -> TestClient:
    """The app without its lifespan: the database and the gateway are the test's own."""
    nudges = {**schedule.NUDGES, "job": schedule.run_job, "inbox": webhooks.handle_inbox}
    queue.open_queue("memory:", nudges, schedule.tick)
    return TestClient(create_app(settings), base_url="http://127.0.0.1:8999", follow_redirects=False)


class Person:
    """Somebody in a store's admin who has the app open."""

    def __init__(self, client: TestClient, standin: Standin, shop: str) -> None:
        self.client, self.standin, self.shop = client, standin, shop

    def see(self, path: str = "/", status: int = 200) -> str:
        """Open a page."""
        answer = self.client.get(path, headers=self._token())
        assert answer.status_code == status, answer.text
        return answer.text

    def fetch(self, path: str, status: int = 200) -> str:
        """Fetch a fragment, or a file."""
        answer = self.client.get(path, headers=self._token() | FRAGMENT)
        assert answer.status_code == status, answer.text
        return answer.text

    def click(self, path: str, status: int = 200, **form: Any) -> str:
        """Press a button, send a form; answers text and headers."""
        answer = self.client.post(path, data=form, headers=self._token() | FRAGMENT)
        assert answer.status_code == status, answer.text
        return answer.text + json.dumps(dict(answer.headers))

    def _token(self) -> dict[str, str]:
        token = self.standin.control("GET", f"/shops/{self.shop}/id_token")["id_token"]
        return {"Authorization": f"Bearer {token}"}
