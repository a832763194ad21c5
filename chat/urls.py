"""Which address is which page? Names are used everywhere else."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
