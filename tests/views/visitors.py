"""Visitors of the view tests and their addresses."""

from typing import Any

from django.test import Client

from chat.models import Membership, Room

PASSWORD = "harbour lights at nine"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def membership_of(user: Any, room: Room) -> Membership | None:
    return Membership.objects.present().filter(user=user, room=room).first()
