"""Prints the one-time link that sets up a new chat, or sets it up from the command line."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError

from chat.accounts import first_run
from chat.models import login_field
from chat.web import forms
from chat.writer import writer


class Command(BaseCommand):
    requires_system_checks = ()  # `make run` waits for it
    help = "Prints the one-time link that sets up a new chat. With --username, sets it up right here."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add(
            "--address", action="append", default=[], metavar="URL",
            help="where browsers reach the chat, as in https://chat.example.org; may be repeated",
        )  # fmt: skip
        add("--username", help="the administrator: an existing superuser, or a new one (password from stdin)")
        add(
            "--name",
            help="the administrator's name as others see it (the username, without @ and what follows)",
        )
        add("--workspace", default="Chat", help="what the chat is called (Chat)")

    def handle(self, *args: object, **options: Any) -> None:
        """With --verbosity 0 only links are printed."""
        if first_run.is_set_up():
            self._say("This chat is already set up.", options)
        elif options["username"]:
            self._set_up(options)
            self._say(f"The chat is set up. Sign in as {options['username']}.", options)
        elif link := first_run.link():
            self._say("Open this link once to set up the chat:", options)
            self.stdout.writelines(f"{address}{link}\n" for address in _addresses(options["address"]))
        else:
            self._say(
                "Some accounts already exist, so there is no link. Sign in as a superuser and open the chat, "
                "or name the superuser with --username.",
                options,
            )

    def _say(self, line: str, options: dict[str, Any]) -> None:
        if options["verbosity"]:
            self.stdout.write(line)

    def _set_up(self, options: dict[str, Any]) -> None:
        users = get_user_model()._base_manager
        user: Any = users.filter(**{login_field().name: options["username"]}).first()
        if user is None:
            given = _checked(forms.SetupForm, options, password=_password())
            writer.perform(first_run.set_up, given, make_password(given["password"]))
        elif user.is_superuser:
            writer.perform(first_run.set_up_as, user.pk, _checked(forms.WorkspaceForm, options))
        else:
            raise CommandError(f"{options['username']} exists and is not a superuser.")


def _addresses(given: list[str]) -> list[str]:
    """Base addresses for the link: the site's https addresses, and where it listens."""
    known = [origin for origin in settings.CSRF_TRUSTED_ORIGINS if "*" not in origin]
    if not given and not known and (host := getattr(settings, "HOST", "")) and hasattr(settings, "PORT"):
        host = "localhost" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared with, not listened on
        known = [f"http://{f'[{host}]' if ':' in host else host}:{settings.PORT}"]
    return known + [address.rstrip("/") for address in given] or [""]


def _checked(kind: type[forms.WorkspaceForm], options: dict[str, Any], **more: str) -> dict[str, Any]:
    # Without a language, which the administrator's browser decides.
    username = options["username"]
    name = options["name"] or username.partition("@")[0]
    named = {"workspace": options["workspace"], "name": name, "username": username}
    form = kind(named | more)
    del form.fields["language"]
    if not form.is_valid():
        raise CommandError(form.errors.as_text())
    return form.cleaned_data


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Password (again): ") != password:
        raise CommandError("The two passwords don't match.")
    return password
