"""Who may make an account, and how is it made? All that knows allauth."""

from allauth.account.adapter import DefaultAccountAdapter
from django import forms


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    pass


class SignupForm(forms.Form):
    def signup(self, request: object, user: object) -> None:
        pass
