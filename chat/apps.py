"""The Django app. Checks and signal receivers need models, so `ready` loads them by name."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = _("Chat")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for module in ("chat.checks", "chat.project_checks", "chat.accounts.signals"):
            import_module(module)
