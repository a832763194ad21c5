"""The project's own app."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "tests.host.project"
    label = "community"
