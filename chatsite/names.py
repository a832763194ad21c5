"""What does signing up ask besides username and password?

allauth makes this the base of its own form, so it has a module to itself: it is read before allauth's forms.
Imports chat's actions, forms and writer.
"""

from typing import Any

from django import forms
from django.http import HttpRequest

from chat import actions
from chat.web.forms import person_name
from chat.writer import writer


class NameForm(forms.Form):
    """What signing up asks besides username and password."""

    name = person_name()

    def signup(self, request: HttpRequest, user: Any) -> None:
        writer.perform(actions.change_profile, user.pk, name=self.cleaned_data["name"])
