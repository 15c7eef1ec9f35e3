"""R6: the leases behind which claims wait are given back whatever goes wrong, or nobody could claim any more."""

import threading
from collections.abc import Iterable, Sequence

import pytest
from peewee import OperationalError

from occhub import leases
from occhub.inventory import holding
from occhub.orders import demand
from tests.inventory.conftest import Counter


@pytest.fixture
def names(counter: Counter) -> Sequence[str]:
    """The leases of two partners."""
    return [demand.claims_lease(partner.id) for partner in (counter.partner, counter.other)]


def wait_for_both(counter: Counter) -> holding.ClaimsWaiting:
    return holding.ClaimsWaiting([counter.partner.id, counter.other.id])


def test_r6_a_database_that_fails_while_one_is_waited_for_keeps_no_lease(
    counter: Counter, names: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    class Failing(leases.ManyHeld):
        def __init__(self, names: Iterable[str]) -> None:
            tries.append(names)
            if len(tries) > 1:
                raise OperationalError("the server has gone away")
            super().__init__(names)

    monkeypatch.setattr(leases, "ManyHeld", Failing)
    with leases.hold(names[0]), pytest.raises(OperationalError):
        wait_for_both(counter)
    assert not leases.is_held(names[1])


def test_r6_one_lease_that_cannot_be_given_back_keeps_no_other(
    counter: Counter, names: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = leases.ManyHeld(names[:1])
    threading.Timer(0.3, busy.give_back).start()
    give_back, failed = leases.ManyHeld.give_back, []

    def fail_once(held: leases.ManyHeld, *theirs: str) -> None:
        give_back(held, *theirs)
        if not failed:
            failed.append(theirs)
            raise OperationalError("the server has gone away")

    claims = wait_for_both(counter)
    monkeypatch.setattr(leases.ManyHeld, "give_back", fail_once)
    with pytest.raises(OperationalError):
        claims.close()
    assert [leases.is_held(name) for name in names] == [False, False]
