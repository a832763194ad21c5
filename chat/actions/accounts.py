"""Ranks of accounts: superusers, then staff, then everybody else. Nobody acts on a person above them."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q

from chat.protocol import Code

from .moderation_log import Kind, record
from .refused import Refused


def is_above(person: Any, other: Any) -> bool:
    """Whether `person` has a higher rank than `other`. Of two staff also whoever has a permission that
    the other lacks is above: setting their password would give it away."""
    if _rank(person) != _rank(other) or person.pk == other.pk or not person.is_staff or person.is_superuser:
        return _rank(person) > _rank(other)
    return bool(_permissions(person) - _permissions(other))


def refuse_above(actor: Any, person: Any) -> None:
    """Raises Refused(not_allowed). An actor of None is a command or a shell on the server."""
    users = get_user_model()._default_manager.in_bulk([pk for pk in (actor, person) if pk is not None])
    if actor is None or person not in users:
        return
    if actor not in users or is_above(users[person], users[actor]):
        raise Refused(Code.NOT_ALLOWED)


def refuse_last_superuser(person: Any) -> None:
    """Raises Refused(not_allowed) where no other superuser could undo what is done to this one. One without
    "staff" cannot enter the admin."""
    users = get_user_model()._default_manager
    if not users.filter(pk=person, is_superuser=True).exists():
        return
    working = Q(is_superuser=True, is_active=True, is_staff=True, chat_profile__banned_at=None)
    # Locked, so that of the last two who act on each other one is refused; but not their key, to which what
    # they write refers.
    held = users.select_for_update(no_key=True, of=("self",)).filter(is_superuser=True).order_by("pk")
    pks = [user.pk for user in held]
    left = set(users.filter(working, pk__in=pks).values_list("pk", flat=True))
    if left == {person}:
        raise Refused(Code.NOT_ALLOWED, "last superuser")


@transaction.atomic
def save_account(actor: Any, user: Any) -> None:
    """Store an account as a form of the admin has filled it in."""
    if user.pk is not None:
        refuse_above(actor, user.pk)
        if not (user.is_superuser and user.is_active and user.is_staff):
            refuse_last_superuser(user.pk)
        _record_password(actor, user)
    user.save()


def _record_password(actor: Any, user: Any) -> None:
    """Of somebody else: whoever knows it could sign in as them."""
    stored = get_user_model()._default_manager.filter(pk=user.pk).values_list("password", flat=True).first()
    if stored != user.password and actor != user.pk:
        record(Kind.PASSWORD, actor, person=user.pk, as_staff=True)


def _rank(user: Any) -> int:
    """Also of an account that is switched off: it may be switched on again."""
    return 2 if user.is_superuser else 1 if user.is_staff else 0


def _permissions(user: Any) -> set[int]:
    held = Permission.objects.filter(Q(user=user.pk) | Q(group__user=user.pk))
    return set(held.values_list("pk", flat=True))
