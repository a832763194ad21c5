"""Names: those that nobody can guess, and the one that a set of people has."""

import secrets
from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model


def new_key() -> str:
    """128 random bits as 22 characters that are safe in an address: nobody guesses the next one."""
    return secrets.token_urlsafe(16)


def people_key(people: Iterable[Any]) -> str:
    """The same for the same people, whoever names them and in whatever order."""
    return " ".join(sorted({str(person) for person in people}))


def people_of(key: str | None) -> list[Any]:
    """The people that such a key is made of; of none, nobody."""
    pk = get_user_model()._meta.pk
    return [pk.to_python(person) for person in (key or "").split()]
