"""Limits how many things run at once: in total and per client address."""

from collections import Counter


class Slots:
    def __init__(self, total: int, each_address: int) -> None:
        self._total, self._each_address = total, each_address
        self._taken: Counter[str | None] = Counter()

    def take(self, address: str | None) -> bool:
        """Take a slot. Returns False if a limit is reached. None is counted in the total only."""
        if self._taken.total() >= self._total:
            return False
        if address is not None and self._taken[address] >= self._each_address:
            return False
        self._taken[address] += 1
        return True

    def free(self, address: str | None) -> None:
        self._taken[address] -= 1
        if not self._taken[address]:
            del self._taken[address]
