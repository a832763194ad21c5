"""The name field of the sign-up form, imported by allauth before its own forms."""

from django import forms
from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest

from chat import actions
from chat.web.forms import person_name_field
from chat.writer import writer


class SignupFormBase(forms.Form):
    name = person_name_field()

    def signup(self, request: HttpRequest, user: AbstractUser) -> None:
        writer.perform(actions.change_profile, user.pk, name=self.cleaned_data["name"])
