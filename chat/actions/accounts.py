"""Ranks of accounts: superusers, then staff, then everybody else. Nobody acts on a person above them."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser, AnonymousUser, Permission
from django.db import transaction
from django.db.models import Q

from chat.ids import PersonId
from chat.protocol import Code, Reason

from .moderation_log import Kind, record
from .refused import Refused


def is_above(person: AbstractUser, other: AbstractUser | AnonymousUser) -> bool:
    # Staff are also above staff who lack one of their permissions: those could gain it by setting a password.
    if _rank(person) != _rank(other) or person.pk == other.pk or not person.is_staff or person.is_superuser:
        return _rank(person) > _rank(other)
    return bool(_permissions(person) - _permissions(other))


def refuse_above(actor: PersonId | None, person: PersonId) -> None:
    """An actor of None is a command or a shell on the server, which may do everything."""
    users = get_user_model()._default_manager.in_bulk([pk for pk in (actor, person) if pk is not None])
    if actor is None or person not in users:
        return
    if actor not in users or is_above(users[person], users[actor]):
        raise Refused(Code.NOT_ALLOWED)


def refuse_last_superuser(person: PersonId) -> None:
    """Refuse where no other superuser could undo what is done to this one."""
    users = get_user_model()._default_manager
    if not users.filter(pk=person, is_superuser=True).exists():
        return
    working = Q(is_superuser=True, is_active=True, is_staff=True, chat_profile__banned_at=None)
    # Locked, so that when the last two act on each other, one is refused. NO KEY, so that what they write
    # meanwhile does not wait: it refers to their key.
    locked = users.select_for_update(no_key=True, of=("self",)).filter(is_superuser=True).order_by("pk")
    pks = [user.pk for user in locked]
    left = set(users.filter(working, pk__in=pks).values_list("pk", flat=True))
    if left == {person}:
        raise Refused(Code.NOT_ALLOWED, Reason.LAST_SUPERUSER)


@transaction.atomic
def save_account(actor: PersonId | None, user: AbstractUser) -> None:
    if user.pk is not None:
        refuse_above(actor, user.pk)
        if not (user.is_superuser and user.is_active and user.is_staff):
            refuse_last_superuser(user.pk)
        _record_password(actor, user)
    user.save()


def _record_password(actor: PersonId | None, user: AbstractUser) -> None:
    # Whoever sets a password could sign in with it.
    stored = get_user_model()._default_manager.filter(pk=user.pk).values_list("password", flat=True).first()
    if stored != user.password and actor != user.pk:
        record(Kind.PASSWORD, actor, person=user.pk, as_staff=True)


def _rank(user: AbstractUser | AnonymousUser) -> int:
    """An inactive account keeps its rank: it may be activated again."""
    return 2 if user.is_superuser else 1 if user.is_staff else 0


def _permissions(user: AbstractUser | AnonymousUser) -> set[int]:
    permissions = Permission.objects.filter(Q(user=user.pk) | Q(group__user=user.pk))
    return set(permissions.values_list("pk", flat=True))
