"""Forms of the chat's pages. They check shape only; actions check permissions."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model, password_validation
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from chat import limits, text
from chat.models import Membership, Room, login_field, new_user

LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
DENSITIES = [("", _("Comfortable")), ("compact", _("Compact"))]
THEMES = [("", _("Same as system")), ("light", _("Light")), ("dark", _("Dark"))]


class NameField(forms.CharField):
    default_error_messages = {"invisible": _("A name needs at least one visible character.")}

    def clean(self, value: object) -> str:
        try:
            return text.clean_name(super().clean(value))
        except text.BadBody:
            raise ValidationError(self.error_messages["invisible"], code="invisible") from None


def person_name_field(**kwargs: Any) -> NameField:
    widget = forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"})
    return NameField(label=_("Your name"), max_length=limits.NAME_CHARACTERS, widget=widget, **kwargs)


def language_choice() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Language"), choices=LANGUAGES, widget=forms.RadioSelect)


def login_form_field() -> forms.Field:
    """The form field for the user model's USERNAME_FIELD: a username or an e-mail address."""
    of_model = login_field()
    attributes = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
    label = _("Username") if of_model.name == "username" else capfirst(of_model.verbose_name)
    field: forms.Field = of_model.formfield(
        label=label, help_text=_("For signing in. Other people don’t see it.")
    )
    field.widget.attrs |= attributes
    field.validators += [one for one in of_model.validators if one not in field.validators]
    return field


class CredentialsForm(forms.Form):
    password = forms.CharField(
        label=_("Password"), strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"] = login_form_field()
        # The first validator's: all of them would be a page of text.
        self.fields["password"].help_text = "".join(password_validation.password_validators_help_texts()[:1])
        self.order_fields(self.field_order or ["username", "password"])

    def clean_username(self) -> str:
        username = str(get_user_model().normalize_username(self.cleaned_data["username"]))
        if get_user_model()._base_manager.filter(**{f"{login_field().name}__iexact": username}).exists():
            raise ValidationError(username_taken())
        return username

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "password" in given:
            try:
                password_validation.validate_password(given["password"], self._applicant(given))
            except ValidationError as error:
                self.add_error("password", error)
        return given

    def _applicant(self, given: dict[str, Any]) -> Any:
        user = new_user(given.get("username", ""))
        user.first_name = given.get("name", "")
        return user


def username_taken() -> str:
    return str(_("This username is already taken."))


class WorkspaceForm(forms.Form):
    workspace = NameField(
        label=_("Name of your workspace"), max_length=60,
        help_text=_("Shown at the top of every page. You can change it later."),
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "dir": "auto"}),
    )  # fmt: skip
    name = person_name_field()
    language = language_choice()


class SetupForm(WorkspaceForm, CredentialsForm):
    field_order = ["workspace", "name", "username", "password", "language"]


class GuestForm(forms.Form):
    name = person_name_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs |= {"autofocus": True, "enterkeyhint": "go"}


class ProfileForm(forms.Form):
    name = person_name_field(help_text=_("Shown next to your messages."))
    language = language_choice()
    theme = forms.ChoiceField(label=_("Theme"), choices=THEMES, required=False, widget=forms.RadioSelect)
    density = forms.ChoiceField(
        label=_("Message spacing on this device"),
        choices=DENSITIES,
        required=False,
        widget=forms.RadioSelect,
    )


class RoomForm(forms.Form):
    name = NameField(
        label=_("Room name"), max_length=limits.ROOM_NAME_CHARACTERS,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )  # fmt: skip
    topic = forms.CharField(
        label=_("Topic"), max_length=limits.TOPIC_CHARACTERS, required=False,
        help_text=_("One line. Optional."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Who can join?"), widget=forms.RadioSelect, initial=Room.Kind.PUBLIC,
        choices=[
            (Room.Kind.PUBLIC, _("Everyone in the workspace")),
            (Room.Kind.PRIVATE, _("Only people with an invite link")),
        ],
    )  # fmt: skip

    posting = forms.ChoiceField(
        label=_("Who can post?"), widget=forms.RadioSelect, initial=Room.Posting.EVERYBODY, required=False,
        help_text=_("Everyone else can read and react."),
        choices=[
            (Room.Posting.EVERYBODY, _("Everyone in the room")),
            (Room.Posting.MODERATORS, _("Only moderators")),
        ],
    )  # fmt: skip

    guests_invite = forms.TypedChoiceField(
        label=_("Who can invite others?"), widget=forms.RadioSelect, required=False, coerce=bool,
        empty_value=None,
        choices=[("", _("People with an account")), ("guests", _("Guests too"))],
    )  # fmt: skip

    def clean_guests_invite(self) -> bool:
        return bool(self.cleaned_data["guests_invite"])

    def clean_topic(self) -> str:
        return " ".join(str(self.cleaned_data["topic"]).split())


class LinkForm(forms.Form):
    """Empty means no limit."""

    days = forms.TypedChoiceField(
        label=_("Expires"), coerce=int, empty_value=None, required=False, initial=limits.LINK_DAYS,
        choices=[
            (1, _("after 1 day")), (7, _("after 1 week")), (limits.LINK_DAYS, _("after 1 month")),
            ("", _("never")),
        ],
    )  # fmt: skip
    uses = forms.TypedChoiceField(
        label=_("Uses"), coerce=int, empty_value=None, required=False, initial=limits.LINK_USES,
        choices=[
            (1, "1"), (10, "10"), (limits.LINK_USES, str(limits.LINK_USES)), ("", _("unlimited")),
        ],
    )  # fmt: skip


class MemberForm(forms.Form):
    MUTES = [("1", _("for 1 hour")), ("24", _("for 1 day")), ("168", _("for 1 week"))]

    person = forms.IntegerField(min_value=1)
    do = forms.ChoiceField(
        choices=[(verb, verb) for verb in ("role", "mute", "unmute", "remove", "block_rejoin")]
    )
    role = forms.ChoiceField(choices=Membership.Role.choices, required=False)
    hours = forms.TypedChoiceField(choices=MUTES, coerce=int, required=False)


class PeopleField(forms.TypedMultipleChoiceField):
    # The action checks whether they can be written to.

    def valid_value(self, value: object) -> bool:
        return str(value).isascii() and str(value).isdecimal() and len(str(value)) < 19


class ConversationForm(forms.Form):
    """With `find`, the form searches for more people instead of opening the conversation."""

    person = PeopleField(coerce=int, required=False)
    q = forms.CharField(max_length=limits.NAME_CHARACTERS, required=False)
    find = forms.BooleanField(required=False)


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=settings.LANGUAGES)
