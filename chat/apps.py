"""The Django app: loads the checks and the signal receivers.

Both need models, which are not ready when this module is imported, so `ready` loads them by name.
"""

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
