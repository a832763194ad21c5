"""The token of the one-time setup link, and the first administrator.

The token is derived from SECRET_KEY and the epoch: nothing is stored, all processes agree.
"""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import IntegrityError
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from chat import actions
from chat.actions import Refused
from chat.ids import PersonId
from chat.models import Workspace, new_user
from chat.protocol import Code


def is_set_up() -> bool:
    return Workspace.objects.exclude(founder=None).exists()


def link() -> str | None:
    """The path of the setup page. None once there is a founder or any user."""
    token = _token()
    return None if token is None else reverse("chat:setup", args=[token])


def is_token(given: str) -> bool:
    token = _token()
    return token is not None and constant_time_compare(given, token)


def _token() -> str | None:
    # A project's own managers may hide users.
    if is_set_up() or get_user_model()._base_manager.exists():
        return None
    return salted_hmac("chat.accounts.first_run", Workspace.current().epoch, algorithm="sha256").hexdigest()[
        :32
    ]


# -- in one transaction each, through the writer -------------------------------------------------------------


def set_up_by_link(token: str, given: dict[str, str], password: str) -> tuple[AbstractUser, str]:
    """Checks the token again: another request may have been faster. Raises Refused."""
    if not is_token(token):
        raise Refused(Code.NOT_ALLOWED)
    return set_up(given, password)


def set_up(given: dict[str, str], password: str) -> tuple[AbstractUser, str]:
    """Creates the first administrator and room, or neither. `password` is a hash. Raises Refused."""
    user = new_user(given["username"], password=password, is_staff=True, is_superuser=True)
    try:
        user.save()
    except IntegrityError:
        raise Refused(Code.NOT_ALLOWED) from None
    return user, set_up_as(user.pk, given)


def set_up_as(superuser: PersonId, given: dict[str, str]) -> str:
    """Makes this superuser the founder. Returns the key of the first room."""
    actions.change_profile(superuser, name=given["name"], language=given.get("language"))
    return actions.create_workspace(superuser, given["workspace"]).key
