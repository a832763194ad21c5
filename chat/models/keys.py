"""Random keys, and the key of a set of people."""

import secrets
from collections.abc import Iterable

from django.contrib.auth import get_user_model

from chat.ids import PersonId


def new_key() -> str:
    """128 random bits as 22 characters that are safe in an address."""
    return secrets.token_urlsafe(16)


def people_key(people: Iterable[PersonId]) -> str:
    """The same for the same people in any order."""
    return " ".join(sorted({str(person) for person in people}))


def people_of(key: str | None) -> list[PersonId]:
    """The people of such a key, in the order of their ids, which is not that of the key: "10 9"."""
    pk = get_user_model()._meta.pk
    return sorted(pk.to_python(person) for person in (key or "").split())
