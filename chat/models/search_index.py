"""How far can a room's messages be found? The index itself, `chat_search`, is no model: it is what each
database has for words, made by a migration."""

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
