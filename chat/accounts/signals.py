"""What others do that ends a login: somebody signs out, a password or an account changes.

Django and allauth do these, so we cannot call an action where they happen; their signals do. They write
nothing of ours, only ask for a look once what is under way has committed. Imports actions.
"""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from chat import actions


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: Any, **_: Any) -> None:
    """Sent before Django deletes the login session. It has to be gone before anybody looks."""
    if user is not None and request.session.session_key:
        request.session.delete(request.session.session_key)
        actions.end_login(user.pk)


@receiver(post_save, sender=get_user_model())
def account_changed(
    instance: Any, created: bool, raw: bool = False, update_fields: Any = None, **_: Any
) -> None:
    """Another password, or no longer active. Every sign-in also saves the user, and is no reason to look."""
    if created or raw or (update_fields and set(update_fields) == {"last_login"}):
        return
    actions.end_login(instance.pk)
