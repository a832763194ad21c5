"""How far each room's messages are indexed. The index, `chat_search`, is no model: a migration makes it as
each database supports it."""

from django.db import models

from .rooms import Room


class SearchIndexState(models.Model):
    """The changes of this room up to `seq` are in the index. Not a column of the room: whoever posts holds
    that row."""

    room = models.OneToOneField(Room, models.CASCADE, primary_key=True, related_name="+")
    seq = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.room_id} up to {self.seq}"
