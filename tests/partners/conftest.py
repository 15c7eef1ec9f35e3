"""The hub's owner with his app open, and roasters' stores that have installed it or not."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from occhub import clock
from occhub.partners import connecting, welcoming
from occhub.partners.models import Partner
from occhub.settings import Settings
from occhub.shopify import tokens
from occhub.shopify.scopes import HUB_SCOPES_OPTIONAL
from tests.conftest import Standin
from tests.people import Person, open_app

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Fair:
    """Where roasters and the hub meet."""

    standin: Standin
    client: TestClient
    owner: Person

    def roaster(self) -> Person:
        """Somebody in the admin of a roaster's store, the app installed and not opened."""
        shop = self.standin.open_shop(catalogue={"size": 4, "seed": 3})
        self.standin.install(shop)
        return Person(self.client, self.standin, shop)

    def invite(self, name: str = "Milk Road") -> str:
        """The owner invites a roaster; answers the code of the link."""
        page = self.owner.click("/partners", name=name)
        return page.partition("/invitations/")[2].partition('"')[0]

    def connected(self, name: str = "Milk Road") -> tuple[Partner, Person]:
        """A roaster who came by an invitation and was welcomed."""
        roaster, code = self.roaster(), self.invite(name)
        roaster.see()
        roaster.click("/own/acceptance", code=code)
        roaster.see()
        partner = Partner.at(roaster.shop)
        assert partner is not None
        welcoming.welcome_partner(partner, as_of=clock.now())
        return Partner.find(partner.id), roaster


@pytest.fixture
def fair(settings: Settings, standin: Standin, gateway: None, database: None) -> Fair:
    hub = standin.open_shop(settings.hub_shop)
    tokens.exchange(hub, standin.install(hub, *HUB_SCOPES_OPTIONAL), clock.now())
    connecting.prepare_hub(hub)
    welcoming.welcome_hub(as_of=clock.now())
    client = open_app(settings)
    return Fair(standin, client, Person(client, standin, hub))
