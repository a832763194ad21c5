"""Helpers for any user model: how to make a user, and what to call one without a chosen name."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AbstractUser
from django.db import models

from chat import limits
from chat.conf import chat_settings

# Reserved by RFC 2606: no mail ever goes there.
NOWHERE = "guests.invalid"


def login_field() -> Any:
    """The field people sign in with: a username, or an e-mail address."""
    return get_user_model()._meta.get_field(get_user_model().USERNAME_FIELD)


def new_user(login: str, **given: object) -> AbstractUser:
    """An unsaved user. Other text that has to be unique is filled with `login` too."""
    model = get_user_model()
    texts = [field for field in model._meta.concrete_fields if _is_unique_text(field)]
    fill = {one.name: _as_email(login) if isinstance(one, models.EmailField) else login for one in texts}
    return model(**(fill | given))


def _is_unique_text(field: Any) -> bool:
    is_text = isinstance(field, models.CharField) and not field.primary_key
    return is_text and (field == login_field() or (field.unique and not field.null))


def _as_email(login: str) -> str:
    return login if "@" in login else f"{login}@{NOWHERE}"


def guests_create_accounts() -> bool:
    # Nobody has verified an e-mail address: it could be somebody else's.
    given = chat_settings.CHAT_GUESTS_CREATE_ACCOUNTS
    return not isinstance(login_field(), models.EmailField) if given is None else given


def default_name(user: AbstractBaseUser) -> str:
    # Never an e-mail address, because everybody sees it.
    full_name = getattr(user, "get_full_name", str)()
    return (full_name or user.get_username().partition("@")[0])[: limits.NAME_CHARACTERS]
