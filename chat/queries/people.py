"""Reads the name and kind under which people appear to others."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model

from chat import protocol
from chat.ids import PersonId
from chat.models import Profile, default_name

_FIELDS = "pk", "name", "kind", "latin", "user__is_active"


def people(ids: Iterable[PersonId]) -> protocol.People:
    """Somebody without a profile appears under a default name."""
    wanted = set(ids)
    found = {
        str(pk): protocol.PersonRow(name=name, kind=kind, latin=latin, deactivated=not is_active)
        for pk, name, kind, latin, is_active in Profile.objects.filter(pk__in=wanted).values_list(*_FIELDS)
    }
    missing = [pk for pk in wanted if str(pk) not in found]
    if missing:
        users = get_user_model()._default_manager.filter(pk__in=missing)
        found |= {
            str(user.pk): protocol.PersonRow(
                default_name(user), kind="account", deactivated=not user.is_active
            )
            for user in users
        }
    return found


def name_of(person: PersonId) -> str:
    return people([person])[str(person)].name
