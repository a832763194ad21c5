"""Password validator for minimum length."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext

LEAST = 12


class TwelveCharactersValidator:
    """Length makes passwords hard to guess; required capitals and digits only make them hard to type."""

    def validate(self, password: str, user: object = None) -> None:
        short = LEAST - len(password)
        if short <= 0:
            return
        raise ValidationError(
            ngettext(
                "One character too short. Use at least 12; spaces are allowed.",
                "%(count)d characters too short. Use at least 12; spaces are allowed.",
                short,
            )
            % {"count": short},
            code="password_too_short",
        )

    def get_help_text(self) -> str:
        return gettext("At least 12 characters. Spaces are allowed.")
