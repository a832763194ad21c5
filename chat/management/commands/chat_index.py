"""Indexes messages for search, which serving processes do in the background: quicker after an import."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from chat import search
from chat.writer import writer

# Changes per transaction, and the pause after it as a multiple of its duration, for other writers.
BATCH, REST = 50, 1.0


class Command(BaseCommand):
    help = "Indexes messages for search: new ones, or with --all every message again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="rebuild the whole index")

    def handle(self, *args: object, **options: Any) -> None:
        if options["all"]:
            writer.perform(search.rebuild_index)
        done, before = 0, time.monotonic()
        while found := _index():
            done += found
            time.sleep(REST * (time.monotonic() - before))
            before = time.monotonic()
        self.stdout.write(f"{done} changes indexed")


def _index() -> int:
    """Returns how many messages and names."""
    indexed = writer.perform(search.index_changes, BATCH).changes
    return indexed + writer.perform(search.renew_names, BATCH)
