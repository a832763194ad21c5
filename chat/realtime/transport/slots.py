"""Limits how many things run at once: in total, per client address and per person."""

from collections import Counter
from collections.abc import Hashable
from typing import NamedTuple


class Slot(NamedTuple):
    """The address and person that a slot counts for; None is not counted."""

    address: str | None
    person: Hashable = None


class Slots:
    def __init__(self, total: int, each_address: int, each_person: int = 0) -> None:
        self._most = {"all": total, "address": each_address, "person": each_person}
        self._taken: Counter[tuple[str, Hashable]] = Counter()

    def take(self, slot: Slot) -> bool:
        """Take a slot. Returns False and takes nothing if a limit is reached."""
        keys = _keys(slot)
        if any(self._taken[key] >= self._most[key[0]] for key in keys):
            return False
        self._taken.update(keys)
        return True

    def free(self, slot: Slot) -> None:
        self._taken.subtract(keys := _keys(slot))
        for key in keys:
            if self._taken[key] <= 0:
                del self._taken[key]


def _keys(slot: Slot) -> list[tuple[str, Hashable]]:
    given = [("address", slot.address), ("person", slot.person)]
    return [("all", None), *((kind, who) for kind, who in given if who is not None)]
