"""The progress of search indexing. The index itself, the table `chat_search`, is not a model: a migration
creates it differently for each database."""

from django.db import models

from .rooms import Room


class SearchIndexState(models.Model):
    """The changes of this room up to `seq` are in the index. Not a column of the room, because posting
    locks that row."""

    room = models.OneToOneField(Room, models.CASCADE, primary_key=True, related_name="+")
    seq = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.room_id} up to {self.seq}"
