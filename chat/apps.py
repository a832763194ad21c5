"""What happens when Django starts: the checks and the receivers are made known.

Both need models, which are not there yet when this module is read; so they are named here and loaded by
`ready`.
"""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = _("Chat")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for module in ("chat.checks", "chat.accounts.signals"):
            import_module(module)
