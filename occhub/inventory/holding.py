"""Keep the partners' claims waiting while their stock is read and written (R6)."""

import time
from collections.abc import Collection
from concurrent.futures import Future
from contextlib import ExitStack

from occhub import leases
from occhub.orders import demand

# Real seconds to wait for a partner whose order is being claimed or placed; then he is left for a later round.
_CLAIMS_PATIENCE = 3.0


class ClaimsWaiting:
    """The leases behind which the partners' claims wait, taken in id order so that nobody deadlocks.

    `partners` are those whose lease is ours; whose order is being claimed or placed right now is left out.
    """

    def __init__(self, partner_ids: Collection[int]) -> None:
        self._names = {partner_id: demand.claims_lease(partner_id) for partner_id in partner_ids}
        deadline = time.monotonic() + _CLAIMS_PATIENCE
        self._held = [leases.ManyHeld(self._names.values())]
        with ExitStack() as broken_off:
            broken_off.callback(self.close)  # or what is held by now would be renewed for ever
            while (left := set(self._names.values()) - self._taken) and time.monotonic() < deadline:
                time.sleep(0.1)
                self._held.append(leases.ManyHeld(left))
            broken_off.pop_all()

    @property
    def partners(self) -> Collection[int]:
        """Whose claims wait for us."""
        return [partner_id for partner_id, name in self._names.items() if name in self._taken]

    def keep_until(self, partner_id: int, future: "Future[None]") -> None:
        """His store still answers us: let his claims wait until it has."""
        name = self._names.pop(partner_id)
        (held,) = [held for held in self._held if name in held.names]
        future.add_done_callback(lambda _: held.give_back(name))

    def close(self) -> None:
        """Let everybody claim again, but for those who wait longer."""
        with ExitStack() as each:  # also if one of them fails
            for held in self._held:
                if free := held.names & set(self._names.values()):
                    each.callback(held.give_back, *free)

    @property
    def _taken(self) -> set[str]:
        return {name for held in self._held for name in held.names}
