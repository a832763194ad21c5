"""The progress of search indexing. A migration creates the index itself, the table `chat_search`."""

from django.db import models

from .rooms import Room


class SearchIndexState(models.Model):
    """Changes up to `seq` are indexed. Not a column of the room, because posting locks that row."""

    room = models.OneToOneField(Room, models.CASCADE, primary_key=True, related_name="+")
    seq = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.room_id} up to {self.seq}"
