"""Prints or renews the epoch. `--new` is for a restored backup: browsers then start afresh."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from chat.models import Workspace, new_key
from chat.writer import writer


class Command(BaseCommand):
    help = "Prints the epoch. With --new, gives the database a new one (after restoring a backup)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--new", action="store_true", help="after a restore: every browser starts afresh")

    def handle(self, *args: object, **options: Any) -> None:
        if options["new"]:
            writer.perform(_renew)
        self.stdout.write(Workspace.current().epoch)


def _renew() -> None:
    Workspace.current()
    Workspace.objects.filter(pk=1).update(epoch=new_key())
