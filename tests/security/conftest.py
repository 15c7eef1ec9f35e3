"""The fair of the partners' tests: a hub's owner and roasters with the app open."""

from tests.partners.conftest import fair  # noqa: F401  (the fixture)
