"""The shop floor of the orders' tests, with people who have the app open."""

import pytest
from starlette.testclient import TestClient

from occhub.settings import Settings
from tests.orders.conftest import Floor, floor  # noqa: F401  (the fixture)
from tests.partners.conftest import fair  # noqa: F401  (the fixture)
from tests.people import Person, open_app


@pytest.fixture
def client(floor: Floor, settings: Settings) -> TestClient:  # noqa: F811
    return open_app(settings)


@pytest.fixture
def owner(client: TestClient, floor: Floor) -> Person:  # noqa: F811
    return Person(client, floor.standin, floor.hub.shop)


@pytest.fixture
def roaster(client: TestClient, floor: Floor) -> Person:  # noqa: F811
    return Person(client, floor.standin, floor.partner.domain)
