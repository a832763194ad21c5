"""What is told, when a seed's people do a seed's things? One line for each event, in the environment of a
site.

`python -m tests.chaos.trace SEED ACTS`: the same lines must come on every database. Times, and what is drawn
at random, are replaced by when they first came up; the order of an object's keys means nothing.
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
    from tests.support.model_client import Crowd

    seed, acts = map(int, sys.argv[1:])
    dice, names = random.Random(seed), Names()
    told: list[bytes] = []
    crowd = Crowd()
    broadcast.outlet = lambda hints: told.extend(frame for hint in hints for frame in hint["frames"])
    for _ in range(acts):
        crowd.do(
            dice.choice([0, 0, 0, *range(16)]), dice.choice([0, 0, 1, 2, 3, 4, 5]), dice.randrange(10_000)
        )
    told += [queries.snapshot(crowd.room.pk).frame]
    told += [queries.changes(crowd.room.pk, since).frame for since in (0, 10, 100)]
    for frame in told:
        print(names.replaced(json.dumps(json.loads(frame), sort_keys=True)))


class Names(dict[str, str]):
    def replaced(self, text: str) -> str:
        return DRAWN.sub(lambda found: self.setdefault(found[0], f"<{len(self)}>"), text)


if __name__ == "__main__":
    main()
