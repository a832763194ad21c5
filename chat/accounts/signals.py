"""Ends logins when somebody signs out, or when a password or account changes.

Django and allauth make these changes, so signals are the only place to react.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver
from django.http import HttpRequest

from chat import actions


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: AbstractBaseUser | None, **_: object) -> None:
    # Sent before Django deletes the session, which must be gone before the re-check.
    if user is not None and request.session.session_key:
        request.session.delete(request.session.session_key)
        actions.login_changed(user.pk)


@receiver(pre_save, sender=get_user_model())
def remember_activity(
    instance: Any, raw: bool = False, update_fields: Iterable[str] | None = None, **_: object
) -> None:
    # Read anew: what is saved may have been changed in memory only.
    changes = (
        not raw and not instance._state.adding and (update_fields is None or "is_active" in update_fields)
    )
    users = get_user_model()._default_manager.filter(pk=instance.pk)
    before = users.values_list("is_active", flat=True).first() if changes else None
    instance.chat_was_active = instance.is_active if before is None else before


@receiver(post_save, sender=get_user_model())
def account_changed(
    instance: Any,
    created: bool,
    raw: bool = False,
    update_fields: Iterable[str] | None = None,
    **_: object,
) -> None:
    # Saving `last_login` at each sign-in changes nothing for connections.
    if created or raw or (update_fields and set(update_fields) == {"last_login"}):
        return
    actions.login_changed(instance.pk)
    if instance.is_active != instance.chat_was_active:
        actions.activity_changed(instance.pk)
