"""System checks that a project gives the chat what it needs. docs/embedding.md shows such a project."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import models
from django.urls import NoReverseMatch
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from . import addresses

MIDDLEWARE = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "chat.web.csp.policy",
)
CONTEXT_PROCESSORS = (
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "chat.web.context_processors.workspace",
)
# Of AbstractUser. Any field may be the one to sign in with.
USER_FIELDS = ("password", "last_login", "date_joined", "is_active", "is_staff", "is_superuser")
ACCOUNT_PAGES = ("login", "logout", "signup", "password_change")


@register("chat")
def urls(**kwargs: object) -> list[CheckMessage]:
    try:
        addresses.root()
    except NoReverseMatch:
        hint = _('Add path("chat/", include("chat.urls")) to it, with any prefix.')
        return [Error(_("chat.urls is not included in the URL configuration."), hint=hint, id="chat.E012")]
    return []


@register("chat")
def asgi_application(**kwargs: object) -> list[CheckMessage]:
    """Reads the source: importing it would start to serve."""
    if "with_chat" in _source_of(settings.ASGI_APPLICATION or ""):
        return []
    hint = _("In the module that ASGI_APPLICATION names: application = with_chat(get_asgi_application()).")
    text = _("The ASGI application does not add the chat: no WebSockets and no uploads.")
    return [Error(text, hint=hint, id="chat.E013")]


def _source_of(application: str) -> str:
    try:
        spec = find_spec(application.rpartition(".")[0])
    except (ImportError, ValueError):
        return ""
    return Path(spec.origin).read_text() if spec and spec.origin else ""


@register("chat")
def channel_layers(**kwargs: object) -> list[CheckMessage]:
    if "default" in getattr(settings, "CHANNEL_LAYERS", {}):
        return []
    hint = _("Use chat.realtime.layers.InProcessChannelLayer, or the SharedChannelLayer for many processes.")
    return [Error(_("CHANNEL_LAYERS has no default layer."), hint=hint, id="chat.E014")]


@register("chat")
def middleware(**kwargs: object) -> list[CheckMessage]:
    listed = [import_string(name) for name in settings.MIDDLEWARE]
    return [
        Error(_("%(name)s is not in MIDDLEWARE.") % {"name": name}, id="chat.E015")
        for name in MIDDLEWARE
        if not any(_is_or_extends(one, import_string(name)) for one in listed)
    ]


def _is_or_extends(one: object, wanted: object) -> bool:
    return one is wanted or (isinstance(one, type) and isinstance(wanted, type) and issubclass(one, wanted))


@register("chat")
def context_processors(**kwargs: object) -> list[CheckMessage]:
    templates: Any = settings.TEMPLATES
    engines = [one for one in templates if one["BACKEND"].endswith(".DjangoTemplates")]
    given = engines[0].get("OPTIONS", {}).get("context_processors", []) if engines else []
    return [
        Error(_("The templates lack the context processor %(name)s.") % {"name": name}, id="chat.E016")
        for name in CONTEXT_PROCESSORS
        if name not in given
    ]


@register("chat")
def user_model(**kwargs: object) -> list[CheckMessage]:
    user = get_user_model()
    found: list[CheckMessage] = []
    if not isinstance(user._meta.pk, models.IntegerField):
        hint = _("The chat sends and stores people’s keys as numbers. A UUID cannot work.")
        found.append(Error(_("The key of the user model is not a number."), hint=hint, id="chat.E017"))
    names = {field.name for field in user._meta.get_fields()}
    found += [
        Error(
            _("The user model has no field %(name)s.") % {"name": name},
            hint=_("Derive it from AbstractUser, or add the field."), id="chat.E018",
        )
        for name in USER_FIELDS
        if name not in names
    ]  # fmt: skip
    return found + [
        Error(
            _("Guests cannot join: the user model’s field %(name)s has no default.") % {"name": field.name},
            hint=_("Give it a default, or null=True."), id="chat.E019",
        )
        for field in user._meta.concrete_fields
        if _must_be_given(field)
    ]  # fmt: skip


def _must_be_given(field: "models.Field[object, object]") -> bool:
    """`new_user` fills text that has to be unique; other text may be empty."""
    if field.primary_key or field.null or field.has_default() or field.empty_strings_allowed:
        return False
    return not getattr(field, "auto_now", False) and not getattr(field, "auto_now_add", False)


@register("chat")
def account_pages(**kwargs: object) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for page in ACCOUNT_PAGES:
        try:
            addresses.account_page(page)
        except NoReverseMatch:
            text = _("CHAT_%(page)s_URL is neither an address nor the name of a page of yours.")
            hint = _("Set it to one of the two, or to None if there is no such page.")
            found.append(Error(text % {"page": page.upper()}, hint=hint, id="chat.E020"))
    return found


@register("chat")
def files_folder(**kwargs: object) -> list[CheckMessage]:
    if hasattr(settings, "CHAT_FILES_DIR"):
        return []
    hint = _("Set CHAT_FILES_DIR to a folder that no web server serves: the chat checks who may open a file.")
    return [Warning(_("The chat’s files are stored in MEDIA_ROOT."), hint=hint, id="chat.W021")]
