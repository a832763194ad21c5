"""Prints the events that a seed's random actions publish, one a line, in the environment of a site.

`python -m tests.chaos.event_trace SEED ACTS` must print the same on every database. Times and random values
are replaced by the order in which they first appear; the order of an object's keys does not matter.
"""

import json
import random
import re
import sys

import django

DRAWN = re.compile(r'"(?:[\w-]{10,}|nonce-\w+)"|\d{4}-\d\d-\d\dT[\d:.]+Z?')


def main() -> None:
    django.setup()
    from chat import broadcast, queries
    from tests.support.model_client import VERBS, Crowd

    seed, acts = map(int, sys.argv[1:])
    dice, names = random.Random(seed), Names()
    told: list[bytes] = []
    crowd = Crowd()
    broadcast.outlet = lambda hints: told.extend(frame for hint in hints for frame in hint["frames"])
    for _ in range(acts):
        crowd.do(dice.choice(VERBS), dice.choice([0, 0, 1, 2, 3, 4, 5]), dice.randrange(10_000))
    told += [queries.snapshot(crowd.room.pk).frame]
    told += [queries.changes(crowd.room.pk, since).frame for since in (0, 10, 100)]
    for frame in told:
        print(names.replaced(json.dumps(json.loads(frame), sort_keys=True)))


class Names(dict[str, str]):
    def replaced(self, text: str) -> str:
        return DRAWN.sub(lambda found: self.setdefault(found[0], f"<{len(self)}>"), text)


if __name__ == "__main__":
    main()
